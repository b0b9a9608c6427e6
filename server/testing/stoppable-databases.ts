import type { Collection, Database, Doc } from '../platform/database/collection.js';
import {
  CSPMDatabaseManager,
  type DatabaseSettings,
} from '../platform/database/database-manager.js';

const READS = ['get', 'getMany', 'find', 'each', 'count', 'groupCount'];

/** The process was killed: nothing that it still does reaches a database. */
export class KilledError extends Error {
  constructor() {
    super('the process was killed');
  }
}

/**
 * The databases of one process, which stops right before one of its writes: it is killed, or stalls until it is
 * woken up. Writes to the collections of all teams, such as leases, are not counted, but stop as well.
 */
export class StoppableDatabases {
  /** Writes since the last `stopBefore`. */
  writes = 0;
  #stopAt = Number.POSITIVE_INFINITY;
  #mode: 'kill' | 'stall' = 'stall';
  #isStopped = false;
  #stopped = () => {};
  #wake = () => {};
  #woken: Promise<void> = Promise.resolve();

  /** Opens the databases of `shared`, which outlive the process. */
  manager(shared: CSPMDatabaseManager): CSPMDatabaseManager {
    const settings: DatabaseSettings = { ...shared.settings };
    return new CSPMDatabaseManager({
      ...settings,
      open: (key) => this.#wrap(shared.get(key)),
    });
  }

  /** Resolves once the process has stopped. From then on its writes are counted anew. */
  stopBefore(write: number, mode: 'kill' | 'stall'): Promise<void> {
    this.writes = 0;
    this.#stopAt = write;
    this.#mode = mode;
    return new Promise((resolve) => {
      this.#stopped = resolve;
    });
  }

  /** A stalled process continues; a killed one is started again. */
  go(): void {
    this.#stopAt = Number.POSITIVE_INFINITY;
    this.#isStopped = false;
    this.#wake();
  }

  async #pass(isCounted: boolean): Promise<void> {
    if (isCounted && !this.#isStopped) {
      this.writes += 1;
      if (this.writes === this.#stopAt) this.#stop();
    }
    if (!this.#isStopped) return;
    if (this.#mode === 'kill') throw new KilledError();
    await this.#woken;
  }

  #stop(): void {
    this.#isStopped = true;
    this.#woken = new Promise((resolve) => {
      this.#wake = resolve;
    });
    this.#stopped();
  }

  #wrap(database: Database): Database {
    const stoppable = <T extends Doc>(collection: Collection<T>, hasTeam: boolean): Collection<T> =>
      new Proxy(collection, {
        get: (target, property) => {
          const value: unknown = Reflect.get(target, property);
          if (typeof value !== 'function') return value;
          const isWrite = typeof property === 'string' && !READS.includes(property);
          if (property === 'each') return value.bind(target);
          return async (...args: unknown[]) => {
            await this.#pass(hasTeam && isWrite);
            return value.apply(target, args);
          };
        },
      });
    return {
      name: database.name,
      team: (spec, scope) => stoppable(database.team(spec, scope), true),
      global: (spec) => stoppable(database.global(spec), false),
      acrossTeams: (spec) => stoppable(database.acrossTeams(spec), false),
      prepare: (specs) => database.prepare(specs),
      ping: () => database.ping(),
      close: async () => {},
    };
  }
}
