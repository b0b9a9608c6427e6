import type { SignOnIdentity } from '../../../../contract/identity-providers.js';
import type { Role } from '../../../../contract/roles.js';
import type { LinkedIdentity } from '../../../../contract/single-sign-on.js';
import { type Actor, INSTALLATION } from '../../../platform/auth/actor.js';
import type { Page } from '../../../platform/database/collection.js';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
} from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { SessionsRepository } from '../sessions/sessions.repository.js';
import type { TeamsService } from '../teams/teams.service.js';
import type { UsersRepository } from '../users/users.repository.js';
import type { IdentityProvidersService } from './identity-providers.service.js';
import type { RuleGrantsService } from './rule-grants.service.js';
import type {
  IdentityFilter,
  SignOnIdentitiesRepository,
  StoredIdentity,
} from './sign-on-identities.repository.js';
import type { SignOnPeople } from './sign-on-people.js';

export interface SignOnIdentitiesDeps {
  identities: SignOnIdentitiesRepository;
  users: UsersRepository;
  providers: IdentityProvidersService;
  people: SignOnPeople;
  access: { teams: TeamsService; sessions: SessionsRepository; grants: RuleGrantsService };
  platform: Pick<Platform, 'audit' | 'teams'>;
}

export interface Admission {
  userId: string | null;
  team: { id: string; role: Role } | null;
}

/** People as providers know them: who waits, what was last sent, and the links to accounts. */
export class SignOnIdentitiesService {
  constructor(private readonly deps: SignOnIdentitiesDeps) {}

  async list(
    filter: IdentityFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<SignOnIdentity>> {
    const page = await this.deps.identities.page(filter, limit, cursor);
    return { ...page, items: await Promise.all(page.items.map((each) => this.#shown(each))) };
  }

  /** Admits who waits: to a team, with a new account unless one is linked or named. */
  async admit(
    actor: Actor,
    identityId: string,
    { userId, team }: Admission,
  ): Promise<SignOnIdentity> {
    const { identities, people, access, platform } = this.deps;
    const identity = await this.#found(identityId);
    const account = userId ?? identity.userId;
    if (team === null && account === null) {
      throw new InvalidInputError('body.team: a new account needs a team', {
        errors: [{ path: 'body.team', message: 'a new account needs a team' }],
      });
    }
    if (team && !(await platform.teams.get(team.id))) {
      throw new NotFoundError('no such team', { teamId: team.id });
    }
    if (account !== null && !(await this.deps.users.get(account))) {
      throw new NotFoundError('no such user', { userId: account });
    }
    const by = { ...INSTALLATION, userId: actor.userId };
    const admitted = account ?? (await people.newAccount(identity, by));
    if (account !== null) await people.link(identity, account, by);
    await identities.change(identityId, { isWaiting: false });
    if (team) {
      await access.teams.add(actor, team.id, admitted, { role: team.role, until: null });
    }
    const details = {
      provider: identity.provider,
      identity: identityId,
      ...(team ? { team } : {}),
    };
    await platform.audit.record(by, 'identity.admitted', admitted, details);
    return this.#shown(await this.#found(identityId));
  }

  /** Forgets who waits; unlinks an account, whose grants by rules go and whose sessions by the provider end. */
  async forget(actor: Actor, identityId: string): Promise<void> {
    const { identities, platform } = this.deps;
    const identity = await this.#found(identityId);
    await identities.remove(identityId);
    const by = { ...INSTALLATION, userId: actor.userId };
    const details = { provider: identity.provider, identity: identityId };
    const subject = identity.userId ?? identityId;
    await platform.audit.record(by, 'identity.removed', subject, details);
    await this.#end(identity);
  }

  async ofUser({ userId }: Actor): Promise<LinkedIdentity[]> {
    const names = new Map(
      (await this.deps.providers.names()).map(({ id, name }) => [id, name] as const),
    );
    return (await this.deps.identities.ofUser(userId)).map((identity) => ({
      ...identity,
      providerName: names.get(identity.provider) ?? identity.provider,
    }));
  }

  /** Throws ConflictError when the account could not sign in without it. */
  async unlink(actor: Actor, identityId: string): Promise<void> {
    if (actor.keyId) throw new ForbiddenError('an API key cannot change its owner’s account');
    const { identities, users } = this.deps;
    const identity = await identities.get(identityId);
    if (identity?.userId !== actor.userId) throw new NotFoundError('no such identity');
    const user = await users.get(actor.userId);
    const others = (await identities.ofUser(actor.userId)).filter(({ id }) => id !== identityId);
    if (user?.passwordHash === null && others.length === 0) {
      throw new ConflictError('you could not sign in without it: ask for a password first');
    }
    await this.forget(actor, identityId);
  }

  async #end({ id, provider, userId }: StoredIdentity): Promise<void> {
    if (userId === null) return;
    await this.deps.access.sessions.removeSignedOn({ provider, identity: id });
    await this.deps.access.grants.apply(userId, provider);
  }

  async #found(identityId: string): Promise<StoredIdentity> {
    const identity = await this.deps.identities.get(identityId);
    if (!identity) throw new NotFoundError('no such identity', { identityId });
    return identity;
  }

  async #shown(identity: StoredIdentity): Promise<SignOnIdentity> {
    const { userId, email } = identity;
    const user = userId === null ? null : await this.deps.users.get(userId);
    const holder = userId === null && email !== null ? await this.deps.users.byEmail(email) : null;
    return { ...identity, userName: user?.name ?? null, emailTaken: holder !== null };
  }
}
