import { permissionsOf, type Role } from '../../../../contract/roles.js';
import type { ServiceAccount } from '../../../../contract/service-accounts.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import { ForbiddenError, NotFoundError } from '../../../platform/errors.js';
import type { ApiKeysRepository, StoredApiKey } from '../api-keys/api-keys.repository.js';
import type { Membership, MembershipsRepository } from '../teams/memberships.repository.js';
import { type StoredUser, searchTextOf, type UsersRepository } from '../users/users.repository.js';

export interface ServiceAccountsDeps {
  users: UsersRepository;
  memberships: MembershipsRepository;
  keys: ApiKeysRepository;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

interface Found {
  user: StoredUser;
  membership: Membership;
}

/** Programs of a team. Each is a user without e-mail and password, and a member of its team only. */
export class ServiceAccountsService {
  constructor(private readonly deps: ServiceAccountsDeps) {}

  async list(actor: Actor): Promise<ServiceAccount[]> {
    const memberships = await this.deps.memberships.ofTeam(actor.teamId);
    const users = await this.deps.users.getMany(memberships.map(({ userId }) => userId));
    const keys = await this.deps.keys.list(actor);
    const byUser = new Map(memberships.map((membership) => [membership.userId, membership]));
    const items = users.flatMap((user) => {
      const membership = byUser.get(user.id);
      return membership && user.kind === 'service' ? [shown({ user, membership }, keys)] : [];
    });
    return items.sort((a, b) => a.name.localeCompare(b.name));
  }

  async create(
    actor: Actor,
    { name, role }: { name: string; role: Role },
  ): Promise<ServiceAccount> {
    const { users, memberships, audit, clock, newId } = this.deps;
    requireNoMore(actor, role);
    const createdAt = clock.now().toISOString();
    const user: StoredUser = {
      ...{ id: newId('usr'), email: null, name, kind: 'service', status: 'active', totp: null },
      ...{ isInstallationAdmin: false, passwordHash: null, lastSignInAt: null, createdAt },
      searchText: searchTextOf({ name, email: null }),
    };
    const membership: Membership = {
      ...{ id: newId('mem'), team: actor.teamId, userId: user.id, role, until: null },
      ...{ createdAt, createdBy: actor.userId },
    };
    // In this order: without its membership an account may nothing.
    await users.add(user);
    await memberships.add(membership);
    await audit.record(actor, 'service_account.created', user.id, { name, role });
    return shown({ user, membership }, []);
  }

  async change(
    actor: Actor,
    accountId: string,
    { isDisabled, role }: { isDisabled?: boolean; role?: Role },
  ): Promise<ServiceAccount> {
    const { users, memberships, keys, audit } = this.deps;
    const { membership } = await this.#found(actor, accountId);
    if (role) {
      requireNoMore(actor, role);
      await memberships.change(membership.id, { role, until: null });
    }
    if (isDisabled !== undefined) {
      await users.change(accountId, { status: isDisabled ? 'disabled' : 'active' });
    }
    await audit.record(actor, 'service_account.changed', accountId, { isDisabled, role });
    return shown(await this.#found(actor, accountId), await keys.list(actor));
  }

  async delete(actor: Actor, accountId: string): Promise<void> {
    const { users, memberships, keys, audit } = this.deps;
    const { user } = await this.#found(actor, accountId);
    await users.change(accountId, { status: 'disabled' });
    await keys.removeOfUser(accountId);
    await memberships.removeOfUser(accountId);
    await users.remove(accountId);
    await audit.record(actor, 'service_account.deleted', accountId, { name: user.name });
  }

  async #found({ teamId }: Actor, accountId: string): Promise<Found> {
    const membership = await this.deps.memberships.find(teamId, accountId);
    const user = membership && (await this.deps.users.get(accountId));
    if (membership && user?.kind === 'service') return { user, membership };
    throw new NotFoundError('no such service account', { accountId });
  }
}

function requireNoMore(actor: Actor, role: Role): void {
  const beyond = permissionsOf([role]).filter((each) => !actor.permissions.includes(each));
  if (beyond.length === 0) return;
  throw new ForbiddenError(`a service account may not do more than you: ${beyond.join(', ')}`);
}

function shown({ user, membership }: Found, keys: readonly StoredApiKey[]): ServiceAccount {
  const own = keys.filter(({ userId }) => userId === user.id);
  const uses = own.flatMap(({ lastUsedAt }) => lastUsedAt ?? []);
  return {
    ...{ id: user.id, name: user.name, role: membership.role, createdAt: user.createdAt },
    ...{ isDisabled: user.status === 'disabled', createdBy: membership.createdBy },
    ...{ keys: own.length, lastUsedAt: uses.sort().at(-1) ?? null },
  };
}
