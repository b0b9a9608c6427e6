import type { InventoryTarget, TargetKind } from '../../../../contract/web-targets.js';
import type { CollectionSpec, Filter, TeamScope } from '../../../platform/database/collection.js';
import {
  InventoryRepository,
  ITEM_FIELDS,
  PRESENT,
  type StoredItem,
} from '../../orchestration/index.js';
import type { TargetForm } from './target-form.rules.js';

/** A target in the inventory. A search covers its name, address and hosts. */
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
    accounts: 'string[]',
  },
  unique: [['key']],
  indexes: [['removedAt', 'name']],
};

/** Targets that share a host: rarely more than a few. */
const MAX_COVERING = 50;

export class TargetsRepository extends InventoryRepository<StoredTarget> {
  static readonly database = 'securityScans';
  static readonly specs = [targets];
  protected readonly spec = targets;

  /** The targets of a kind that report under this account. */
  async covering(scope: TeamScope, kind: TargetKind, account: string): Promise<StoredTarget[]> {
    const where = { ...PRESENT, kind, accounts: account };
    return (await this.of(scope).find(where, { limit: MAX_COVERING })).items;
  }

  page(
    scope: TeamScope,
    { q, kind }: { q?: string; kind?: readonly TargetKind[] },
    limit: number,
    cursor?: string,
  ) {
    const where: Filter = {
      ...PRESENT,
      ...(kind ? { kind: { in: kind } } : {}),
      ...(q ? { searchText: { contains: q.toLowerCase() } } : {}),
    };
    return this.of(scope).find(where, { sort: ['name'], limit, after: cursor ?? null });
  }
}
