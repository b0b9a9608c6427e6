import type { Document, Sort } from 'mongodb';
import type { Scalar } from './collection.js';
import type { SortKey } from './collection-shape.js';
import type { FilterTree } from './filter-tree.js';

const NOTHING: Document = { _id: { $in: [] } };

/** A filter within one team (or, with null, all teams) as a MongoDB query. */
export function toMongo(team: string | null, tree: FilterTree): Document {
  const filter = condition(tree);
  return team === null ? filter : { $and: [{ teamId: team }, filter] };
}

export function toMongoSort(order: readonly SortKey[]): Sort {
  return new Map(order.map((key) => [keyName(key.field), key.down ? -1 : 1]));
}

/** Documents after a cursor; null (or missing) comes first ascending and last descending. */
export function afterFilter(order: readonly SortKey[], after: readonly Scalar[]): Document {
  const branches = order.map((key, at) => {
    const same = order.slice(0, at).map((k, i) => ({ [keyName(k.field)]: after[i] ?? null }));
    return { $and: [...same, beyond(keyName(key.field), key.down, after[at] ?? null)] };
  });
  return { $or: branches };
}

export function keyName(field: string): string {
  return field === 'id' ? '_id' : field;
}

function beyond(name: string, down: boolean, value: Scalar): Document {
  if (value === null) return down ? NOTHING : { [name]: { $ne: null } };
  if (!down) return { [name]: { $gt: value } };
  return { $or: [{ [name]: { $lt: value } }, { [name]: null }] };
}

function condition(tree: FilterTree): Document {
  if ('all' in tree) return tree.all.length === 0 ? {} : { $and: tree.all.map(condition) };
  if ('any' in tree) return tree.any.length === 0 ? NOTHING : { $or: tree.any.map(condition) };
  if ('none' in tree) return tree.none.length === 0 ? {} : { $nor: tree.none.map(condition) };
  const name = keyName(tree.field);
  if ('compare' in tree) return { [name]: { [`$${tree.compare}`]: tree.value } };
  if ('contains' in tree) return { [name]: { $regex: escaped(tree.contains) } };
  return { [name]: tree.in.length === 1 ? { $eq: tree.in[0] } : { $in: tree.in } };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
