import { InvalidInputError } from '../errors.js';
import type { Doc, Scalar } from './collection.js';
import { type CollectionShape, parseSortKey, type SortKey } from './collection-shape.js';
import { valueAt } from './document-path.js';
import { isWellFormed } from './well-formed.js';

/** Sorting, grouping and keyset cursors, the same for every backend. */

const MAX_SORT_FIELDS = 8;
const MAX_GROUP_FIELDS = 8;

/** The full order: the requested fields and then the id, so that no two documents are equal. */
export function parseSort(shape: CollectionShape, sort: readonly string[] = []): SortKey[] {
  if (sort.length > MAX_SORT_FIELDS) throw new InvalidInputError('too many fields to sort by');
  const order: SortKey[] = [];
  for (const text of [...sort, 'id']) {
    const key = typeof text === 'string' ? parseSortKey(shape, text) : null;
    if (!key || key.kind === 'string[]') throw bad(text, 'cannot be used for sorting');
    if (order.some((other) => other.field === key.field)) {
      if (order.length === sort.length) break;
      throw bad(text, 'must not be repeated in the sort');
    }
    order.push(key);
    if (key.field === 'id') break;
  }
  return order;
}

export function parseGroup(shape: CollectionShape, fields: readonly string[]): SortKey[] {
  if (fields.length < 1 || fields.length > MAX_GROUP_FIELDS) {
    throw new InvalidInputError('count groups by one to eight fields');
  }
  return fields.map((field) => {
    const kind = shape.kinds.get(field);
    if (!kind || kind === 'string[]') throw bad(field, 'cannot be used for counting');
    return { field, kind, down: false };
  });
}

/** Start of the next page: the order and the last document's values in it. */
export function cursorAfter(order: readonly SortKey[], doc: Doc): string {
  const values = order.map((key) => valueAt(doc, key.field));
  return Buffer.from(JSON.stringify([orderText(order), ...values])).toString('base64url');
}

/** The values after which to continue. Clients send cursors, so nothing in them is trusted. */
export function readCursor(order: readonly SortKey[], cursor: string): Scalar[] {
  const [text, ...values] = decode(cursor);
  if (text !== orderText(order)) {
    throw new InvalidInputError('the cursor belongs to another sort', {
      errors: [{ path: 'cursor', message: 'belongs to another sort' }],
    });
  }
  const fits = (value: unknown, at: number) =>
    typeof value === 'string'
      ? order[at]?.kind === 'string' && isWellFormed(value)
      : (value === null && order[at]?.field !== 'id') ||
        (Number.isFinite(value) && order[at]?.kind === 'number') ||
        (typeof value === 'boolean' && order[at]?.kind === 'boolean');
  if (values.length !== order.length || !values.every(fits)) throw invalidCursor();
  return values as Scalar[];
}

function decode(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts)) return parts;
  } catch {
    // Not a cursor: reported below.
  }
  throw invalidCursor();
}

function orderText(order: readonly SortKey[]): string {
  return order.map((key) => (key.down ? `-${key.field}` : key.field)).join(',');
}

function invalidCursor(): InvalidInputError {
  return new InvalidInputError('the cursor is not valid', {
    errors: [{ path: 'cursor', message: 'is not valid' }],
  });
}

function bad(field: string, problem: string): InvalidInputError {
  return new InvalidInputError(`${field} ${problem}`, {
    errors: [{ path: String(field), message: problem }],
  });
}
