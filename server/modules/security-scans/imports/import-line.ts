import { UnavailableError } from '../../../platform/errors.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Leases } from '../../../platform/leases/leases.js';
import { resultsLease } from '../evidence.service.js';
import type { StoredImport } from './imports.repository.js';

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

  /** `runner`: the name of this process. */
  constructor(
    private readonly leases: Leases,
    readonly runner: string,
  ) {}

  has(importId: string): boolean {
    return this.#entered.has(importId);
  }

  /** Whether a process with this name is alive and has imports. */
  async isAlive(runner: string | null): Promise<boolean> {
    return runner !== null && (await this.leases.isHeld(presenceOf(runner)));
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
   * the after-work of listeners is done, so that the next import may already run; then leaves the line.
   */
  join<T, R>(
    item: StoredImport,
    work: (lease: Lease) => Promise<T>,
    end: (done: T) => Promise<R>,
  ): Promise<R> {
    const { signal } = this.#ending;
    const turn = this.leases
      .hold(resultsLease(item), (lease) => this.#alone(() => work(lease)), { signal })
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

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#slot.then(work);
    this.#slot = turn.catch(() => {});
    return turn;
  }
}

/** This process shuts down while its import waits for another process. */
export class LineEndedError extends UnavailableError {
  constructor() {
    super('shutting down while another process imports for this team; retry the import');
  }
}

/** A lease held until `end`, and acquired again when it is lost. */
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
      const stay = async () => {
        while (!isOver) {
          await leases.hold(name, ({ signal }) => {
            resolve();
            const lost = new Promise<void>((giveUp) => {
              signal.addEventListener('abort', () => giveUp(), { once: true });
            });
            return Promise.race([ended, lost]);
          });
        }
      };
      stay().catch(reject);
    });
    this.visible.catch(() => {}); // awaiting it reports the error
  }
}
