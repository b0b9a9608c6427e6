import type { Audit } from '../../../platform/audit/audit.js';
import { INSTALLATION } from '../../../platform/auth/actor.js';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { Clock } from '../../../platform/clock.js';
import { RateLimitedError, UnauthenticatedError } from '../../../platform/errors.js';
import type { Client } from '../../../platform/http/client.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { SessionsService } from '../sessions/sessions.service.js';
import type { StoredUser, UsersRepository } from '../users/users.repository.js';
import type { AttemptsRepository } from './attempts.repository.js';

export interface SignInDeps {
  users: UsersRepository;
  hasher: PasswordHasher;
  attempts: AttemptsRepository;
  sessions: SessionsService;
  audit: Audit;
  clock: Clock;
}

const MAX_FAILURES = 5;
const LOCK_MINUTES = 15;
/** Failures that are older than this no longer count. */
const FORGET_MS = LOCK_MINUTES * 60_000;

/** Signing in with e-mail and password. */
export class SignInService {
  constructor(private readonly deps: SignInDeps) {}

  /**
   * Throws UnauthenticatedError for a wrong password, an unknown or a disabled account, all alike, and
   * RateLimitedError while the account is locked.
   */
  async signIn(email: string, password: string, client: Client): Promise<StoredUser> {
    const user = await this.check(email, password, client);
    await this.deps.sessions.begin(user.id, 'password', client);
    const lastSignInAt = this.deps.clock.now().toISOString();
    return (await this.deps.users.change(user.id, { lastSignInAt })) ?? user;
  }

  /** The active user with this e-mail and password; counts failures. */
  async check(email: string, password: string, client: Client): Promise<StoredUser> {
    const { users, hasher, attempts, audit } = this.deps;
    const keys = keysOf(email, client.address);
    await this.#requireUnlocked(keys);
    // Counted before the answer is known, so that parallel guesses get no more tries.
    const isLast = await this.#count(keys);
    const user = await users.byEmail(email);
    const isRight = await hasher.verify(user?.passwordHash ?? null, password);
    if (!user || !isRight || user.status !== 'active') {
      if (isLast) await this.#lock(keys);
      const who = { ...INSTALLATION, userId: user?.id ?? 'unknown' };
      await audit.record(who, 'sign_in.failed', user?.id ?? keys[0], { address: client.address });
      throw new UnauthenticatedError('e-mail or password is wrong');
    }
    await attempts.clear(keys);
    if (user.passwordHash && hasher.isOutdated(user.passwordHash)) {
      await users.change(user.id, { passwordHash: await hasher.hash(password) });
    }
    return user;
  }

  /** Until when the account is locked; null when it is not. */
  async lockedUntil(email: string): Promise<string | null> {
    const [attempts] = await this.deps.attempts.getMany([accountKey(email)]);
    const now = this.deps.clock.now().toISOString();
    return attempts?.lockedUntil && attempts.lockedUntil > now ? attempts.lockedUntil : null;
  }

  unlock(email: string): Promise<void> {
    return this.deps.attempts.clear([accountKey(email)]);
  }

  async #requireUnlocked(keys: readonly string[]): Promise<void> {
    const { attempts, clock } = this.deps;
    const now = clock.now();
    for (const { lockedUntil } of await attempts.getMany(keys)) {
      if (lockedUntil === null || lockedUntil <= now.toISOString()) continue;
      const seconds = Math.ceil((Date.parse(lockedUntil) - now.getTime()) / 1_000);
      const message = `too many failed sign-ins: try again in ${Math.ceil(seconds / 60)} minutes`;
      throw new RateLimitedError(message, { retryAfterSeconds: seconds });
    }
  }

  /** Counts an attempt; true when it is the last one before the lock. Throws when there were too many. */
  async #count(keys: readonly string[]): Promise<boolean> {
    const { attempts, clock } = this.deps;
    const now = clock.now();
    const before = new Date(now.getTime() - FORGET_MS).toISOString();
    const old = (await attempts.getMany(keys)).filter(({ lastAt }) => lastAt < before);
    if (old.length > 0) await attempts.clear(old.map(({ id }) => id));
    const counts: number[] = [];
    for (const key of keys) {
      counts.push((await attempts.countFailure(key, now.toISOString())).failures);
    }
    const most = Math.max(...counts);
    if (most > MAX_FAILURES) {
      await this.#lock(keys);
      await this.#requireUnlocked(keys);
    }
    return most === MAX_FAILURES;
  }

  async #lock(keys: readonly string[]): Promise<void> {
    const { attempts, clock, audit } = this.deps;
    const until = new Date(clock.now().getTime() + LOCK_MINUTES * 60_000).toISOString();
    for (const key of keys) await attempts.lock(key, until);
    await audit.record({ ...INSTALLATION, userId: 'unknown' }, 'account.locked', keys[0] ?? '', {
      until,
    });
  }
}

const accountKey = (email: string) => `account:${tokenHash(email)}`;

/** The account, and the account from this address: never an address alone, which many people may share. */
function keysOf(email: string, address: string): [string, string] {
  return [accountKey(email), `from:${tokenHash(`${email} ${address}`)}`];
}
