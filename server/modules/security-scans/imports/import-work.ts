import type { ImportStatus } from '../../../../contract/security-scans.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Clock } from '../../../platform/clock.js';
import { AppError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import { type Lease, LeaseLostError } from '../../../platform/leases/held-lease.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import { toolFamily } from '../../../scanners/tools/registry.js';
import type { FindingsService } from '../findings/findings.service.js';
import { importCompleted } from '../security-scans.events.js';
import {
  type AssessReport,
  hashFile,
  type ImportRun,
  type ImportRunParts,
  READER_VERSION,
  runImport,
} from './import-run.js';
import { sameAgain, summaryOf } from './import-summary.js';
import type { ImportsRepository, StoredImport } from './imports.repository.js';

export interface ImportWorkDeps {
  imports: ImportsRepository;
  run: ImportRunParts;
  findings: Pick<FindingsService, 'expireTriage'>;
  audit: Audit;
  events: Events;
  metrics: Metrics;
  clock: Clock;
  log: Logger;
}

export interface ImportOptions {
  onProgress?: (item: Pick<StoredImport, 'status' | 'progress'>) => void;
  /** Asked by who ran the scan that made the report. */
  assess?: AssessReport;
}

const PROGRESS_EVERY_MS = 250;

/** What is done to an import: its report is read and stored, and it is brought to its end. */
export class ImportWork {
  constructor(private readonly deps: ImportWorkDeps) {}

  /**
   * Answers the import at its end; null when it is not this process's any more, which then has changed
   * nothing that another would not make good.
   */
  async do(
    item: StoredImport,
    path: string,
    { onProgress, assess }: ImportOptions,
    lease: Lease,
  ): Promise<StoredImport | null> {
    const { clock, imports, run, findings, metrics, log } = this.deps;
    const startedMs = clock.now().getTime();
    const tell = throttled(async (status: ImportStatus, progress: number) => {
      onProgress?.({ status, progress });
      await imports.update(item, { status, progress });
    });
    const last = await imports.lastDone(item);
    try {
      const sha256 = await hashFile(path);
      // Who assesses a report may find it less whole than its twin.
      if (!assess && isTwin(last, sha256)) return await this.#finish(item, last, sameAgain(last));
      // What has run out by now does not hold against this report, and leaves its trace.
      await findings.expireTriage(item, lease);
      const done = await runImport(run, {
        team: item,
        importId: item.id,
        path,
        fileName: item.fileName,
        sha256,
        sizeBytes: item.sizeBytes,
        now: clock.now().toISOString(),
        assess,
        lease,
        onProgress: (phase, share) =>
          tell(phase, phase === 'reading' ? share * 0.7 : 0.7 + share * 0.3),
      });
      await tell.settled();
      this.#count(done, (clock.now().getTime() - startedMs) / 1000);
      lease.check();
      // Before it is said to be done, so that who sees it done sees what follows from it too, and so that
      // a process that dies in between is taken up again.
      await this.deps.events.emit(importCompleted, {
        teamId: item.teamId,
        importId: item.id,
        ...done.news,
      });
      return await this.#finish(item, last, { sha256, ...summaryOf(done) });
    } catch (error) {
      await tell.settled();
      if (error instanceof LeaseLostError) {
        log.warn({ importId: item.id }, 'import lease lost, left to another process');
        return null;
      }
      metrics.importEnded('unknown', 'failed', (clock.now().getTime() - startedMs) / 1000);
      if (!(error instanceof AppError))
        log.error({ err: error, importId: item.id }, 'import failed');
      const problem =
        error instanceof AppError
          ? error.message
          : 'an internal error ended the import; nothing it had not stored was kept. The log has the details.';
      return await this.fail(item, problem);
    }
  }

  /** Ends it as failed; null when it is not its runner's any more. */
  async fail(item: StoredImport, problem: string): Promise<StoredImport | null> {
    const { clock, audit } = this.deps;
    const failed = await this.deps.imports.update(item, {
      status: 'failed',
      problem,
      progress: 1,
      finishedAt: clock.now().toISOString(),
      runner: null,
    });
    const actor = { teamId: item.teamId, userId: item.actor };
    if (failed) await audit.record(actor, 'import.failed', item.id, { problem });
    return failed;
  }

  async #finish(
    item: StoredImport,
    last: StoredImport | null,
    summary: Partial<StoredImport>,
  ): Promise<StoredImport | null> {
    const { imports, clock, audit } = this.deps;
    const finishedAt = after(last, item, clock.now());
    const done = await imports.update(item, { ...summary, progress: 1, finishedAt, runner: null });
    if (!done) return null;
    await audit.record({ teamId: item.teamId, userId: item.actor }, 'import.completed', item.id, {
      fileName: item.fileName,
      sha256: summary.sha256,
      status: summary.status,
    });
    return done;
  }

  #count({ outcome, survey, findings }: ImportRun, seconds: number): void {
    const { metrics } = this.deps;
    // By family: names that a report states would be labels without end.
    const tool = toolFamily(outcome.format);
    metrics.importEnded(tool, outcome.partial ? 'partial' : 'completed', seconds);
    for (const [verdict, count] of Object.entries(survey.counts)) {
      metrics.resultsIngested(tool, verdict, count);
    }
    for (const [change, count] of Object.entries(findings)) {
      metrics.findingsChanged(tool, change, count);
    }
  }
}

/** Whether the last import that was stored was of these very bytes: then there is nothing to do. */
function isTwin(last: StoredImport | null, sha256: string): last is StoredImport {
  return last?.sha256 === sha256 && last.readerVersion === READER_VERSION;
}

/** Later than the import before it, also where the clock of that one's host was ahead: the last is found by it. */
function after(last: StoredImport | null, { id }: StoredImport, now: Date): string {
  const at = now.toISOString();
  if (!last?.finishedAt || last.finishedAt < at) return at;
  if (last.finishedAt === at && last.id < id) return at;
  return new Date(Date.parse(last.finishedAt) + 1).toISOString();
}

/** Calls at most every quarter of a second, one after the other; `settled` waits for the last. */
function throttled(call: (status: ImportStatus, progress: number) => Promise<void>) {
  let lastMs = 0;
  let running: Promise<void> = Promise.resolve();
  const tell = (status: ImportStatus, progress: number): void => {
    const nowMs = performance.now();
    if (nowMs - lastMs < PROGRESS_EVERY_MS) return;
    lastMs = nowMs;
    running = running.then(() => call(status, progress)).catch(() => {});
  };
  return Object.assign(tell, { settled: () => running });
}
