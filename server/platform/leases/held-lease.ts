import type { Clock } from '../clock.js';
import { UnavailableError } from '../errors.js';
import type { Logger } from '../log/structured-logging.js';
import type { LeasesRepository } from './leases.repository.js';

/** What a holder knows of its lease. */
export interface Lease {
  /** Aborts with a LeaseLostError when it is lost. */
  readonly signal: AbortSignal;
  /** To be asked before each write: throws LeaseLostError when another process may hold the lease. Asks no database. */
  check(): void;
}

/** The process was not heard of for too long, and another one may have taken over. */
export class LeaseLostError extends UnavailableError {
  constructor(readonly lease: string) {
    super(`this process was held up for too long, and another one may do its work (${lease})`);
  }
}

interface HeldLeaseParts {
  name: string;
  owner: string;
  leases: LeasesRepository;
  clock: Clock;
  log: Logger;
  leaseMs: number;
}

/** A lease while it is held: renewed by itself, and lost when that did not work in time. */
export class HeldLease implements Lease {
  readonly #parts: HeldLeaseParts;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /**
   * Its end by this process's own clocks. Both are asked: one stands still while the machine sleeps, the
   * other may be set.
   */
  #end: { ms: number; at: number };
  #isReleased = false;

  /** `askedMs`: when it was asked for, by `performance.now()`; it cannot have begun before. */
  constructor(parts: HeldLeaseParts, askedMs: number) {
    this.#parts = parts;
    this.#end = this.#endFrom(askedMs);
    this.#timer = setInterval(() => void this.#renew(), parts.leaseMs / 3).unref();
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  check(): void {
    const { ms, at } = this.#end;
    if (performance.now() >= ms || this.#parts.clock.now().getTime() >= at) this.#lose();
    this.#lost.signal.throwIfAborted();
  }

  /** Answers whether another process waits for it. Never throws: what cannot be given back ends by itself. */
  async release(): Promise<boolean> {
    clearInterval(this.#timer);
    this.#isReleased = true;
    const { leases, name, owner, log } = this.#parts;
    return leases.release(name, owner).catch((error: unknown) => {
      log.warn({ err: error, lease: name }, 'a lease could not be given back; it ends by itself');
      return false;
    });
  }

  async #renew(): Promise<void> {
    const { leases, name, owner, clock, leaseMs, log } = this.#parts;
    const asked = performance.now();
    const end = this.#endFrom(asked);
    try {
      const until = new Date(clock.now().getTime() + leaseMs).toISOString();
      if (await leases.renew(name, owner, until)) this.#end = end;
      else this.#lose();
    } catch (error) {
      log.warn({ err: error, lease: name }, 'a lease could not be renewed');
      if (performance.now() >= this.#end.ms) this.#lose();
    }
  }

  #endFrom(askedMs: number): { ms: number; at: number } {
    const { clock, leaseMs } = this.#parts;
    const passedMs = performance.now() - askedMs;
    return { ms: askedMs + leaseMs, at: clock.now().getTime() - passedMs + leaseMs };
  }

  #lose(): void {
    clearInterval(this.#timer);
    if (this.#isReleased || this.#lost.signal.aborted) return;
    this.#parts.log.warn({ lease: this.#parts.name }, 'a lease was lost');
    this.#lost.abort(new LeaseLostError(this.#parts.name));
  }
}
