import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import { outsideTasks } from '../database/task-databases.js';
import { behindFence, withoutFences } from '../database/write-fence.js';
import type { Logger } from '../log/structured-logging.js';
import { HeldLease, type Lease } from './held-lease.js';
import { afterLeases, closeScope, insideScope, openScope } from './lease-scope.js';
import type { LeasesRepository } from './leases.repository.js';

export interface LeasesDeps {
  leases: LeasesRepository;
  clock: Clock;
  log: Logger;
  pace?: Partial<LeasePace>;
}

export interface LeasePace {
  /** A holder that does not renew for this long loses the lease; it renews three times as often. */
  leaseMs: number;
  /** Allowed difference between the clocks of two hosts; takeover waits this much longer. */
  maxSkewMs: number;
  /** Longest interval between checks of a lease that another process holds. */
  pollMs: number;
}

const PACE: LeasePace = { leaseMs: 15_000, maxSkewMs: 5_000, pollMs: 100 };
const FIRST_POLL_MS = 10;

/**
 * Mutual exclusion between all processes that share the store. Callers within a process go in order;
 * between processes the first to check wins. A process that dies loses its leases. What a holder writes to any
 * database is refused there once its lease has ended (`write-fence.ts`).
 */
export class Leases {
  readonly #deps: LeasesDeps;
  readonly #pace: LeasePace;
  readonly #waitLines = new Map<string, WaitLine>();

  constructor(deps: LeasesDeps) {
    this.#deps = deps;
    this.#pace = { ...PACE, ...deps.pace };
  }

  /**
   * Runs the work while no other caller of this name runs, in any process. `signal` ends the wait for
   * another process, not the work. The result does not wait for the release of the lease; the next caller
   * does, and so does work passed to `afterwards`, which is done when this returns.
   */
  async hold<T>(
    name: string,
    work: (lease: Lease) => Promise<T>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<T> {
    const waitLine = this.#waitLines.get(name) ?? {
      last: Promise.resolve(),
      callers: 0,
      isWanted: false,
    };
    this.#waitLines.set(name, waitLine);
    waitLine.callers += 1;
    const scope = openScope();
    // Leases are renewed and released over the process's connections, whatever task or lease takes them.
    const outside = <R>(part: () => R) => outsideTasks(() => withoutFences(part));
    const held = outside(() => waitLine.last.then(() => this.#take(name, waitLine, signal)));
    const done = held.then((lease) =>
      behindFence(lease, () => insideScope(scope, () => work(lease))),
    );
    const release = async ([taken]: [PromiseSettledResult<HeldLease>, unknown]) => {
      if (taken.status === 'fulfilled') waitLine.isWanted = await taken.value.release();
      waitLine.callers -= 1;
      if (waitLine.callers === 0) this.#waitLines.delete(name);
    };
    const released = outside(() => Promise.allSettled([held, done]).then(release));
    waitLine.last = released;
    try {
      return await done;
    } finally {
      await closeScope(scope, released);
    }
  }

  /**
   * Runs `work`, which must not throw, once this caller holds no lease: at once, or after the release of the
   * outermost one and before its `hold` returns. So follow-up work does not delay callers that wait for a lease.
   */
  afterwards(work: () => Promise<void>): Promise<void> {
    return afterLeases(work);
  }

  /** Whether any process holds it. */
  async isHeld(name: string): Promise<boolean> {
    const until = await this.#deps.leases.until(name);
    return until !== null && until >= this.#at(-this.#pace.maxSkewMs);
  }

  /** Waits until every lease is released; call it after the work ended and before the databases close. */
  async close(): Promise<void> {
    while (this.#waitLines.size > 0)
      await Promise.all([...this.#waitLines.values()].map(({ last }) => last));
  }

  async #take(name: string, waitLine: WaitLine, signal?: AbortSignal): Promise<HeldLease> {
    const { leases, clock, log } = this.#deps;
    const { leaseMs, maxSkewMs, pollMs } = this.#pace;
    // Gives processes that check every `pollMs` a chance; an endless line of callers here would starve them.
    if (waitLine.isWanted) await pause(pollMs * 1.5);
    const owner = randomUUID();
    let waitMs = FIRST_POLL_MS;
    for (;;) {
      const requestedMs = performance.now();
      const times = { until: this.#at(leaseMs), now: this.#at(-maxSkewMs) };
      if (await leases.take(name, { owner, ...times })) {
        return new HeldLease({ name, owner, leases, clock, log, leaseMs }, requestedMs);
      }
      await leases.markWanted(name);
      do {
        signal?.throwIfAborted();
        await pause(waitMs);
        waitMs = Math.min(waitMs * 1.5, pollMs);
      } while (await this.isHeld(name));
    }
  }

  #at(inMs: number): string {
    return new Date(this.#deps.clock.now().getTime() + inMs).toISOString();
  }
}

/** The callers of one name in this process. */
interface WaitLine {
  last: Promise<unknown>;
  callers: number;
  /** Another process was waiting when this one last held the lease. */
  isWanted: boolean;
}
