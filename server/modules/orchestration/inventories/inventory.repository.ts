import type { Inventoried } from '../../../../contract/inventory.js';
import type { Changes, Filter, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { type ScanTrace, TRACE_FIELDS } from '../followers/scan-trace.rules.js';

/** A scanned thing as it is stored; one that was removed stays as a mark, so that its old scans do not bring it back. */
export interface StoredItem extends TeamDoc, ScanTrace, Pick<Inventoried, 'addedBy' | 'addedAt'> {
  /** The same for every way to write the same thing; unique in a team. */
  key: string;
  /** What a search looks at, in lower case. */
  searchText: string;
  /** ISO 8601; null as long as it is in the inventory. */
  removedAt: string | null;
}

/** To be declared by the collection of an inventory, beside `unique: [['key']]`. */
export const ITEM_FIELDS = {
  ...TRACE_FIELDS,
  key: 'string',
  searchText: 'string',
  removedAt: 'string',
} as const;

/** What is in the inventory, for a question to its collection. */
export const HERE = { removedAt: null } as const;

/** The collection of an inventory, as far as inventories are alike. */
export abstract class InventoryRepository<T extends StoredItem> extends TeamRepository<T> {
  /** Not one that was removed. */
  async get(scope: TeamScope, id: string): Promise<T | null> {
    const item = await this.of(scope).get(id);
    return item?.removedAt === null ? item : null;
  }

  /** Also one that was removed. */
  async findByKey(scope: TeamScope, key: string): Promise<T | null> {
    return (await this.of(scope).find({ key }, { limit: 1 })).items[0] ?? null;
  }

  /** Throws ConflictError when the team has the thing, or had it. */
  add(item: T) {
    return this.of(item).insert(item);
  }

  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>, only: Filter = {}) {
    return this.of(scope).update(id, { set }, only);
  }
}
