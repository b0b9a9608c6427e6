import { InvalidInputError } from '../errors.js';
import type { Changes } from './collection.js';
import { type CollectionShape, isUnsafeKey } from './collection-shape.js';
import { isObject, type JsonObject, setAt, unsetAt, valueAt } from './document-path.js';
import { checkField, toJsonText } from './stored-document.js';
import { toWellFormed } from './well-formed.js';

/** Validated changes: plain JSON, each path once, declared fields keep their kind. */
export interface CheckedChanges {
  set: [path: string, value: unknown][];
  unset: string[];
  inc: [path: string, by: number][];
  addToSet: [path: string, values: string[]][];
  pull: [path: string, values: string[]][];
}

/** Validates changes before they reach a backend. */
export function parseChanges(shape: CollectionShape, changes: Changes): CheckedChanges {
  const { unset = [], set, inc, addToSet, pull, ...others } = changes;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw bad(unknown, 'is not a known change');
  const checked: CheckedChanges = {
    set: entries(set).map(([path, value]) => [path, JSON.parse(toJsonText(value))]),
    unset: [...unset],
    inc: entries(inc),
    addToSet: entries(addToSet).map(([path, values]) => [path, texts(path, values)]),
    pull: entries(pull).map(([path, values]) => [path, texts(path, values)]),
  };
  for (const [path, by] of checked.inc) {
    if (!Number.isFinite(by)) throw bad(path, 'must be increased by a number');
  }
  checkPaths([
    ...checked.unset,
    ...[checked.set, checked.inc, checked.addToSet, checked.pull].flatMap((part) =>
      part.map(([path]) => path),
    ),
  ]);
  checkKinds(shape, checked, set ?? {});
  return checked;
}

/** Changes the document in place. For MongoDB, `mongo-changes.ts` does the same. */
export function applyChanges(doc: JsonObject, changes: CheckedChanges): void {
  for (const [path, value] of changes.set) setAt(doc, path, value);
  for (const path of changes.unset) unsetAt(doc, path);
  for (const [path, by] of changes.inc) {
    const value = valueAt(doc, path) ?? 0;
    const sum = typeof value === 'number' ? value + by : Number.NaN;
    if (!Number.isFinite(sum)) throw bad(path, 'must be a number to be increased');
    setAt(doc, path, sum);
  }
  for (const [path, values] of changes.addToSet) {
    const list = valueAt(doc, path) ?? [];
    if (!Array.isArray(list)) throw bad(path, 'must be a list');
    setAt(doc, path, [...list, ...values.filter((value) => !list.includes(value))]);
  }
  for (const [path, values] of changes.pull) {
    const list = valueAt(doc, path);
    if (!Array.isArray(list)) continue;
    setAt(
      doc,
      path,
      list.filter((value) => !values.includes(value)),
    );
  }
}

function entries<V>(part: Readonly<Record<string, V>> | undefined): [string, V][] {
  return Object.entries(part ?? {}).filter(([, value]) => value !== undefined);
}

function texts(path: string, values: unknown): string[] {
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
    throw bad(path, 'must be given a list of strings');
  }
  return [...new Set(values.map(toWellFormed))];
}

function checkPaths(paths: string[]): void {
  for (const path of paths) {
    const keys = path.split('.');
    if (keys.some((key) => isUnsafeKey(key) || /^\$|\0/.test(key))) {
      throw bad(path, 'is not a valid field to change');
    }
    if (['id', 'teamId', '_id', '_escaped'].includes(keys[0] as string)) {
      throw bad(path, 'must not be changed');
    }
  }
  const sorted = paths.map((path) => `${path}.`).sort();
  for (const [at, path] of sorted.entries()) {
    if (at > 0 && path.startsWith(sorted[at - 1] as string)) {
      throw bad(path.slice(0, -1), 'must not be changed twice');
    }
  }
}

function checkKinds(
  shape: CollectionShape,
  changes: CheckedChanges,
  given: Readonly<Record<string, unknown>>,
): void {
  const sketch: JsonObject = {};
  for (const [path] of changes.set) setAt(sketch, path, given[path]);
  for (const [path, by] of changes.inc) setAt(sketch, path, by);
  for (const [path, values] of [...changes.addToSet, ...changes.pull]) setAt(sketch, path, values);
  if (!isObject(sketch)) return;
  for (const [field, kind] of shape.kinds) checkField(sketch, field, kind);
}

function bad(path: string, problem: string): InvalidInputError {
  return new InvalidInputError(`${path} ${problem}`, { errors: [{ path, message: problem }] });
}
