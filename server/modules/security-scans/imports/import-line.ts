import { setTimeout as pause } from 'node:timers/promises';
import { UnavailableError } from '../../../platform/errors.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Leases } from '../../../platform/leases/leases.js';
import { isOutage } from '../../../platform/outages/outage.js';
import { resultsLease } from '../evidence.service.js';
import type { StoredImport } from './imports.repository.js';

/** How long an import waits for its team's lease before it lets others have the slot. */
const PATIENCE_MS = 1_000;
const POLL_MS = 100;

/** The lease that a process holds while it has imports, which shows other processes that it is alive. */
const presenceOf = (runner: string) => `security-scans/imports-of/${runner}`;

/**
 * The imports of this process: one runs at a time per process, and one per team across all processes. While
 * it has imports, the process holds a lease in its own name, which shows the others that it is alive.
 */
export class ImportLine {
  readonly #entered = new Set<string>();
  #presence: Presence | null = null;
  #slot: Promise<unknown> = Promise.resolve();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #ending = new AbortController();

  /** `runner`: the name of this process. `isSettled`: false during and shortly after an outage of a database. */
  constructor(
    private readonly leases: Leases,
    readonly runner: string,
    private readonly isSettled: () => boolean,
  ) {}

  has(importId: string): boolean {
    return this.#entered.has(importId);
  }

  /** Whether a process with this name is alive and has imports, or may be: in an outage no process can renew its lease. */
  async isAlive(runner: string | null): Promise<boolean> {
    return runner !== null && ((await this.leases.isHeld(presenceOf(runner))) || !this.isSettled());
  }

  /** Once resolved, other processes see this one as alive. Pair with `leave`. */
  async enter(importId: string): Promise<void> {
    this.#entered.add(importId);
    this.#presence ??= new Presence(this.leases, presenceOf(this.runner));
    try {
      await this.#presence.visible;
    } catch (error) {
      this.leave(importId);
      throw error;
    }
  }

  leave(importId: string): void {
    this.#entered.delete(importId);
    if (this.#entered.size > 0) return;
    this.#presence?.end();
    this.#presence = null;
  }

  /**
   * Runs `work` when its turn comes and holds the lease meanwhile. Then runs `end`, when the lease is free and
   * the after-work of listeners is done, so that the next import may already run; then leaves the line. `signal`
   * ends the wait for the turn.
   */
  join<T, R>(
    item: StoredImport,
    work: (lease: Lease) => Promise<T>,
    end: (done: T) => Promise<R>,
    signal?: AbortSignal,
  ): Promise<R> {
    const turn = this.#inTurn(item, work, signal)
      .then(end)
      .finally(() => this.leave(item.id));
    const settled = turn.catch(() => {}).finally(() => this.#turns.delete(item.id));
    this.#turns.set(item.id, settled);
    return turn;
  }

  /** Resolves when every import of this process has ended. */
  async drain(): Promise<void> {
    while (this.#turns.size > 0) await Promise.all(this.#turns.values());
  }

  /** Like `drain`, but leaves imports that wait for another process to the remaining processes. */
  stop(): Promise<void> {
    this.#ending.abort(new LineEndedError());
    return this.drain();
  }

  /**
   * The slot first, then the lease: who waits for this process's slot keeps nobody from the team's results. Who
   * waits for another process to free the lease gives the slot to imports of other teams meanwhile.
   */
  async #inTurn<T>(
    item: StoredImport,
    work: (lease: Lease) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const name = resultsLease(item);
    const ending = AbortSignal.any([this.#ending.signal, ...(signal ? [signal] : [])]);
    const withLease = async (free: () => void) => {
      const tooLong = new AbortController();
      const patience = setTimeout(() => tooLong.abort(new LeaseBusyError()), PATIENCE_MS);
      // The after-work of listeners needs no slot.
      const inSlot = (lease: Lease) => work(lease).finally(free);
      try {
        const signal = AbortSignal.any([ending, tooLong.signal]);
        return await this.leases.hold(name, inSlot, { signal });
      } finally {
        clearTimeout(patience);
      }
    };
    for (;;) {
      try {
        return await this.#inSlot(withLease);
      } catch (error) {
        if (!(error instanceof LeaseBusyError)) throw error;
      }
      while (await this.leases.isHeld(name)) {
        ending.throwIfAborted();
        await pause(POLL_MS);
      }
    }
  }

  /** One at a time; the next one begins when this one frees the slot, or ends. */
  #inSlot<T>(work: (free: () => void) => Promise<T>): Promise<T> {
    let free = () => {};
    const freed = new Promise<void>((resolve) => {
      free = resolve;
    });
    const turn = this.#slot.then(() => work(free));
    this.#slot = Promise.race([freed, turn.then(free, free)]);
    return turn;
  }
}

/** Another process holds the lease for longer. */
class LeaseBusyError extends Error {}

/** This process shuts down while its import waits for another process. */
export class LineEndedError extends UnavailableError {
  constructor() {
    super('shutting down while another process imports for this team; retry the import');
  }
}

/** A lease held until `end`, and acquired again when it is lost, as soon as the database is back. */
class Presence {
  /** Resolves once other processes can see it. */
  readonly visible: Promise<void>;
  end: () => void = () => {};

  constructor(leases: Leases, name: string) {
    let isOver = false;
    const ended = new Promise<void>((resolve) => {
      this.end = () => {
        isOver = true;
        resolve();
      };
    });
    this.visible = new Promise((resolve, reject) => {
      let wasVisible = false;
      const stand = ({ signal }: Lease) => {
        wasVisible = true;
        resolve();
        const lost = new Promise<void>((giveUp) => {
          signal.addEventListener('abort', () => giveUp(), { once: true });
        });
        return Promise.race([ended, lost]);
      };
      const stay = async () => {
        while (!isOver) {
          try {
            await leases.hold(name, stand);
          } catch (error) {
            if (!wasVisible || !isOutage(error)) throw error;
            await Promise.race([ended, pause(POLL_MS)]);
          }
        }
      };
      stay().catch(reject);
    });
    this.visible.catch(() => {}); // awaiting it reports the error
  }
}
