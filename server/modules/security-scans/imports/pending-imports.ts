import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { ImportLine } from './import-line.js';
import type { ImportRuns } from './import-runs.js';
import type { ImportJobs } from './imports.jobs.js';
import type { ImportsRepository, StoredImport } from './imports.repository.js';

export interface PendingImportsDeps {
  imports: Pick<ImportsRepository, 'unfinished'>;
  runs: Pick<ImportRuns, 'isElsewhere' | 'isHere' | 'takeOver'>;
  jobs: Pick<ImportJobs, 'request' | 'isBusy'>;
  line: Pick<ImportLine, 'drain' | 'stop'>;
  /** Whether some process runs jobs. */
  hasWorkers: () => Promise<boolean>;
  log: Logger;
}

const DRAIN_POLL_MS = 10;

/** Finds imports that processes left when they ended, and brings them to their end. */
export class PendingImports {
  readonly #taken = new Set<Promise<unknown>>();

  constructor(private readonly deps: PendingImportsDeps) {}

  /**
   * Lets workers import the uploads that wait. Without a worker, this process takes them over, and in any case
   * uploads whose file only it has and local files of dead processes. One whose results are all stored is finished;
   * of the others, what is stored is undone. An import whose file is lost ends as failed.
   */
  async resume(): Promise<void> {
    const { imports, runs, jobs, hasWorkers } = this.deps;
    const left: StoredImport[] = [];
    for (const item of await imports.unfinished()) {
      if (!runs.isHere(item) && !(await runs.isElsewhere(item))) left.push(item);
    }
    if (left.length === 0) return;
    const isWorked = await hasWorkers();
    const isForWorkers = (item: StoredImport) => isWorked && item.uploaded && !item.awaitsFile;
    for (const item of left) if (!isForWorkers(item)) this.#takeOver(item);
    for (const teamId of new Set(left.filter(isForWorkers).map((item) => item.teamId)))
      await jobs.request({ teamId });
  }

  /** Resolves when no job and no import of this process is left. */
  async drain(): Promise<void> {
    const { line, jobs } = this.deps;
    while (this.#taken.size > 0 || (await jobs.isBusy())) {
      await Promise.all(this.#taken);
      await line.drain();
      await pause(DRAIN_POLL_MS);
    }
    await line.drain();
  }

  /** At shutdown: ends running imports, and leaves those that wait for another process to the remaining processes. */
  async stop(): Promise<void> {
    await this.deps.line.stop();
    await Promise.all(this.#taken);
  }

  #takeOver(item: StoredImport): void {
    const { runs, log } = this.deps;
    const taken = runs
      .takeOver(item)
      .catch((error: unknown) =>
        log.warn({ err: error, importId: item.id }, 'import not resumed, will be tried again'),
      )
      .finally(() => this.#taken.delete(taken));
    this.#taken.add(taken);
  }
}
