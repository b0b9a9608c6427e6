import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Events } from '../../../platform/events/events.js';
import { accountJoined, accountLeft } from '../cloud-security.events.js';
import type { StoredAccount } from './accounts.repository.js';

export interface AccountTrailDeps {
  audit: Audit;
  events: Events;
}

/** Audits changes of accounts, and announces them to other modules. */
export class AccountTrail {
  constructor(private readonly deps: AccountTrailDeps) {}

  async created(actor: Actor, { id, name, key }: StoredAccount): Promise<void> {
    await this.deps.audit.record(actor, 'account.created', id, { name, key });
    await this.deps.events.emit(accountJoined, { teamId: actor.teamId, accountId: id });
  }

  async changed(
    actor: Actor,
    { before, after, fields }: { before: StoredAccount; after: StoredAccount; fields: string[] },
  ): Promise<void> {
    const { audit, events } = this.deps;
    const { id: accountId, status, scope } = after;
    await audit.record(actor, 'account.changed', accountId, { fields: fields.join(','), status });
    if (status === before.status) return;
    const { teamId } = actor;
    if (status === 'active') await events.emit(accountJoined, { teamId, accountId });
    else await events.emit(accountLeft, { teamId, accountId, scope });
  }

  async deleted(actor: Actor, { id, name, key, scope }: StoredAccount): Promise<void> {
    await this.deps.audit.record(actor, 'account.deleted', id, { name, key });
    await this.deps.events.emit(accountLeft, { teamId: actor.teamId, accountId: id, scope });
  }

  tested(actor: Actor, accountId: string): Promise<void> {
    return this.deps.audit.record(actor, 'account.tested', accountId);
  }
}
