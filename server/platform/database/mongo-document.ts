import type { Document } from 'mongodb';
import type { Doc } from './collection.js';
import { isObject } from './document-path.js';

/**
 * Converts documents to and from MongoDB: `id` becomes `_id`, and keys that the server or the driver
 * would interpret (`$ref`, `_bsontype`) are escaped. Only documents with such keys are flagged, and only
 * flagged ones are unescaped when read.
 */

const MARK = '\uFF04';
const SPECIAL = /^[$\uFF04]|^_bsontype$/;
const SPECIAL_TEXT = /"(?:[$\uFF04]|_bsontype")/;
const ESCAPED = '_escaped';

export type StoredDocument = Document & { _id: string };

export function toMongoDocument(text: string): StoredDocument {
  const { id, ...rest } = JSON.parse(text) as Doc;
  if (!SPECIAL_TEXT.test(text)) return { _id: id, ...rest };
  return { _id: id, ...(escapeKeys(rest) as Document), [ESCAPED]: true };
}

export function fromMongoDocument(stored: Document): Doc {
  const { _id, [ESCAPED]: isEscaped, ...rest } = stored;
  return { id: String(_id), ...((isEscaped ? unescapeKeys(rest) : rest) as Document) };
}

/** A value to set, and whether the document must be flagged as escaped. */
export function toMongoValue(value: unknown): { value: unknown; escaped: boolean } {
  if (!SPECIAL_TEXT.test(JSON.stringify(value))) return { value, escaped: false };
  return { value: escapeKeys(value), escaped: true };
}

export const ESCAPED_FIELD = ESCAPED;

function escapeKeys(value: unknown): unknown {
  return mapKeys(value, (key) => (SPECIAL.test(key) ? MARK + key : key));
}

function unescapeKeys(value: unknown): unknown {
  return mapKeys(value, (key) => (key.startsWith(MARK) ? key.slice(MARK.length) : key));
}

function mapKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((member) => mapKeys(member, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [rename(key), mapKeys(member, rename)]),
  );
}
