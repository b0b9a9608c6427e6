import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Job } from '../../../platform/queue/job-queue.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { ScanSettler } from '../scans/scan-settler.js';
import { isEnded, noFindings, statusOfSubJob } from '../scans/scan-status.rules.js';
import type { ScanStores } from '../scans/scan-stores.js';
import type { WorkDone } from './scan-work.js';
import type { StoredSubJob } from './stored-sub-job.js';

export interface SubJobClaimsDeps {
  stores: ScanStores;
  settler: ScanSettler;
  clock: Clock;
  /** Called when a sub-job has ended, for metrics. */
  onEnd?: (tool: string, outcome: string, seconds: number) => void;
}

export type SubJobJob = Job<{ scanId: string; subJobId: string; round: number }>;

/**
 * Claims sub-jobs for this worker and records how they end. A claim stores a new token, and only the holder
 * of the last token may write: a worker that was wrongly taken for dead changes nothing any more.
 */
export class SubJobClaims {
  constructor(private readonly deps: SubJobClaimsDeps) {}

  /** Null when there is nothing to do: it ended, was cancelled, or belongs to an earlier round. */
  async claim(job: SubJobJob): Promise<StoredSubJob | null> {
    const { stores, settler, clock } = this.deps;
    const scope: TeamScope = { teamId: job.teamId };
    const { scanId, subJobId, round } = job.payload;
    const [scan, known] = await Promise.all([
      stores.scans.get(scope, scanId),
      stores.subJobs.get(scope, subJobId),
    ]);
    if (!scan || !known || known.round !== round || isEnded(known.status)) return null;
    const now = clock.now().toISOString();
    const begun = {
      ...{ status: 'running', startedAt: now, token: randomUUID() },
      ...{ progress: 0, log: [], problem: null },
    };
    const cancelled = { status: 'cancelled', outcome: 'cancelled', finishedAt: now, token: null };
    const set = scan.cancelRequested
      ? cancelled
      : { ...begun, attempt: known.attempt + 1, jobId: job.id };
    const only = { status: known.status, token: known.token, round };
    const claimed = await stores.subJobs.update(scope, subJobId, set, only);
    await settler.settle(scope, scanId);
    return claimed?.status === 'running' ? claimed : null;
  }

  /** Returns it to the queue for another attempt; `waitsFor`: why it cannot begin at once. */
  async release(
    { id, teamId, token }: StoredSubJob,
    waitsFor: string | null = null,
  ): Promise<void> {
    const set = { status: 'queued', token: null, progress: 0, problem: waitsFor };
    const only = { token, status: 'running' };
    await this.deps.stores.subJobs.update({ teamId }, id, set, only);
  }

  /** Records its outcome, unless another worker has claimed it. */
  async finish(subJob: StoredSubJob, done: WorkDone, log: readonly string[]): Promise<void> {
    const { stores, settler, clock, onEnd } = this.deps;
    const { verdict, stored } = done;
    const now = clock.now();
    const durationMs = now.getTime() - Date.parse(subJob.startedAt ?? now.toISOString());
    const failedImport = stored?.status === 'failed' ? stored.problem : null;
    const set = {
      status: statusOfSubJob(verdict, stored),
      outcome: verdict.outcome,
      // An unreadable report explains more than “no results”.
      problem: shortened(failedImport ?? verdict.problem),
      coverage: done.coverage,
      results: stored?.results ?? 0,
      findings: stored?.findings ?? noFindings(),
      importId: stored?.id ?? null,
      finishedAt: now.toISOString(),
      durationMs,
      progress: 1,
      token: null,
      log,
    };
    const only = { token: subJob.token, status: 'running' };
    if (await stores.subJobs.update(subJob, subJob.id, set, only)) {
      onEnd?.(subJob.unit.scanner, verdict.outcome, durationMs / 1000);
    }
    await settler.settle(subJob, subJob.scanId);
  }
}

function shortened(problem: string | null): string | null {
  return problem === null ? null : maskSecrets(problem).slice(0, 2_000);
}
