import type { Audit } from '../../../platform/audit/audit.js';
import { INSTALLATION } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { RateLimitedError } from '../../../platform/errors.js';
import type { AttemptsRepository } from './attempts.repository.js';

export interface LockoutDeps {
  attempts: AttemptsRepository;
  audit: Audit;
  clock: Clock;
}

const MAX_FAILURES = 5;
const LOCK_MINUTES = 15;
/** Failures that are older than this no longer count. */
const FORGET_MS = LOCK_MINUTES * 60_000;

/** Counts attempts at secrets that people type, and locks what they were tried on. */
export class Lockout {
  constructor(private readonly deps: LockoutDeps) {}

  /**
   * Counts an attempt before its answer is known, so that parallel guesses get no more tries. Returns what to call when
   * it fails. Throws RateLimitedError while one of the keys is locked.
   */
  async attempt(keys: readonly string[]): Promise<() => Promise<void>> {
    await this.#requireUnlocked(keys);
    const isLast = await this.#count(keys);
    return async () => {
      if (isLast) await this.#lock(keys);
    };
  }

  /** After a success. */
  clear(keys: readonly string[]): Promise<void> {
    return this.deps.attempts.clear(keys);
  }

  /** Until when a key is locked; null when it is not. */
  async lockedUntil(key: string): Promise<string | null> {
    const [attempts] = await this.deps.attempts.getMany([key]);
    const now = this.deps.clock.now().toISOString();
    return attempts?.lockedUntil && attempts.lockedUntil > now ? attempts.lockedUntil : null;
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

  /** True for the last attempt before the lock. Throws when there were too many. */
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
    const who = { ...INSTALLATION, userId: 'unknown' };
    await audit.record(who, 'account.locked', keys[0] ?? '', { until });
  }
}
