import { UnavailableError } from '../../../platform/errors.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Leases } from '../../../platform/leases/leases.js';
import { resultsLease } from '../evidence.service.js';
import type { StoredImport } from './imports.repository.js';

/** What a process does while imports of it wait or run: says so to the others. */
const presenceOf = (runner: string) => `security-scans/imports-of/${runner}`;

/**
 * The imports of this process: one runs at a time, and of one team one in all processes. While some wait or
 * run, the process holds a lease in its own name, by which the others know that it lives.
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

  /** Whether a process of this name lives and has imports. */
  async isAlive(runner: string | null): Promise<boolean> {
    return runner !== null && (await this.leases.isHeld(presenceOf(runner)));
  }

  /** From the answer on the others know that this process lives; to be left again. */
  async enter(importId: string): Promise<void> {
    this.#entered.add(importId);
    this.#presence ??= new Presence(this.leases, presenceOf(this.runner));
    try {
      await this.#presence.told;
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
   * Does the work in its turn, then `end` when the next import may begin already: once the lease is free and what
   * listeners do after it is done. Who has entered leaves by the end of it.
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

  /** Ends when every import of this process has ended. */
  async drain(): Promise<void> {
    while (this.#turns.size > 0) await Promise.all(this.#turns.values());
  }

  /** The same, but what waits for another process is left to whoever lives. */
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

/** This process ends while an import waits for another one's. */
export class LineEndedError extends UnavailableError {
  constructor() {
    super('the program ends while another one imports a report of the team; import the file again');
  }
}

/** A lease held without work, and taken again when it was lost. */
class Presence {
  /** Ends once the others can see it. */
  readonly told: Promise<void>;
  end: () => void = () => {};

  constructor(leases: Leases, name: string) {
    let isOver = false;
    const ended = new Promise<void>((resolve) => {
      this.end = () => {
        isOver = true;
        resolve();
      };
    });
    this.told = new Promise((tell, fail) => {
      const stay = async () => {
        while (!isOver) {
          await leases.hold(name, ({ signal }) => {
            tell();
            const lost = new Promise<void>((resolve) => {
              signal.addEventListener('abort', () => resolve(), { once: true });
            });
            return Promise.race([ended, lost]);
          });
        }
      };
      stay().catch(fail);
    });
    this.told.catch(() => {}); // told to who waits for it
  }
}
