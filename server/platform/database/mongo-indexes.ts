import type { Db, IndexDescription } from 'mongodb';
import type { FieldKind } from './collection.js';
import { type CollectionShape, indexKeys } from './collection-shape.js';
import { keyName } from './mongo-filter.js';

/** The minimum of each kind, not null: unique indexes cover values from it, so that null may repeat and lookups can use them. */
const MIN_VALUE: Partial<Record<FieldKind, string | number | boolean>> = {
  string: '',
  number: Number.NEGATIVE_INFINITY,
  boolean: false,
};
const OURS = /^[iul]\//;

/** Creates the collection's indexes and drops our undeclared ones. */
export async function prepareIndexes(db: Db, shape: CollectionShape): Promise<void> {
  const collection = db.collection(shape.name);
  const wanted = indexesOf(shape);
  const present = await collection.indexes().catch((error: { code?: unknown }) => {
    if (error.code === 26) return [];
    throw error;
  });
  const names = new Set(present.map((index) => index.name));
  for (const name of names) {
    if (name && OURS.test(name) && !wanted.has(name)) await collection.dropIndex(name);
  }
  const missing = [...wanted.values()].filter((index) => !names.has(index.name as string));
  if (missing.length > 0) await collection.createIndexes(missing);
}

function keysOf(
  shape: CollectionShape,
  index: readonly string[],
  isAcrossTeams = false,
): [string, 1 | -1][] {
  return indexKeys(shape, index, { isAcrossTeams }).map((key) => [
    keyName(key.field),
    key.down ? -1 : 1,
  ]);
}

function indexesOf(shape: CollectionShape): Map<string, IndexDescription> {
  const wanted = new Map<string, IndexDescription>();
  const team = shape.scope === 'team';
  const add = (kind: 'i' | 'u' | 'l', keys: [string, 1 | -1][], more: object = {}) => {
    const name = `${kind}/${keys.map(([field, way]) => (way < 0 ? `-${field}` : field)).join(',')}`;
    wanted.set(name, { name, key: new Map(keys), ...more });
  };
  if (team)
    add('i', [
      ['teamId', 1],
      ['_id', 1],
    ]);
  // A sparse one has all documents here: MongoDB would not use a partial one for every query.
  for (const index of [...shape.indexes, ...shape.sparse.map((field) => [field])]) {
    add('i', keysOf(shape, index));
  }
  for (const index of shape.acrossTeams) add('i', keysOf(shape, index, true));
  const first: [string, 1][] = team ? [['teamId', 1]] : [];
  for (const [field, kind] of shape.kinds) {
    if (kind === 'string[]') add('l', [...first, [field, 1]]);
  }
  for (const fields of shape.unique) {
    const there = fields.map((field) => [
      keyName(field),
      { $gte: MIN_VALUE[shape.kinds.get(field) as FieldKind] },
    ]);
    const keys = fields.map((field): [string, 1] => [keyName(field), 1]);
    add('u', [...first, ...keys], {
      unique: true,
      partialFilterExpression: Object.fromEntries(there),
    });
  }
  return wanted;
}
