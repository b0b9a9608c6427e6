import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import { outsideTasks } from '../database/task-databases.js';
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
  /** A holder that is not heard of for so long has lost it; it says so three times as often. */
  leaseMs: number;
  /** By how much the clocks of two hosts may differ; a lease is taken over so much later. */
  apartMs: number;
  /** The longest time between two looks at a lease that another process holds. */
  pollMs: number;
}

const PACE: LeasePace = { leaseMs: 15_000, apartMs: 5_000, pollMs: 100 };
const FIRST_POLL_MS = 10;

/**
 * What one process at a time may do, of all that share the store. Within the process callers come in
 * their order; between processes whoever looks first has it. A process that dies loses what it held.
 */
export class Leases {
  readonly #deps: LeasesDeps;
  readonly #pace: LeasePace;
  readonly #lines = new Map<string, Line>();

  constructor(deps: LeasesDeps) {
    this.#deps = deps;
    this.#pace = { ...PACE, ...deps.pace };
  }

  /**
   * Does the work while no other caller of this name does, here or elsewhere. `signal` ends the waiting
   * for another process, not the work. The answer does not wait for the lease to be given back; the
   * next caller does, and so does what was left for `afterwards`, which has run when this returns.
   */
  async hold<T>(
    name: string,
    work: (lease: Lease) => Promise<T>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<T> {
    const line = this.#lines.get(name) ?? { last: Promise.resolve(), callers: 0, isWanted: false };
    this.#lines.set(name, line);
    line.callers += 1;
    const scope = openScope();
    // A lease is renewed and given back over the process's own connections, whatever task asks for it.
    const held = outsideTasks(() => line.last.then(() => this.#take(name, line, signal)));
    const done = held.then((lease) => insideScope(scope, () => work(lease)));
    const release = async ([taken]: [PromiseSettledResult<HeldLease>, unknown]) => {
      if (taken.status === 'fulfilled') line.isWanted = await taken.value.release();
      line.callers -= 1;
      if (line.callers === 0) this.#lines.delete(name);
    };
    const released = outsideTasks(() => Promise.allSettled([held, done]).then(release));
    line.last = released;
    try {
      return await done;
    } finally {
      await closeScope(scope, released);
    }
  }

  /**
   * Runs `work`, which must not throw, once this caller holds no lease: at once, or when the outermost one has
   * been given back and before its `hold` returns. So what only follows from a change keeps nobody waiting.
   */
  afterwards(work: () => Promise<void>): Promise<void> {
    return afterLeases(work);
  }

  /** Whether somebody holds it, in whatever process. */
  async isHeld(name: string): Promise<boolean> {
    const until = await this.#deps.leases.until(name);
    return until !== null && until >= this.#at(-this.#pace.apartMs);
  }

  /** Ends when everything was given back: after the work has ended and before the databases are closed. */
  async close(): Promise<void> {
    while (this.#lines.size > 0)
      await Promise.all([...this.#lines.values()].map(({ last }) => last));
  }

  async #take(name: string, line: Line, signal?: AbortSignal): Promise<HeldLease> {
    const { leases, clock, log } = this.#deps;
    const { leaseMs, apartMs, pollMs } = this.#pace;
    // Time enough for those who look every `pollMs`, or a line that never ends would keep them out.
    if (line.isWanted) await pause(pollMs * 1.5);
    const owner = randomUUID();
    let waitMs = FIRST_POLL_MS;
    for (;;) {
      const askedMs = performance.now();
      const times = { until: this.#at(leaseMs), now: this.#at(-apartMs) };
      if (await leases.take(name, { owner, ...times })) {
        return new HeldLease({ name, owner, leases, clock, log, leaseMs }, askedMs);
      }
      await leases.want(name);
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
interface Line {
  last: Promise<unknown>;
  callers: number;
  /** Another process was waiting when this one last had it. */
  isWanted: boolean;
}
