import { InvalidInputError } from '../errors.js';
import type { FieldKind } from './collection.js';
import type { CollectionShape } from './collection-shape.js';
import { isObject, type JsonObject, valueAt } from './document-path.js';
import { isWellFormed, toWellFormed } from './well-formed.js';

/**
 * Validation of documents, for every backend: plain JSON whose declared fields have their kind. Other
 * documents are rejected here, because the two engines would treat them differently.
 */

const MAX_BYTES = 15_000_000;
const MAX_ID = 500;

/** A validated document as JSON text; sets the team and rejects a document of another team. */
export function toStored(shape: CollectionShape, doc: object, teamId: string | null): string {
  if (!isObject(doc)) throw new InvalidInputError('a document must be an object');
  let given = doc;
  if (shape.scope === 'team') {
    if (teamId !== null && (doc.teamId ?? null) === null) given = { ...doc, teamId };
    if (typeof given.teamId !== 'string' || given.teamId === '') throw bad('teamId', 'is missing');
    if (teamId !== null && given.teamId !== teamId) throw bad('teamId', 'belongs to another team');
  }
  if (typeof doc.id !== 'string' || doc.id === '' || doc.id.length > MAX_ID) {
    throw bad('id', `must have 1 to ${MAX_ID} characters`);
  }
  if (!isWellFormed(doc.id)) throw bad('id', 'is not valid text');
  if (Object.hasOwn(doc, '_id') || Object.hasOwn(doc, '_escaped')) {
    throw bad('_id and _escaped', 'are reserved');
  }
  for (const [field, kind] of shape.kinds) checkField(given, field, kind);
  return toJsonText(given);
}

/** JSON text that both engines store alike, with invalid characters replaced. */
export function toJsonText(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new InvalidInputError('a document must be plain JSON', {}, { cause });
  }
  if (typeof text !== 'string') throw new InvalidInputError('a value must be plain JSON');
  if (text.includes('\\ud') || text.includes('\\u0000')) {
    text = JSON.stringify(wellFormed(JSON.parse(text)));
  }
  if (text.length > MAX_BYTES / 4 && Buffer.byteLength(text) > MAX_BYTES) {
    throw new InvalidInputError('the document is too large', { maxBytes: MAX_BYTES });
  }
  return text;
}

export function checkField(doc: JsonObject, field: string, kind: FieldKind): void {
  const dot = field.lastIndexOf('.');
  if (dot > 0) checkParents(doc, field);
  const value = dot > 0 ? valueAt(doc, field) : Object.hasOwn(doc, field) ? doc[field] : null;
  if (!fits(value, kind)) throw bad(field, `must be a ${kind}`);
}

export function fits(value: unknown, kind: FieldKind): boolean {
  if (value === null || value === undefined) return true;
  if (kind === 'string[]') {
    return Array.isArray(value) && value.every((member) => typeof member === 'string');
  }
  return kind === 'number' ? Number.isFinite(value) : typeof value === kind;
}

function checkParents(doc: JsonObject, field: string): void {
  const keys = field.split('.').slice(0, -1);
  for (let depth = 1; depth <= keys.length; depth += 1) {
    const parent = valueAt(doc, keys.slice(0, depth).join('.'));
    if (parent !== null && !isObject(parent)) {
      throw bad(keys.slice(0, depth).join('.'), `must be an object, because of ${field}`);
    }
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return toWellFormed(value);
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [toWellFormed(key), wellFormed(member)]),
  );
}

function bad(field: string, problem: string): InvalidInputError {
  return new InvalidInputError(`${field} ${problem}`, {
    errors: [{ path: field, message: problem }],
  });
}
