import type { Document } from 'mongodb';
import type { CheckedChanges } from './document-changes.js';
import { ESCAPED_FIELD, toMongoValue } from './mongo-document.js';

/**
 * Changes as an update pipeline: the plain operators ($inc, $addToSet, and $set below a null) fail
 * on null values, which are the same as missing here.
 */
export function toPipeline(changes: CheckedChanges): Document[] {
  const set: [string, unknown][] = [];
  for (const [path, given] of changes.set) {
    const { value, escaped } = toMongoValue(given);
    set.push([path, { $literal: value }]);
    if (escaped && !set.some(([name]) => name === ESCAPED_FIELD)) set.push([ESCAPED_FIELD, true]);
  }
  for (const [path, by] of changes.inc) {
    set.push([path, { $add: [{ $ifNull: [`$${path}`, 0] }, by] }]);
  }
  for (const [path, values] of changes.addToSet) {
    const list = { $ifNull: [`$${path}`, []] };
    const fresh = { $not: [{ $in: ['$$this', list] }] };
    const added = { $filter: { input: { $literal: values }, cond: fresh } };
    set.push([path, { $concatArrays: [list, added] }]);
  }
  const pipeline: Document[] = [];
  if (set.length > 0) pipeline.push({ $set: Object.fromEntries(set) });
  for (const [path, values] of changes.pull) pipeline.push(pullStage(path, values));
  if (changes.unset.length > 0) pipeline.push({ $unset: changes.unset });
  // A pipeline needs a stage even when it changes nothing.
  return pipeline.length > 0 ? pipeline : [{ $set: { _id: '$_id' } }];
}

/** Sets the top-level field, because setting a nested one would create missing parents. */
function pullStage(path: string, values: readonly string[]): Document {
  const [top, ...below] = path.split('.') as [string, ...string[]];
  const other = { $not: [{ $in: ['$$this', { $literal: values }] }] };
  const rest: Document = { $filter: { input: `$${path}`, cond: other } };
  const pulled = below.reduceRight((inner: Document, key, at) => {
    const parent = [top, ...below.slice(0, at)].join('.');
    return { $mergeObjects: [`$${parent}`, { [key]: inner }] };
  }, rest);
  return { $set: { [top]: { $cond: [{ $isArray: `$${path}` }, pulled, `$${top}`] } } };
}
