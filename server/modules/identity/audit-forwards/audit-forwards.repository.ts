import type { AuditForward } from '../../../../contract/audit-forwards.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { SealedSecret } from '../../../platform/vault/vault.js';

export interface StoredForward
  extends TeamDoc,
    Omit<AuditForward, 'state' | 'waiting' | 'lastSentAt'> {
  /** The target as JSON in the vault. */
  sealed: SealedSecret;
  lastSentAt: string | null;
  /** Attempts that failed since the last success. */
  failures: number;
  /** No attempt before; null: at once. */
  notBefore: string | null;
}

const forwards: CollectionSpec<StoredForward> = {
  name: 'audit_forwards',
  scope: 'team',
  fields: { createdAt: 'string', 'sealed.box.tag': 'string' },
  indexes: [['createdAt']],
};

export class AuditForwardsRepository extends TeamRepository<StoredForward> {
  static readonly database = 'platform';
  static readonly specs = [forwards];
  protected readonly spec = forwards;

  async list(scope: TeamScope): Promise<StoredForward[]> {
    return (await this.of(scope).find({}, { sort: ['createdAt'], limit: 100 })).items;
  }

  /** Of all teams. */
  async all(): Promise<StoredForward[]> {
    const found: StoredForward[] = [];
    for await (const page of this.acrossTeams().each({})) found.push(...page);
    return found;
  }

  get(scope: TeamScope, id: string): Promise<StoredForward | null> {
    return this.of(scope).get(id);
  }

  add(forward: StoredForward): Promise<void> {
    return this.of(forward).insert(forward);
  }

  change(scope: TeamScope, id: string, set: Partial<StoredForward>): Promise<StoredForward | null> {
    return this.of(scope).update(id, { set });
  }

  /** Null when it was changed since it was read. */
  replaceSealed(forward: StoredForward, sealed: SealedSecret) {
    const unchanged = { 'sealed.box.tag': forward.sealed.box.tag };
    return this.of(forward).update(forward.id, { set: { sealed } }, unchanged);
  }

  remove(scope: TeamScope, id: string): Promise<boolean> {
    return this.of(scope).remove(id);
  }
}
