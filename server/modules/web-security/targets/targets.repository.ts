import type { InventoryTarget, TargetKind } from '../../../../contract/web-targets.js';
import type { CollectionSpec, Filter, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
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

export class TargetsRepository extends InventoryRepository<StoredTarget> {
  static readonly database = 'securityScans';
  static readonly specs = [targets];
  protected readonly spec = targets;

  /** The targets that report under one of these accounts. */
  async covering(scope: TeamScope, accounts: readonly string[]): Promise<StoredTarget[]> {
    const found: StoredTarget[] = [];
    for (const part of inParts(accounts)) {
      const where = { ...PRESENT, accounts: { in: part } };
      for await (const page of this.of(scope).each(where)) found.push(...page);
    }
    return found;
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
