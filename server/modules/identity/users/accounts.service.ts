import type { Audit } from '../../../platform/audit/audit.js';
import { type Actor, INSTALLATION } from '../../../platform/auth/actor.js';
import { ForbiddenError, NotFoundError } from '../../../platform/errors.js';
import type { Client } from '../../../platform/http/client.js';
import { requireStrongPassword } from '../passwords/password.rules.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { SessionsService } from '../sessions/sessions.service.js';
import type { Entered } from '../sign-in/entry.js';
import type { LinksService } from '../sign-in/links.service.js';
import type { SignInService } from '../sign-in/sign-in.service.js';
import { type StoredUser, searchTextOf, type UsersRepository } from './users.repository.js';

export interface AccountsDeps {
  users: UsersRepository;
  hasher: PasswordHasher;
  signIns: SignInService;
  sessions: SessionsService;
  links: LinksService;
  audit: Audit;
}

/** What users change of their own accounts. */
export class AccountsService {
  constructor(private readonly deps: AccountsDeps) {}

  async changeName(actor: Actor, name: string): Promise<{ id: string; name: string }> {
    const user = await this.#own(actor);
    const searchText = searchTextOf({ name, email: user.email });
    await this.deps.users.change(user.id, { name, searchText });
    await this.deps.audit.record(actor, 'user.renamed', user.id, { from: user.name, to: name });
    return { id: user.id, name };
  }

  /** Ends the user’s other sessions; returns their number. */
  async changePassword(
    actor: Actor,
    { current, next }: { current: string; next: string },
    client: Client,
  ): Promise<number> {
    const { signIns, sessions } = this.deps;
    const user = await this.#own(actor);
    if (user.email === null) throw new ForbiddenError('this account has no password');
    // By the same counters as a sign-in: a stolen session must not try passwords.
    await signIns.check(user.email, current, client);
    await this.#store(actor, user, next, 'next');
    return sessions.endOthers(actor);
  }

  /** Sets a new password by a one-time link and signs in, perhaps after the second factor; ends all other sessions. */
  async resetPassword(token: string, password: string, client: Client): Promise<Entered> {
    const { users, links, sessions, signIns } = this.deps;
    const user = await users.get(await links.userOf('reset', token));
    if (user?.status !== 'active') throw new NotFoundError('this account is disabled');
    await requireStrong(password, user);
    await links.use('reset', token);
    const actor = { ...INSTALLATION, userId: user.id, name: user.name, permissions: [] };
    await this.#store(actor, user, password);
    await sessions.endAllOf(actor, user.id);
    if (user.email) await signIns.unlock(user.email);
    return signIns.enter(user, 'link', client);
  }

  /** Signs in by a one-time link. */
  async signInByLink(token: string, client: Client): Promise<string> {
    const { users, links, sessions } = this.deps;
    const userId = await links.use('link', token);
    const user = await users.get(userId);
    if (user?.status !== 'active') throw new NotFoundError('this account is disabled');
    // Only who may read the server's output or run commands there has such a link.
    await sessions.begin(userId, { by: 'link', isSecond: true }, client);
    return userId;
  }

  async #own(actor: Actor): Promise<StoredUser> {
    if (actor.keyId) throw new ForbiddenError('an API key cannot change its owner’s account');
    const user = await this.deps.users.get(actor.userId);
    if (!user) throw new NotFoundError('no such user');
    return user;
  }

  async #store(actor: Actor, user: StoredUser, password: string, field?: string): Promise<void> {
    const { users, hasher, audit } = this.deps;
    await requireStrong(password, user, field);
    await users.change(user.id, { passwordHash: await hasher.hash(password) });
    await audit.record(actor, 'user.password_changed', user.id);
  }
}

function requireStrong(
  password: string,
  { name, email }: StoredUser,
  field?: string,
): Promise<void> {
  return requireStrongPassword(password, [name, email ?? ''], field);
}
