import { INSTALLATION } from '../../../platform/auth/actor.js';
import { ConflictError, ForbiddenError, UnauthenticatedError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { InvitationsService } from '../invitations/invitations.service.js';
import type { Actors } from '../sessions/actors.js';
import type { StoredUser, UsersRepository } from '../users/users.repository.js';
import type { UsersService } from '../users/users.service.js';
import { type Claims, matches, nameOf, shownClaims, verifiedEmailOf } from './claims.rules.js';
import { ruleText } from './grants.rules.js';
import type { StoredProvider } from './identity-providers.repository.js';
import type { RuleGrantsService } from './rule-grants.service.js';
import {
  identityIdOf,
  type SignOnIdentitiesRepository,
  type StoredIdentity,
} from './sign-on-identities.repository.js';

export interface SignOnPeopleDeps {
  identities: SignOnIdentitiesRepository;
  users: { stored: UsersRepository; accounts: UsersService; actors: Actors };
  grants: RuleGrantsService;
  invitations: InvitationsService;
  maskText: (text: string) => string;
  platform: Pick<Platform, 'audit' | 'clock'>;
}

/** With a public provider anyone may sign in, so the list of who waits is bounded. */
const MAX_WAITING = 500;
const MAX_SUBJECT = 255;

/** Who the people are that providers vouch for, and whether they may come in. */
export class SignOnPeople {
  constructor(private readonly deps: SignOnPeopleDeps) {}

  /** Stores what the provider says about the person; links nothing. */
  async seen(provider: StoredProvider, claims: Claims): Promise<StoredIdentity> {
    const { identities, platform, maskText } = this.deps;
    const { iss, sub } = claims;
    if (iss !== provider.issuer || typeof sub !== 'string' || !sub || sub.length > MAX_SUBJECT) {
      throw new UnauthenticatedError(`${provider.name} does not say who signed in`);
    }
    const now = platform.clock.now().toISOString();
    const matching = provider.rules.filter((rule) => matches(rule, claims, provider.trustsEmail));
    const said = {
      ...{ provider: provider.id, name: nameOf(claims), lastSeenAt: now },
      email: verifiedEmailOf(claims, provider.trustsEmail),
      claims: shownClaims(claims, maskText),
      grants: matching.map(({ grant }) => grant),
      matched: matching.map(ruleText),
    };
    const id = identityIdOf(provider.issuer, sub);
    const known = await identities.change(id, said);
    if (known) return known;
    const full = (await identities.countWaiting(provider.id)) >= MAX_WAITING;
    if (full && matching.length === 0) {
      throw new ForbiddenError('too many people wait to be admitted: ask an administrator');
    }
    const identity = {
      ...{ id, issuer: provider.issuer, subject: sub, ...said },
      ...{ userId: null, isWaiting: true, firstSeenAt: now },
    };
    try {
      await identities.add(identity);
      return identity;
    } catch (error) {
      const added = error instanceof ConflictError ? await identities.change(id, said) : null;
      if (added) return added;
      throw error;
    }
  }

  /** The account of the person, after the rules gave and took; null for who must wait. */
  async admitted(
    provider: StoredProvider,
    identity: StoredIdentity,
  ): Promise<{ user: StoredUser; team?: string } | null> {
    const { users, grants, identities } = this.deps;
    const user = await this.#userOf(identity);
    if (user === null && identity.grants.length === 0) return this.#wait(identity);
    const made = user ?? (await this.#newUser(identity, identity.email));
    const account = made ?? (await this.#linkedMeanwhile(identity));
    if (account === null) return this.#wait(identity);
    requireActive(account);
    await grants.apply(account.id, provider.id);
    const now = await users.stored.get(account.id);
    const memberships = await users.actors.membershipsOf(account.id);
    if (!now || (memberships.length === 0 && !now.isInstallationAdmin)) return this.#wait(identity);
    if (identity.isWaiting) await identities.change(identity.id, { isWaiting: false });
    return { user: now };
  }

  /** The account of the person, as a member of the team that the invitation is to. */
  async invited(
    provider: StoredProvider,
    identity: StoredIdentity,
    tokenHash: string,
  ): Promise<{ user: StoredUser; team: string }> {
    const { invitations, grants, identities } = this.deps;
    const linked = await this.#userOf(identity);
    if (linked) requireActive(linked);
    const { user, teamId } = await invitations.acceptAs(tokenHash, async ({ email }) => {
      if (linked) return linked;
      if (identity.email !== null && identity.email !== email) {
        throw new ForbiddenError(`this invitation is for ${email}, not for ${identity.email}`);
      }
      const added = await this.#newUser(identity, email);
      if (added) return added;
      throw new ConflictError(
        'there is an account with this e-mail address: accept the invitation with its password, and link the provider in your account',
      );
    });
    await identities.change(identity.id, { isWaiting: false });
    await grants.apply(user.id, provider.id);
    return { user, team: teamId };
  }

  /** A new account for who waits, by an administrator. Throws ConflictError when the e-mail address is taken. */
  async newAccount(
    identity: StoredIdentity,
    by: { userId: string; teamId: string },
  ): Promise<string> {
    const user = await this.#newUser(identity, identity.email, by);
    if (user) return user.id;
    throw new ConflictError(
      'there is an account with this e-mail address: link this person to it instead',
    );
  }

  /** Throws ForbiddenError for the operator and for service accounts. */
  async requirePerson(userId: string): Promise<void> {
    if ((await this.deps.users.stored.get(userId))?.kind === 'person') return;
    throw new ForbiddenError('only accounts of people are linked to a provider');
  }

  /** Links the identity to an account, because its owner or an administrator wants it. */
  async link(
    { id, provider, userId: linkedTo }: StoredIdentity,
    userId: string,
    by: { userId: string; teamId: string } = { ...INSTALLATION, userId },
  ): Promise<void> {
    const { identities, platform } = this.deps;
    if (linkedTo === userId) return;
    await this.requirePerson(userId);
    const isLinked = (await identities.link(id, userId)) !== null;
    if (!isLinked) throw new ConflictError('it is linked to another account already');
    await platform.audit.record(by, 'identity.linked', userId, { provider, identity: id });
  }

  /** A new account that is linked to the identity; null when its e-mail address is taken by another one. */
  async #newUser(
    identity: StoredIdentity,
    email: string | null,
    by: { userId: string; teamId: string } = { ...INSTALLATION, userId: 'single-sign-on' },
  ): Promise<StoredUser | null> {
    const { users } = this.deps;
    if (email !== null && (await users.stored.byEmail(email))) return null;
    const name = identity.name ?? email ?? identity.subject.slice(0, 100);
    const given = { email, name, isInstallationAdmin: false };
    const user = await users.accounts.add(by, given).catch((error: unknown) => {
      if (error instanceof ConflictError) return null;
      throw error;
    });
    if (user === null) return null;
    try {
      await this.link(identity, user.id, by);
      return user;
    } catch (error) {
      // Another sign-in of the same person was faster.
      await users.stored.remove(user.id);
      if (error instanceof ConflictError) return null;
      throw error;
    }
  }

  /** By another sign-in of the same person. */
  async #linkedMeanwhile({ id }: StoredIdentity): Promise<StoredUser | null> {
    const now = await this.deps.identities.get(id);
    return now ? this.#userOf(now) : null;
  }

  async #userOf({ userId }: StoredIdentity): Promise<StoredUser | null> {
    return userId === null ? null : this.deps.users.stored.get(userId);
  }

  async #wait(identity: StoredIdentity): Promise<null> {
    const { identities, platform } = this.deps;
    await identities.wait(identity);
    const who = { ...INSTALLATION, userId: identity.userId ?? 'unknown' };
    const details = { provider: identity.provider, reason: 'waits to be admitted' };
    await platform.audit.record(who, 'sign_in.refused', identity.id, details);
    return null;
  }
}

function requireActive({ status }: StoredUser): void {
  if (status !== 'active') throw new ForbiddenError('this account is disabled');
}
