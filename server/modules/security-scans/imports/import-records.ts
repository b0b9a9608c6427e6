import type { Audit } from '../../../platform/audit/audit.js';
import type { Clock } from '../../../platform/clock.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import { countedAs } from '../../../scanners/tools/registry.js';
import {
  type FollowUp,
  type ImportsRepository,
  type StoredImport,
  type StoredOutcome,
  storedAt,
} from './imports.repository.js';
import type { ImportRun } from './run-import.js';
import { isPartial } from './summarize-import.js';

export interface ImportRecordsDeps {
  imports: ImportsRepository;
  audit: Audit;
  metrics: Metrics;
  clock: Clock;
  log: Logger;
}

/** Ends an import; null when another process has taken it over. */
export type FinishImport = () => Promise<StoredImport | null>;

/** Records how imports progress and end: in the database, the audit trail and the metrics. */
export class ImportRecords {
  constructor(private readonly deps: ImportRecordsDeps) {}

  /** The team's previous import: the one that was stored last. */
  previous(item: StoredImport): Promise<StoredImport | null> {
    return this.deps.imports.lastStored(item, item.id);
  }

  async progress(
    item: StoredImport,
    { status, progress }: Pick<StoredImport, 'status' | 'progress'>,
  ): Promise<void> {
    await this.deps.imports.update(item, { status, progress });
  }

  /** Records what it is about, before it changes anything. */
  async apply(item: StoredImport, places: readonly string[]): Promise<void> {
    const { imports, clock } = this.deps;
    // An import that another process repeats began with the first attempt.
    const changedFrom = item.changedFrom ?? clock.now().toISOString();
    await imports.update(item, { places, changedFrom, isRecorded: true });
  }

  /** It changed too much to be undone. */
  async unrecorded(item: StoredImport): Promise<void> {
    await this.deps.imports.update(item, { isRecorded: false });
  }

  /**
   * All its results are stored: records its outcome, for the next import, which may start before this one is
   * finished, and for a process that finishes it when this one dies. Null when another process has taken it over.
   */
  store(
    item: StoredImport,
    previous: StoredImport | null,
    { status = 'completed', ...summary }: Partial<StoredImport>,
    followUp: FollowUp | null = null,
  ): Promise<StoredImport | null> {
    const { imports, clock } = this.deps;
    const stored = { status, at: after(previous, item, clock.now()) };
    return imports.update(item, { ...summary, status: 'applying', stored, followUp });
  }

  /** Ends it as failed; null when another process has taken it over. */
  async fail(
    item: StoredImport,
    problem: string,
    { wasInterrupted }: Pick<StoredImport, 'wasInterrupted'> = {},
  ): Promise<StoredImport | null> {
    const { clock, audit, log } = this.deps;
    const failed = await this.deps.imports.update(item, {
      status: 'failed',
      problem,
      progress: 1,
      finishedAt: clock.now().toISOString(),
      runner: null,
      stored: null,
      wasInterrupted,
    });
    const actor = { teamId: item.teamId, userId: item.actor };
    if (!failed) return null;
    await audit.record(actor, 'import.failed', item.id, { problem });
    log.warn({ teamId: item.teamId, importId: item.id, problem }, 'import failed');
    return failed;
  }

  /** Ends it as `store` recorded; null when another process has taken it over. */
  async finish(item: StoredImport, outcome: StoredOutcome): Promise<StoredImport | null> {
    const { imports, audit, log } = this.deps;
    const { status, at: finishedAt } = outcome;
    const set = { status, finishedAt, progress: 1, runner: null, stored: null, followUp: null };
    const done = await imports.update(item, set);
    if (!done) return null;
    const { fileName, sha256 } = done;
    await audit.record({ teamId: item.teamId, userId: item.actor }, 'import.completed', item.id, {
      ...{ fileName, sha256, status },
    });
    log.info(finishedFields(done), 'import finished');
    return done;
  }

  count(run: ImportRun, seconds: number): void {
    const { metrics } = this.deps;
    const { outcome, survey, findings } = run;
    // Known tools and families only: names that a report states would create labels without limit.
    const tool = countedAs(outcome.tool, outcome.format);
    metrics.importEnded(tool, isPartial(run) ? 'partial' : 'completed', seconds);
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

function finishedFields(item: StoredImport) {
  const { id, teamId, tool, status, results, counts, findings, createdAt, finishedAt } = item;
  const durationMs = Date.parse(finishedAt ?? createdAt) - Date.parse(createdAt);
  return { teamId, importId: id, tool, status, results, counts, findings, durationMs };
}

/** Always later than the previous import, even if that one's host had a fast clock: the order decides which is last. */
function after(previous: StoredImport | null, { id }: StoredImport, now: Date): string {
  const at = now.toISOString();
  const lastAt = previous && storedAt(previous);
  if (!lastAt || lastAt < at) return at;
  if (lastAt === at && previous.id < id) return at;
  return new Date(Date.parse(lastAt) + 1).toISOString();
}
