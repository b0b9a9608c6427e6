import type { Doc, GroupCount, Scalar } from './collection.js';
import type { SortKey } from './collection-shape.js';
import type { CheckedChanges } from './document-changes.js';
import type { FilterTree } from './filter-tree.js';

export interface PageQuery {
  filter: FilterTree;
  order: readonly SortKey[];
  limit: number;
  after: readonly Scalar[] | null;
}

/**
 * A backend's operations on one collection (of one team), called with validated queries.
 * Everything that could accidentally differ between backends is decided before, in `CheckedCollection`.
 */
export interface CollectionStore {
  /** Documents per `putMany` call. */
  readonly batch: number;
  find(query: PageQuery): Promise<{ docs: Doc[]; more: boolean }>;
  count(filter: FilterTree): Promise<number>;
  groupCount(filter: FilterTree, keys: readonly SortKey[]): Promise<GroupCount[]>;
  insert(text: string): Promise<void>;
  putMany(texts: readonly string[]): Promise<{ inserted: number; replaced: number }>;
  /** Changes the first match in this order. */
  updateFirst(
    filter: FilterTree,
    order: readonly SortKey[],
    changes: CheckedChanges,
  ): Promise<Doc | null>;
  updateMany(filter: FilterTree, changes: CheckedChanges): Promise<number>;
  removeMany(filter: FilterTree): Promise<number>;
}
