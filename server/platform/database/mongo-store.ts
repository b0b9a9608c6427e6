import type { Collection, Document } from 'mongodb';
import type { Doc, GroupCount } from './collection.js';
import type { SortKey } from './collection-shape.js';
import type { CollectionStore, PageQuery } from './collection-store.js';
import type { CheckedChanges } from './document-changes.js';
import type { FilterTree } from './filter-tree.js';
import { toPipeline } from './mongo-changes.js';
import { takenFields, translatingErrors } from './mongo-connection.js';
import { fromMongoDocument, type StoredDocument, toMongoDocument } from './mongo-document.js';
import {
  filterInTime,
  insertFilter,
  putOperation,
  refusable,
  replaceInTime,
  timeLimit,
} from './mongo-fence.js';
import { afterFilter, keyName, toMongo, toMongoSort } from './mongo-filter.js';
import type { WriteUntil } from './write-fence.js';

const READ_MS = 60_000;

/** Documents of one fenced write, so that a slow server finishes it within its time limit. */
const FENCED_STEP = 500;

/** A collection's store in MongoDB. */
export class MongoStore implements CollectionStore {
  /** Few enough for the time that the server may spend on a fenced write. */
  readonly batch = 500;
  readonly #open: () => Promise<Collection<StoredDocument>>;
  readonly #team: string | null;
  readonly #hasTeams: boolean;

  constructor(
    open: () => Promise<Collection<StoredDocument>>,
    scope: { team: string | null; hasTeams: boolean },
  ) {
    this.#open = open;
    this.#team = scope.team;
    this.#hasTeams = scope.hasTeams;
  }

  find(query: PageQuery): Promise<{ docs: Doc[]; more: boolean }> {
    const { order, limit, after } = query;
    const base = this.#filter(query.filter);
    const filter = after === null ? base : { $and: [base, afterFilter(order, after)] };
    return this.#run(async (collection) => {
      const found = await collection
        .find(filter, { sort: toMongoSort(order), limit: limit + 1, maxTimeMS: READ_MS })
        .toArray();
      const docs = found.slice(0, limit).map(fromMongoDocument);
      return { docs, more: found.length > limit };
    });
  }

  count(filter: FilterTree): Promise<number> {
    return this.#run((collection) =>
      collection.countDocuments(this.#filter(filter), { maxTimeMS: READ_MS }),
    );
  }

  groupCount(filter: FilterTree, keys: readonly SortKey[]): Promise<GroupCount[]> {
    const parts = keys.map((key, at) => [`k${at}`, { $ifNull: [`$${keyName(key.field)}`, null] }]);
    const sort = Object.fromEntries(keys.map((_, at) => [`_id.k${at}`, 1 as const]));
    return this.#run(async (collection) => {
      const groups = await collection
        .aggregate(
          [
            { $match: this.#filter(filter) },
            { $group: { _id: Object.fromEntries(parts), count: { $sum: 1 } } },
            { $sort: sort },
          ],
          { maxTimeMS: READ_MS },
        )
        .toArray();
      return groups.map((group) => ({
        key: keys.map((_, at) => group._id[`k${at}`]),
        count: Number(group.count),
      }));
    });
  }

  async insert(text: string, until: WriteUntil): Promise<void> {
    const document = toMongoDocument(text);
    await this.#write(until, async (collection, end) => {
      if (end === undefined) return void (await collection.insertOne(document));
      const options = { upsert: true, ...timeLimit(end) };
      await collection.updateOne(insertFilter(document._id), replaceInTime(document, end), options);
    });
  }

  putMany(
    texts: readonly string[],
    until: WriteUntil,
  ): Promise<{ inserted: number; replaced: number }> {
    const documents = texts.map(toMongoDocument);
    return this.#write(until, async (collection, end) => {
      const operations = documents.map((document) => {
        const { _id, teamId } = document;
        return putOperation(this.#hasTeams ? { _id, teamId } : { _id }, document, end);
      });
      const counts = { inserted: 0, replaced: 0 };
      const step = end === undefined ? operations.length : FENCED_STEP;
      for (let at = 0; at < operations.length; at += step) {
        const part = operations.slice(at, at + step);
        const write = () => collection.bulkWrite(part, { ordered: false, ...timeLimit(end) });
        // Two callers put the same new id concurrently: one of them finds it on its retry.
        const result = await write().catch((error: Error & { code?: unknown }) => {
          if (error.code === 11000 && takenFields(error).includes('id')) return write();
          throw error;
        });
        counts.inserted += result.upsertedCount;
        counts.replaced += result.matchedCount;
      }
      return counts;
    });
  }

  updateFirst(
    filter: FilterTree,
    order: readonly SortKey[],
    changes: CheckedChanges,
    until: WriteUntil,
  ): Promise<Doc | null> {
    return this.#write(until, async (collection, end) => {
      const query = filterInTime(this.#filter(filter), end);
      const changed = await collection.findOneAndUpdate(query, toPipeline(changes), {
        sort: toMongoSort(order),
        returnDocument: 'after',
        ...timeLimit(end),
      });
      return changed && fromMongoDocument(changed);
    });
  }

  async updateMany(
    filter: FilterTree,
    changes: CheckedChanges,
    until: WriteUntil,
  ): Promise<number> {
    const result = await this.#write(until, (collection, end) =>
      collection.updateMany(
        filterInTime(this.#filter(filter), end),
        toPipeline(changes),
        timeLimit(end),
      ),
    );
    return result.matchedCount;
  }

  async removeMany(filter: FilterTree, until: WriteUntil): Promise<number> {
    const result = await this.#write(until, (collection, end) =>
      collection.deleteMany(filterInTime(this.#filter(filter), end), timeLimit(end)),
    );
    return result.deletedCount;
  }

  #filter(tree: FilterTree): Document {
    return toMongo(this.#team, tree);
  }

  /** The end is read once the collection is open, right before the write. */
  #write<R>(
    until: WriteUntil,
    write: (collection: Collection<StoredDocument>, end: number | undefined) => Promise<R>,
  ): Promise<R> {
    return this.#run((collection) => {
      const end = until();
      return refusable(end, () => write(collection, end));
    });
  }

  #run<R>(query: (collection: Collection<StoredDocument>) => Promise<R>): Promise<R> {
    return translatingErrors(async () => query(await this.#open()));
  }
}
