import type { Audit } from '../../../platform/audit/audit.js';
import { INSTALLATION } from '../../../platform/auth/actor.js';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';
import { UnauthenticatedError } from '../../../platform/errors.js';
import type { Client } from '../../../platform/http/client.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { SignedInBy } from '../sessions/sessions.repository.js';
import type { StoredUser, UsersRepository } from '../users/users.repository.js';
import type { Entered, Entry } from './entry.js';
import type { Lockout } from './lockout.js';

export interface SignInDeps {
  users: UsersRepository;
  hasher: PasswordHasher;
  lockout: Lockout;
  entry: Entry;
  audit: Audit;
}

/** Signing in with e-mail and password. */
export class SignInService {
  constructor(private readonly deps: SignInDeps) {}

  /**
   * Throws UnauthenticatedError for a wrong password, an unknown or a disabled account, all alike, and
   * RateLimitedError while the account is locked.
   */
  async signIn(email: string, password: string, client: Client): Promise<Entered> {
    const user = await this.check(email, password, client);
    return this.enter(user, 'password', client);
  }

  /** Signs in who has proven to be this user; asks for their second factor first, if they have one. */
  enter(user: StoredUser, by: SignedInBy, client: Client, team?: string): Promise<Entered> {
    return this.deps.entry.of(user, by, client, team);
  }

  /** The active user with this e-mail and password; counts failures. */
  async check(email: string, password: string, client: Client): Promise<StoredUser> {
    const { users, hasher, lockout, audit } = this.deps;
    const keys = keysOf(email, client.address);
    const failed = await lockout.attempt(keys);
    const user = await users.byEmail(email);
    const isRight = await hasher.verify(user?.passwordHash ?? null, password);
    if (!user || !isRight || user.status !== 'active') {
      await failed();
      const who = { ...INSTALLATION, userId: user?.id ?? 'unknown' };
      await audit.record(who, 'sign_in.failed', user?.id ?? keys[0], { address: client.address });
      throw new UnauthenticatedError('e-mail or password is wrong');
    }
    await lockout.clear(keys);
    if (user.passwordHash && hasher.isOutdated(user.passwordHash)) {
      await users.change(user.id, { passwordHash: await hasher.hash(password) });
    }
    return user;
  }

  /** Until when the account is locked; null when it is not. */
  lockedUntil(email: string): Promise<string | null> {
    return this.deps.lockout.lockedUntil(accountKey(email));
  }

  unlock(email: string): Promise<void> {
    return this.deps.lockout.clear([accountKey(email)]);
  }
}

const accountKey = (email: string) => `account:${tokenHash(email)}`;

/** The account, and the account from this address: never an address alone, which many people may share. */
function keysOf(email: string, address: string): [string, string] {
  return [accountKey(email), `from:${tokenHash(`${email} ${address}`)}`];
}
