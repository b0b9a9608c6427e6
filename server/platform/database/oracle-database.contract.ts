import { ConflictError } from '../errors.js';
import { CheckedCollection } from './checked-collection.js';
import type {
  Collection,
  CollectionSpec,
  Database,
  Doc,
  Scalar,
  TeamDoc,
  TeamScope,
} from './collection.js';
import { shapeFor, teamIdOf } from './collection-scope.js';
import { type CollectionShape, type SortKey, shapeOf } from './collection-shape.js';
import type { CollectionStore, PageQuery } from './collection-store.js';
import { applyChanges, type CheckedChanges } from './document-changes.js';
import { type JsonObject, valueAt } from './document-path.js';
import type { FilterTree } from './filter-tree.js';

type Documents = Map<string, JsonObject>;

/** The contract in plain JavaScript, short and slow: the reference for the fuzz test. For tests only. */
export class OracleDatabase implements Database {
  readonly name = 'oracle';
  readonly #collections = new Map<string, Documents>();

  team<T extends TeamDoc>(spec: CollectionSpec<T>, scope: TeamScope): Collection<T> {
    return this.#open(shapeFor(spec, 'team'), teamIdOf(scope));
  }
  global<T extends Doc>(spec: CollectionSpec<T>): Collection<T> {
    return this.#open(shapeFor(spec, 'global'), null);
  }
  acrossTeams<T extends TeamDoc>(spec: CollectionSpec<T>): Collection<T> {
    return this.#open(shapeFor(spec, 'team'), null);
  }
  async prepare(specs: readonly CollectionSpec<Doc>[]): Promise<void> {
    for (const spec of specs) shapeOf(spec);
  }
  async ping(): Promise<void> {}
  async close(): Promise<void> {}

  #open<T extends Doc>(shape: CollectionShape, team: string | null): Collection<T> {
    const documents = this.#collections.get(shape.name) ?? new Map<string, JsonObject>();
    this.#collections.set(shape.name, documents);
    return new CheckedCollection<T>(shape, new OracleStore(shape, documents, team), team);
  }
}

class OracleStore implements CollectionStore {
  readonly batch = 1_000;

  constructor(
    private readonly shape: CollectionShape,
    private readonly documents: Documents,
    private readonly team: string | null,
  ) {}

  async find({ filter, order, limit, after }: PageQuery) {
    const later = (doc: JsonObject) =>
      after === null || order.some((_, at) => beyond(order, at, doc, after));
    const found = this.#matching(filter)
      .filter(later)
      .sort((a, b) => inOrder(order, a, b));
    const docs = structuredClone(found.slice(0, limit)) as unknown as Doc[];
    return { docs, more: found.length > limit };
  }

  async count(filter: FilterTree) {
    return this.#matching(filter).length;
  }

  async groupCount(filter: FilterTree, keys: readonly SortKey[]) {
    const groups = new Map<string, { key: Scalar[]; count: number; sample: JsonObject }>();
    for (const doc of this.#matching(filter)) {
      const key = keys.map(({ field }) => valueAt(doc, field) as Scalar);
      const group = groups.get(JSON.stringify(key)) ?? { key, count: 0, sample: doc };
      groups.set(JSON.stringify(key), { ...group, count: group.count + 1 });
    }
    const sorted = [...groups.values()].sort((a, b) => inOrder(keys, a.sample, b.sample));
    return sorted.map(({ key, count }) => ({ key, count }));
  }

  async insert(text: string) {
    const doc = JSON.parse(text) as JsonObject;
    if (this.documents.has(doc.id as string)) throw new ConflictError('taken');
    this.#store(doc);
  }

  async putMany(texts: readonly string[]) {
    let inserted = 0;
    for (const text of texts) {
      const doc = JSON.parse(text) as JsonObject;
      const old = this.documents.get(doc.id as string);
      if (old && old.teamId !== doc.teamId) throw new ConflictError('taken');
      this.#store(doc);
      if (!old) inserted += 1;
    }
    return { inserted, replaced: texts.length - inserted };
  }

  async updateFirst(filter: FilterTree, order: readonly SortKey[], changes: CheckedChanges) {
    const [first] = this.#matching(filter).sort((a, b) => inOrder(order, a, b));
    return first ? (this.#change(first, changes) as unknown as Doc) : null;
  }

  async updateMany(filter: FilterTree, changes: CheckedChanges) {
    return this.#matching(filter).map((doc) => this.#change(doc, changes)).length;
  }

  async removeMany(filter: FilterTree) {
    return this.#matching(filter).map((doc) => this.documents.delete(doc.id as string)).length;
  }

  #matching(filter: FilterTree): JsonObject[] {
    return [...this.documents.values()].filter(
      (doc) => (this.team === null || doc.teamId === this.team) && holds(filter, doc),
    );
  }

  #change(doc: JsonObject, changes: CheckedChanges): JsonObject {
    const changed = structuredClone(doc);
    applyChanges(changed, structuredClone(changes));
    this.#store(changed);
    return structuredClone(changed);
  }

  #store(doc: JsonObject): void {
    for (const fields of this.shape.unique) {
      const values = fields.map((field) => valueAt(doc, field));
      const same = (other: JsonObject) =>
        other.id !== doc.id &&
        other.teamId === doc.teamId &&
        fields.every((field, at) => valueAt(other, field) === values[at]);
      if (!values.includes(null) && [...this.documents.values()].some(same)) {
        throw new ConflictError('taken');
      }
    }
    this.documents.set(doc.id as string, doc);
  }
}

function holds(tree: FilterTree, doc: JsonObject): boolean {
  if ('all' in tree) return tree.all.every((part) => holds(part, doc));
  if ('any' in tree) return tree.any.some((part) => holds(part, doc));
  if ('none' in tree) return !tree.none.some((part) => holds(part, doc));
  const value = valueAt(doc, tree.field);
  if ('in' in tree) {
    return tree.in.some((one) => (Array.isArray(value) ? value.includes(one) : value === one));
  }
  if (value === null) return false;
  if ('contains' in tree) return String(value).includes(tree.contains);
  const order = compare(value as Scalar, tree.value);
  return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[tree.compare];
}

function beyond(
  order: readonly SortKey[],
  at: number,
  doc: JsonObject,
  after: readonly Scalar[],
): boolean {
  const differs = (key: SortKey, index: number) =>
    compare(valueAt(doc, key.field) as Scalar, after[index] ?? null) * (key.down ? -1 : 1);
  const same = order.slice(0, at).every((key, index) => differs(key, index) === 0);
  return same && differs(order[at] as SortKey, at) > 0;
}

function inOrder(order: readonly SortKey[], a: JsonObject, b: JsonObject): number {
  for (const { field, down } of order) {
    const way = compare(valueAt(a, field) as Scalar, valueAt(b, field) as Scalar);
    if (way !== 0) return down ? -way : way;
  }
  return 0;
}

function compare(a: Scalar, b: Scalar): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  return Math.sign(Number(a) - Number(b));
}
