import type { InventoryTarget, TargetKind } from '../../../../contract/web-targets.js';
import type {
  Changes,
  CollectionSpec,
  Filter,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { type ScanTrace, TRACE_FIELDS } from '../../orchestration/index.js';
import type { TargetForm } from './target-form.rules.js';

/** A target of the inventory; one that was removed stays as a mark, so that its old scans do not bring it back. */
export interface StoredTarget
  extends TeamDoc,
    ScanTrace,
    Pick<TargetForm, 'kind' | 'key' | 'url' | 'hosts' | 'everyHost' | 'accounts'>,
    Pick<InventoryTarget, 'name' | 'addedBy' | 'addedAt'> {
  /** Name, address and hosts in lower case. */
  searchText: string;
  removedAt: string | null;
}

const targets: CollectionSpec<StoredTarget> = {
  name: 'web_targets',
  scope: 'team',
  fields: {
    ...TRACE_FIELDS,
    key: 'string',
    kind: 'string',
    name: 'string',
    searchText: 'string',
    removedAt: 'string',
  },
  unique: [['key']],
  indexes: [['removedAt', 'name']],
};

export class TargetsRepository extends TeamRepository<StoredTarget> {
  static readonly database = 'securityScans';
  static readonly specs = [targets];
  protected readonly spec = targets;

  /** Not one that was removed. */
  async get(scope: TeamScope, id: string): Promise<StoredTarget | null> {
    const target = await this.of(scope).get(id);
    return target?.removedAt === null ? target : null;
  }

  /** Also one that was removed. */
  async findByKey(scope: TeamScope, key: string): Promise<StoredTarget | null> {
    return (await this.of(scope).find({ key }, { limit: 1 })).items[0] ?? null;
  }

  page(
    scope: TeamScope,
    { q, kind }: { q?: string; kind?: readonly TargetKind[] },
    limit: number,
    cursor?: string,
  ) {
    const where: Filter = {
      removedAt: null,
      ...(kind ? { kind: { in: kind } } : {}),
      ...(q ? { searchText: { contains: q.toLowerCase() } } : {}),
    };
    return this.of(scope).find(where, { sort: ['name'], limit, after: cursor ?? null });
  }

  /** Throws ConflictError when the team has the target, or had it. */
  add(target: StoredTarget) {
    return this.of(target).insert(target);
  }

  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>, only: Filter = {}) {
    return this.of(scope).update(id, { set }, only);
  }
}
