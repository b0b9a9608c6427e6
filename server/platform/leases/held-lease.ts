import type { Clock } from '../clock.js';
import type { WriteFence } from '../database/write-fence.js';
import { UnavailableError } from '../errors.js';
import type { Logger } from '../log/structured-logging.js';
import { isOutage } from '../outages/outage.js';
import type { LeasesRepository } from './leases.repository.js';

/** A lease as its holder sees it. */
export interface Lease {
  /** Aborts with a LeaseLostError when the lease is lost. */
  readonly signal: AbortSignal;
  /**
   * Throws LeaseLostError when another process may hold the lease. Makes no query. Databases check it in each
   * write of the holder; call it to stop early, and before writes elsewhere.
   */
  check(): void;
}

/** The process did not renew its lease in time, and another one may have taken over. */
export class LeaseLostError extends UnavailableError {
  /** `inOutage`: the database did not answer when the lease had to be renewed. */
  constructor(
    readonly lease: string,
    inOutage = false,
  ) {
    const why = inOutage
      ? 'the database did not respond, and this process'
      : 'this process stalled and';
    super(
      `${why} lost the lease ${lease}; another process may have taken over`,
      inOutage ? { outage: 'database' } : {},
    );
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

/**
 * A held lease: renews itself, and is lost when no renewal succeeds in time. As a fence it ends with what was
 * renewed last, whatever this process believes when a write of it arrives.
 */
export class HeldLease implements Lease, WriteFence {
  readonly #parts: HeldLeaseParts;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /**
   * Its end by two clocks of this process: the monotonic one may stop while the machine sleeps, and the
   * wall clock may be changed.
   */
  #end: { ms: number; at: number; until: number };
  #isReleased = false;
  #isStoreAway = false;

  /** `requestedMs`: `performance.now()` at the request; the lease cannot have started earlier. */
  constructor(parts: HeldLeaseParts, requestedMs: number) {
    this.#parts = parts;
    this.#end = this.#endFrom(requestedMs);
    this.#timer = setInterval(() => void this.#renew(), parts.leaseMs / 3).unref();
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  get until(): number {
    if (this.#lost.signal.aborted) return 0;
    return this.#isReleased ? Number.POSITIVE_INFINITY : this.#end.until;
  }

  refused(): void {
    this.#lose();
  }

  check(): void {
    this.#lost.signal.throwIfAborted();
    if (this.#isReleased) return;
    const { ms, at } = this.#end;
    if (performance.now() >= ms || this.#parts.clock.now().getTime() >= at) this.#lose();
    this.#lost.signal.throwIfAborted();
  }

  /** Returns whether another process waits for the lease. Never throws: an unreleased lease expires. */
  async release(): Promise<boolean> {
    clearInterval(this.#timer);
    this.#isReleased = true;
    const { leases, name, owner, log } = this.#parts;
    return leases.release(name, owner).catch((error: unknown) => {
      log.warn({ err: error, lease: name }, 'lease release failed, the lease will expire');
      return false;
    });
  }

  async #renew(): Promise<void> {
    const { leases, name, owner, clock, leaseMs, log } = this.#parts;
    const requestedMs = performance.now();
    const end = this.#endFrom(requestedMs);
    try {
      const until = new Date(clock.now().getTime() + leaseMs).toISOString();
      if (await leases.renew(name, owner, until)) this.#end = end;
      else this.#lose();
      this.#isStoreAway = false;
    } catch (error) {
      this.#isStoreAway = isOutage(error);
      log.warn({ err: error, lease: name }, 'lease renewal failed');
      if (performance.now() >= this.#end.ms) this.#lose();
    }
  }

  /** `until` is the end by the system clock, which databases compare with theirs. */
  #endFrom(requestedMs: number): { ms: number; at: number; until: number } {
    const { clock, leaseMs } = this.#parts;
    const leftMs = leaseMs - (performance.now() - requestedMs);
    const at = clock.now().getTime() + leftMs;
    return { ms: requestedMs + leaseMs, at, until: Date.now() + leftMs };
  }

  #lose(): void {
    clearInterval(this.#timer);
    if (this.#isReleased || this.#lost.signal.aborted) return;
    this.#parts.log.warn({ lease: this.#parts.name }, 'lease lost');
    this.#lost.abort(new LeaseLostError(this.#parts.name, this.#isStoreAway));
  }
}
