import type { Inventoried } from '../../../../contract/inventory.js';
import type { Changes, Filter, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { type ScanTrace, TRACE_FIELDS } from '../followers/scan-trace.rules.js';

/** A scanned item as it is stored. A removed item stays as a tombstone, so that its old scans do not bring it back. */
export interface StoredItem
  extends TeamDoc,
    ScanTrace,
    Pick<Inventoried, 'addedBy' | 'addedAt' | 'lastImport'> {
  /** The same for every spelling of an item; unique in a team. */
  key: string;
  /** Searchable text in lower case. */
  searchText: string;
  /** ISO 8601; null while it is in the inventory. */
  removedAt: string | null;
}

/** Fields that the collection of an inventory must declare, together with `unique: [['key']]`. */
export const ITEM_FIELDS = {
  ...TRACE_FIELDS,
  key: 'string',
  searchText: 'string',
  removedAt: 'string',
  'lastImport.at': 'string',
} as const;

/** Filters a collection for items that are in the inventory. */
export const PRESENT = { removedAt: null } as const;

/** The queries that all inventories have in common. */
export abstract class InventoryRepository<T extends StoredItem> extends TeamRepository<T> {
  /** Null for a removed item. */
  async get(scope: TeamScope, id: string): Promise<T | null> {
    const item = await this.of(scope).get(id);
    return item?.removedAt === null ? item : null;
  }

  /** Includes removed items. */
  async findByKey(scope: TeamScope, key: string): Promise<T | null> {
    return (await this.of(scope).find({ key }, { limit: 1 })).items[0] ?? null;
  }

  /** Which of these keys the team has, removed items included. */
  async keysOf(scope: TeamScope, keys: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const part of inParts(keys)) {
      for await (const page of this.of(scope).each({ key: { in: part } })) {
        for (const { key } of page) found.add(key);
      }
    }
    return found;
  }

  /** Throws ConflictError when the team has one of them; others may then be stored. */
  addAll(scope: TeamScope, items: readonly T[]) {
    return this.of(scope).putMany(items);
  }

  /** Throws ConflictError when the team has the item, or removed it before. */
  add(item: T) {
    return this.of(item).insert(item);
  }

  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>, only: Filter = {}) {
    return this.of(scope).update(id, { set }, only);
  }

  async updateEach(
    scope: TeamScope,
    ids: readonly string[],
    set: NonNullable<Changes['set']>,
    only: Filter,
  ): Promise<void> {
    for (const part of inParts(ids)) {
      await this.of(scope).updateMany({ ...only, id: { in: part } }, { set });
    }
  }
}
