import type { InventoryTarget, TargetKind } from '../../../../contract/web-targets.js';
import type { CollectionSpec, Filter, TeamScope } from '../../../platform/database/collection.js';
import {
  HERE,
  InventoryRepository,
  ITEM_FIELDS,
  type StoredItem,
} from '../../orchestration/index.js';
import type { TargetForm } from './target-form.rules.js';

/** A target of the inventory. A search looks at its name, address and hosts. */
export interface StoredTarget
  extends StoredItem,
    Pick<TargetForm, 'kind' | 'url' | 'hosts' | 'everyHost' | 'accounts'>,
    Pick<InventoryTarget, 'name'> {}

const targets: CollectionSpec<StoredTarget> = {
  name: 'web_targets',
  scope: 'team',
  fields: {
    ...ITEM_FIELDS,
    kind: 'string',
    name: 'string',
  },
  unique: [['key']],
  indexes: [['removedAt', 'name']],
};

export class TargetsRepository extends InventoryRepository<StoredTarget> {
  static readonly database = 'securityScans';
  static readonly specs = [targets];
  protected readonly spec = targets;

  page(
    scope: TeamScope,
    { q, kind }: { q?: string; kind?: readonly TargetKind[] },
    limit: number,
    cursor?: string,
  ) {
    const where: Filter = {
      ...HERE,
      ...(kind ? { kind: { in: kind } } : {}),
      ...(q ? { searchText: { contains: q.toLowerCase() } } : {}),
    };
    return this.of(scope).find(where, { sort: ['name'], limit, after: cursor ?? null });
  }
}
