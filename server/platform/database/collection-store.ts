import type { Doc, GroupCount, Scalar } from './collection.js';
import type { SortKey } from './collection-shape.js';
import type { CheckedChanges } from './document-changes.js';
import type { FilterTree } from './filter-tree.js';
import type { WriteUntil } from './write-fence.js';

export interface PageQuery {
  filter: FilterTree;
  order: readonly SortKey[];
  limit: number;
  after: readonly Scalar[] | null;
}

/**
 * A backend's operations on one collection (of one team), called with validated queries.
 * Everything that could accidentally differ between backends is decided before, in `CheckedCollection`.
 * A write after `until` stores nothing and throws a `WriteTooLateError`: checked in the write, by the database.
 */
export interface CollectionStore {
  /** Documents per `putMany` call. */
  readonly batch: number;
  find(query: PageQuery): Promise<{ docs: Doc[]; more: boolean }>;
  count(filter: FilterTree): Promise<number>;
  groupCount(filter: FilterTree, keys: readonly SortKey[]): Promise<GroupCount[]>;
  insert(text: string, until: WriteUntil): Promise<void>;
  putMany(
    texts: readonly string[],
    until: WriteUntil,
  ): Promise<{ inserted: number; replaced: number }>;
  /** Changes the first match in this order. */
  updateFirst(
    filter: FilterTree,
    order: readonly SortKey[],
    changes: CheckedChanges,
    until: WriteUntil,
  ): Promise<Doc | null>;
  updateMany(filter: FilterTree, changes: CheckedChanges, until: WriteUntil): Promise<number>;
  removeMany(filter: FilterTree, until: WriteUntil): Promise<number>;
}
