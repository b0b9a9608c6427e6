import type { Audit } from '../../../platform/audit/audit.js';
import type { Clock } from '../../../platform/clock.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import { toolFamily } from '../../../scanners/report.js';
import type { ImportsRepository, StoredImport } from './imports.repository.js';
import type { ImportRun } from './run-import.js';

export interface ImportRecordsDeps {
  imports: ImportsRepository;
  audit: Audit;
  metrics: Metrics;
  clock: Clock;
}

/** Records how imports progress and end: in the database, the audit trail and the metrics. */
export class ImportRecords {
  constructor(private readonly deps: ImportRecordsDeps) {}

  /** The team's import that was stored last. */
  lastDone(item: StoredImport): Promise<StoredImport | null> {
    return this.deps.imports.lastDone(item);
  }

  async progress(
    item: StoredImport,
    { status, progress }: Pick<StoredImport, 'status' | 'progress'>,
  ): Promise<void> {
    await this.deps.imports.update(item, { status, progress });
  }

  /** Ends it as done; null when another process has taken it over. */
  async finish(
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

  /** Ends it as failed; null when another process has taken it over. */
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

  count({ outcome, survey, findings }: ImportRun, seconds: number): void {
    const { metrics } = this.deps;
    // By tool family: names that a report states would create labels without limit.
    const tool = toolFamily(outcome.format);
    metrics.importEnded(tool, outcome.partial ? 'partial' : 'completed', seconds);
    for (const [verdict, count] of Object.entries(survey.counts)) {
      metrics.resultsIngested(tool, verdict, count);
    }
    for (const [change, count] of Object.entries(findings)) {
      metrics.findingsChanged(tool, change, count);
    }
  }

  countFailure(seconds: number): void {
    this.deps.metrics.importEnded('unknown', 'failed', seconds);
  }
}

/** Always later than the previous import, even if that one's host had a fast clock: `lastDone` sorts by it. */
function after(last: StoredImport | null, { id }: StoredImport, now: Date): string {
  const at = now.toISOString();
  if (!last?.finishedAt || last.finishedAt < at) return at;
  if (last.finishedAt === at && last.id < id) return at;
  return new Date(Date.parse(last.finishedAt) + 1).toISOString();
}
