import type { Collection, Document } from 'mongodb';
import type { Doc, GroupCount } from './collection.js';
import type { SortKey } from './collection-shape.js';
import type { CollectionStore, PageQuery } from './collection-store.js';
import type { CheckedChanges } from './document-changes.js';
import type { FilterTree } from './filter-tree.js';
import { toPipeline } from './mongo-changes.js';
import { takenFields, translatingErrors } from './mongo-connection.js';
import { fromMongoDocument, type StoredDocument, toMongoDocument } from './mongo-document.js';
import { afterFilter, keyName, toMongo, toMongoSort } from './mongo-filter.js';

const READ_MS = 60_000;

/** A collection's store in MongoDB. */
export class MongoStore implements CollectionStore {
  readonly batch = 1_000;
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

  async insert(text: string): Promise<void> {
    await this.#run((collection) => collection.insertOne(toMongoDocument(text)));
  }

  putMany(texts: readonly string[]): Promise<{ inserted: number; replaced: number }> {
    const operations = texts.map((text) => {
      const replacement = toMongoDocument(text);
      const { _id, teamId } = replacement;
      const filter = this.#hasTeams ? { _id, teamId } : { _id };
      return { replaceOne: { filter, replacement: replacement as Document, upsert: true } };
    });
    return this.#run(async (collection) => {
      const write = () => collection.bulkWrite(operations, { ordered: false });
      // Two callers put the same new id concurrently: one of them finds it on its retry.
      const result = await write().catch((error: Error & { code?: unknown }) => {
        if (error.code === 11000 && takenFields(error).includes('id')) return write();
        throw error;
      });
      return { inserted: result.upsertedCount, replaced: result.matchedCount };
    });
  }

  updateFirst(
    filter: FilterTree,
    order: readonly SortKey[],
    changes: CheckedChanges,
  ): Promise<Doc | null> {
    return this.#run(async (collection) => {
      const changed = await collection.findOneAndUpdate(this.#filter(filter), toPipeline(changes), {
        sort: toMongoSort(order),
        returnDocument: 'after',
      });
      return changed && fromMongoDocument(changed);
    });
  }

  async updateMany(filter: FilterTree, changes: CheckedChanges): Promise<number> {
    const result = await this.#run((collection) =>
      collection.updateMany(this.#filter(filter), toPipeline(changes)),
    );
    return result.matchedCount;
  }

  async removeMany(filter: FilterTree): Promise<number> {
    const result = await this.#run((collection) => collection.deleteMany(this.#filter(filter)));
    return result.deletedCount;
  }

  #filter(tree: FilterTree): Document {
    return toMongo(this.#team, tree);
  }

  #run<R>(query: (collection: Collection<StoredDocument>) => Promise<R>): Promise<R> {
    return translatingErrors(async () => query(await this.#open()));
  }
}
