import type { ImportStatus, StatedCoverage } from '../../../../contract/security-scans.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { AppError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import { type Lease, LeaseLostError } from '../../../platform/leases/held-lease.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { isOutage } from '../../../platform/outages/outage.js';
import { importCompleted, reportStored } from '../security-scans.events.js';
import type { InterruptedImports } from '../undo/interrupted-imports.js';
import type { FinishImport, ImportRecords } from './import-records.js';
import { type StoredImport, storedAt } from './imports.repository.js';
import { freeHeap } from './keep-heap-small.js';
import {
  type AssessReport,
  hashFile,
  type ImportRunParts,
  READER_VERSION,
  runImport,
} from './run-import.js';
import { summarizeIdentical, summarizeImport } from './summarize-import.js';

export interface ImportWorkDeps {
  records: ImportRecords;
  run: ImportRunParts;
  upkeep: Pick<InterruptedImports, 'undo'> & {
    /** Done first: what an interrupted undo or import left, and triage that has expired. */
    prepare: (team: TeamScope, lease: Lease) => Promise<void>;
  };
  events: Events;
  clock: Clock;
  log: Logger;
}

export interface ImportOptions {
  onProgress?: (item: Pick<StoredImport, 'status' | 'progress'>) => void;
  /** Given by the scan that made the report. */
  assess?: AssessReport;
  /** What the caller states about the report; left out: nothing. */
  coverage?: StatedCoverage;
}

interface ToStore {
  path: string;
  sha256: string;
  previous: StoredImport | null;
  assess?: AssessReport;
  lease: Lease;
  report: ReturnType<typeof throttled>;
}

const PROGRESS_EVERY_MS = 250;

/** Reads and stores the report of an import, and brings the import to its end. */
export class ImportWork {
  constructor(private readonly deps: ImportWorkDeps) {}

  /**
   * Stores the report while the lease is held. Returns a function that finishes the import, to be called when the
   * lease is free and the listeners' after-work is done: a caller who sees the import done also sees its
   * consequences. If this process dies before all is stored, what it stored is undone and the import starts again;
   * afterwards, another process finishes it (`follow`). Null when the lease is lost or another process has it. Throws
   * when a store is away or full: it can begin again.
   */
  async do(
    item: StoredImport,
    path: string,
    options: ImportOptions,
    lease: Lease,
  ): Promise<FinishImport | null> {
    const { clock, records, log } = this.deps;
    const { onProgress, assess } = options;
    const startedMs = clock.now().getTime();
    const { teamId, id: importId, sizeBytes } = item;
    log.info({ teamId, importId, sizeBytes }, 'import started');
    const report = throttled(async (status: ImportStatus, progress: number) => {
      onProgress?.({ status, progress });
      await records.progress(item, { status, progress });
    });
    try {
      const previous = await records.previous(item);
      const sha256 = await hashFile(path);
      // An assessed report may be found less complete than an identical one before it.
      if (!assess && isIdentical(previous, item, sha256) && !(await this.#isJudgedAnew(previous))) {
        const stored = await records.store(item, previous, summarizeIdentical(previous));
        return stored && (await this.follow(stored, lease));
      }
      const stored = await this.#store(item, { path, sha256, previous, assess, lease, report });
      freeHeap(item);
      return stored && (await this.follow(stored, lease));
    } catch (error) {
      await report.settled();
      if (error instanceof LeaseLostError) {
        log.warn({ importId: item.id }, 'import lease lost, left to another process');
        return null;
      }
      const isUndone = await this.#undo(item, lease);
      // It begins again when the store is back.
      if (isOutage(error)) throw error;
      if (isUndone === null) return null;
      records.countFailure((clock.now().getTime() - startedMs) / 1000);
      if (!(error instanceof AppError))
        log.error({ err: error, importId: item.id }, 'import crashed');
      const problem =
        error instanceof AppError
          ? error.message
          : `the import failed with an internal error; ${isUndone ? 'nothing of it was kept' : 'results already stored were kept'}. See the server log.`;
      return () => this.fail(item, problem);
    }
  }

  /** Reads the report and stores it. */
  async #store(item: StoredImport, { path, sha256, previous, assess, lease, report }: ToStore) {
    const { clock, records, run, log } = this.deps;
    const startedMs = clock.now().getTime();
    const done = await runImport(run, {
      team: item,
      importId: item.id,
      scanId: item.scanId ?? null,
      path,
      fileName: item.fileName,
      target: item.target ?? null,
      sha256,
      sizeBytes: item.sizeBytes,
      now: clock.now().toISOString(),
      assess,
      coverage: item.coverage,
      lease,
      onFault: (fault) => log.error({ importId: item.id, fault }, 'report reader failed'),
      onApply: (places) => records.apply(item, places),
      onTooLarge: () => records.unrecorded(item),
      onProgress: (phase, share) =>
        report(phase, phase === 'reading' ? share * 0.7 : 0.7 + share * 0.3),
    });
    await report.settled();
    records.count(done, (clock.now().getTime() - startedMs) / 1000);
    return records.store(...([item, previous, { sha256, ...summarizeImport(done) }] as const), {
      changes: done.changes,
      places: done.survey.places.map(({ provider, accountId }) => ({ provider, accountId })),
      at: clock.now().toISOString(),
    });
  }

  /**
   * Lets the engine and the other listeners follow an import whose results are all stored, by this process or one
   * that died. Returns a function that finishes it, as `do` does. Repeating it changes nothing.
   */
  async follow(item: StoredImport, lease: Lease): Promise<FinishImport | null> {
    const { records, events } = this.deps;
    const { teamId, id: importId, scanId = null, sha256, followUp, stored } = item;
    if (!stored) return null;
    if (followUp) {
      const { changes, places, at } = followUp;
      await events.emit(importCompleted, { teamId, importId, ...changes });
      freeHeap(item);
      const report = { teamId, importId, scanId, sha256: sha256 ?? '', at, places };
      await events.emit(reportStored, report);
    }
    // A listener that could not write has only logged it: the import is then followed again.
    lease.check();
    return () => records.finish(item, stored);
  }

  /**
   * Ends an import that cannot be continued, since its file was its process's own or is gone. Undone, or finished:
   * what it stored counts then.
   */
  async giveUp(item: StoredImport, problem: string, lease: Lease): Promise<FinishImport> {
    const isUndone = await this.deps.upkeep.undo(item, lease);
    const kept = isUndone ? 'nothing of it was kept' : 'results already stored were kept';
    return () => this.deps.records.fail(item, `${problem} (${kept})`, { wasInterrupted: true });
  }

  /** Null when that fails too, for example without a database: then the import is resumed later. */
  async #undo({ id, teamId }: StoredImport, lease: Lease): Promise<boolean | null> {
    const { run, upkeep, log } = this.deps;
    try {
      const item = await run.imports.get({ teamId }, id);
      return item ? await upkeep.undo(item, lease) : true;
    } catch (error) {
      log.error({ err: error, importId: id }, 'failed import not undone, will be resumed');
      return null;
    }
  }

  /** A triage that has expired by now does not apply to the report, and its end is audited. */
  async prepare(team: TeamScope, lease: Lease): Promise<void> {
    try {
      await this.deps.upkeep.prepare(team, lease);
    } catch (error) {
      this.deps.log.error(
        { err: error, teamId: team.teamId },
        'import not started, will be resumed',
      );
      throw error;
    }
  }

  /** Whether a setting since then changes what its missing results mean. */
  async #isJudgedAnew(previous: StoredImport): Promise<boolean> {
    const { changedAt } = await this.deps.run.wholeReports.of(previous);
    return changedAt !== null && changedAt >= (storedAt(previous) ?? '');
  }

  /** Ends it as failed; null when another process has taken it over. */
  fail(item: StoredImport, problem: string): Promise<StoredImport | null> {
    return this.deps.records.fail(item, problem);
  }
}

/** Whether the previous import had these very bytes, and as much was stated about them: then nothing changes. */
function isIdentical(
  previous: StoredImport | null,
  { target, fileName, coverage }: StoredImport,
  sha256: string,
): previous is StoredImport {
  if (previous?.sha256 !== sha256 || previous.readerVersion !== READER_VERSION) return false;
  if ((previous.target ?? null) !== (target ?? null) || previous.coverage !== coverage)
    return false;
  // The same bytes under another file name may be a report of another thing.
  return !previous.isNameGuessed || previous.fileName === fileName;
}

/** Calls at most four times a second, one after the other; `settled` waits for the last call. */
function throttled(call: (status: ImportStatus, progress: number) => Promise<void>) {
  let lastMs = 0;
  let running: Promise<void> = Promise.resolve();
  const report = (status: ImportStatus, progress: number): void => {
    const nowMs = performance.now();
    if (nowMs - lastMs < PROGRESS_EVERY_MS) return;
    lastMs = nowMs;
    running = running.then(() => call(status, progress)).catch(() => {});
  };
  return Object.assign(report, { settled: () => running });
}
