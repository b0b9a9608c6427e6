import { setTimeout as pause } from 'node:timers/promises';
import type { CSPMDatabaseManager, DatabaseHealth } from '../database/database-manager.js';
import type { DatabaseKey } from '../database/names.js';
import type { Logger } from '../log/structured-logging.js';

export interface StoreWatchDeps {
  databases: Pick<CSPMDatabaseManager, 'ping'>;
  log: Logger;
  pace?: Partial<WatchPace>;
}

export interface WatchPace {
  /** Interval between looks while every database responds. */
  lookMs: number;
  /** While one is away. */
  awayMs: number;
}

/** Why each database that is away cannot be used. */
export type Problems = ReadonlyMap<DatabaseKey, string>;

const PACE: WatchPace = { lookMs: 5_000, awayMs: 1_000 };
/** A process that stalled, or a busy database, may miss one look. */
const MAX_LATE = 2;
const SETTLE_MS = 10_000;

/** Notices that a database in use is lost, and that it is back, while the process runs. Logs each once. */
export class StoreWatch {
  readonly #deps: StoreWatchDeps;
  readonly #pace: WatchPace;
  readonly #listeners: ((problems: Problems) => void)[] = [];
  readonly #late = new Map<DatabaseKey, number>();
  readonly #ending = new AbortController();
  #problems: Problems = new Map();
  #settledAt = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: StoreWatchDeps) {
    this.#deps = deps;
    this.#pace = { ...PACE, ...deps.pace };
  }

  get problems(): Problems {
    return this.#problems;
  }

  /** No database is away, and processes have had time to renew their leases since. */
  get isSettled(): boolean {
    return this.#problems.size === 0 && performance.now() >= this.#settledAt;
  }

  /** Called after each change of what is away. */
  onChange(listener: (problems: Problems) => void): void {
    this.#listeners.push(listener);
  }

  begin(): void {
    this.#looking = this.#lookUntilEnd();
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#looking;
  }

  async look(): Promise<void> {
    const found = await this.#deps.databases.ping();
    const problems = new Map<DatabaseKey, string>();
    for (const health of found) {
      const problem = this.#problemOf(health);
      if (problem) problems.set(health.key, problem);
    }
    const before = this.#problems;
    this.#problems = problems;
    const nameOf = new Map(found.map(({ key, name }) => [key, name]));
    const names = (keys: DatabaseKey[]) => keys.map((key) => nameOf.get(key) ?? key);
    const lost = [...problems.keys()].filter((key) => !before.has(key));
    const back = [...before.keys()].filter((key) => !problems.has(key));
    const { log } = this.#deps;
    if (lost.length > 0) {
      const reason = [...new Set(lost.map((key) => problems.get(key)))].join('; ');
      log.error({ databases: names(lost), reason }, 'databases lost');
    }
    if (back.length > 0) {
      this.#settledAt = performance.now() + SETTLE_MS;
      log.warn({ databases: names(back) }, 'databases back');
    }
    if (lost.length + back.length > 0)
      for (const listener of this.#listeners) listener(this.#problems);
  }

  /** A ping without a response counts once it has happened several times in a row. */
  #problemOf({ key, ok, problem, isLate }: DatabaseHealth): string | null {
    const late = isLate ? (this.#late.get(key) ?? 0) + 1 : 0;
    this.#late.set(key, late);
    if (ok || (isLate && late <= MAX_LATE && !this.#problems.has(key))) return null;
    return problem;
  }

  async #lookUntilEnd(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const waitMs = this.#problems.size > 0 ? this.#pace.awayMs : this.#pace.lookMs;
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.look();
    }
  }
}
