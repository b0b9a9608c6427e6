import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidInputError } from '../errors.js';
import type {
  Changes,
  Collection,
  Doc,
  Filter,
  FindOptions,
  GroupCount,
  Page,
} from './collection.js';
import type { CollectionShape } from './collection-shape.js';
import type { CollectionStore } from './collection-store.js';
import { parseChanges } from './document-changes.js';
import { type FilterTree, parseFilter } from './filter-tree.js';
import { cursorAfter, parseGroup, parseSort, readCursor } from './sort-order.js';
import { toStored } from './stored-document.js';
import { fencedWrite } from './write-fence.js';

const MAX_LIMIT = 10_000;
const IDS_AT_ONCE = 5_000;
/** Documents to check and serialise before yielding to other work: 1 to 2 ms. */
const DOCS_PER_SLICE = 250;

/** The contract's operations: validates every query the same way, then calls the backend's store. */
export class CheckedCollection<T extends Doc> implements Collection<T> {
  readonly #shape: CollectionShape;
  readonly #store: CollectionStore;
  readonly #teamId: string | null;

  constructor(shape: CollectionShape, store: CollectionStore, teamId: string | null) {
    this.#shape = shape;
    this.#store = store;
    this.#teamId = teamId;
  }

  async get(id: string): Promise<T | null> {
    const order = parseSort(this.#shape);
    const filter = this.#byId(id);
    const { docs } = await this.#store.find({ filter, order, limit: 1, after: null });
    return (docs[0] as T | undefined) ?? null;
  }

  async getMany(ids: readonly string[]): Promise<T[]> {
    const order = parseSort(this.#shape);
    const wanted = [...new Set(ids)];
    const found = new Map<string, T>();
    for (let at = 0; at < wanted.length; at += IDS_AT_ONCE) {
      const filter = parseFilter(this.#shape, { id: { in: wanted.slice(at, at + IDS_AT_ONCE) } });
      const query = { filter, order, limit: IDS_AT_ONCE, after: null };
      for (const doc of (await this.#store.find(query)).docs) found.set(doc.id, doc as T);
    }
    return wanted.flatMap((id) => found.get(id) ?? []);
  }

  async find(filter: Filter, options: FindOptions): Promise<Page<T>> {
    const { limit, sort, after } = options;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidInputError(`limit must be a whole number from 1 to ${MAX_LIMIT}`, {
        errors: [{ path: 'limit', message: `must be from 1 to ${MAX_LIMIT}` }],
      });
    }
    const order = parseSort(this.#shape, sort);
    const { docs, more } = await this.#store.find({
      filter: parseFilter(this.#shape, filter),
      order,
      limit,
      after: (after ?? null) === null ? null : readCursor(order, after as string),
    });
    const last = docs.at(-1);
    return { items: docs as T[], nextCursor: more && last ? cursorAfter(order, last) : null };
  }

  async *each(filter: Filter, options: { batch?: number } = {}): AsyncIterable<T[]> {
    let after: string | null = null;
    do {
      const page: Page<T> = await this.find(filter, { limit: options.batch ?? 1_000, after });
      if (page.items.length > 0) yield page.items;
      after = page.nextCursor;
    } while (after !== null);
  }

  async count(filter: Filter): Promise<number> {
    return this.#store.count(parseFilter(this.#shape, filter));
  }

  async groupCount(filter: Filter, fields: readonly string[]): Promise<GroupCount[]> {
    const keys = parseGroup(this.#shape, fields);
    return this.#store.groupCount(parseFilter(this.#shape, filter), keys);
  }

  async insert(doc: T): Promise<void> {
    const text = toStored(this.#shape, doc, this.#teamId);
    await fencedWrite((until) => this.#store.insert(text, until));
  }

  async putMany(docs: readonly T[]): Promise<{ inserted: number; replaced: number }> {
    if (new Set(docs.map((doc) => doc.id)).size < docs.length) {
      throw new InvalidInputError('a batch must not repeat an id');
    }
    const sum = { inserted: 0, replaced: 0 };
    for (let at = 0; at < docs.length; at += this.#store.batch) {
      const texts = await this.#toTexts(docs.slice(at, at + this.#store.batch));
      const { inserted, replaced } = await fencedWrite((until) =>
        this.#store.putMany(texts, until),
      );
      sum.inserted += inserted;
      sum.replaced += replaced;
    }
    return sum;
  }

  async update(id: string, changes: Changes, only: Filter = {}): Promise<T | null> {
    const filter = { all: [this.#byId(id), parseFilter(this.#shape, only)] };
    const order = parseSort(this.#shape);
    const checked = parseChanges(this.#shape, changes);
    return (await fencedWrite((until) =>
      this.#store.updateFirst(filter, order, checked, until),
    )) as T | null;
  }

  async updateMany(filter: Filter, changes: Changes): Promise<number> {
    const checked = parseChanges(this.#shape, changes);
    const tree = parseFilter(this.#shape, filter);
    return fencedWrite((until) => this.#store.updateMany(tree, checked, until));
  }

  async claim(filter: Filter, changes: Changes, sort?: readonly string[]): Promise<T | null> {
    const order = parseSort(this.#shape, sort);
    const tree = parseFilter(this.#shape, filter);
    const checked = parseChanges(this.#shape, changes);
    return (await fencedWrite((until) =>
      this.#store.updateFirst(tree, order, checked, until),
    )) as T | null;
  }

  async remove(id: string): Promise<boolean> {
    const filter = this.#byId(id);
    return (await fencedWrite((until) => this.#store.removeMany(filter, until))) > 0;
  }

  async removeMany(filter: Filter): Promise<number> {
    const tree = parseFilter(this.#shape, filter);
    return fencedWrite((until) => this.#store.removeMany(tree, until));
  }

  #byId(id: string): FilterTree {
    return parseFilter(this.#shape, { id: { in: [id] } });
  }

  async #toTexts(docs: readonly T[]): Promise<string[]> {
    const texts: string[] = [];
    for (const doc of docs) {
      if (texts.length > 0 && texts.length % DOCS_PER_SLICE === 0) await nextTurn();
      texts.push(toStored(this.#shape, doc, this.#teamId));
    }
    return texts;
  }
}
