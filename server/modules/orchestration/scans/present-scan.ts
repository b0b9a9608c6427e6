import type { ScanRun, ScanSummary, SubJob } from '../../../../contract/orchestration.js';
import type { LiveSubJob } from '../live/live-scans.js';
import type { StoredSubJob } from '../sub-jobs/stored-sub-job.js';
import { isEnded, progressOf, sumOf } from './scan-status.rules.js';
import type { StoredScan } from './stored-scan.js';

/** A scan as users see it: the stored documents combined with what running sub-jobs report. */
export function presentScan(
  scan: StoredScan,
  subJobs: readonly StoredSubJob[],
  { live, now }: { live: ReadonlyMap<string, LiveSubJob>; now: Date },
): ScanRun {
  const shown = subJobs.map((subJob) => withLive(subJob, live.get(subJob.id)));
  const time = { elapsedMs: elapsedOf(scan, now), estimateMs: scan.estimateMs };
  // The scan's own counts follow its sub-jobs' in a later write.
  const { results, findings } = sumOf(shown);
  return {
    ...commonOf(scan, now),
    results,
    findings,
    problem: scan.problem ?? waitingProblemOf(shown),
    progress: Math.round(progressOf(scan.status, shown, time) * 100) / 100,
    subJobs: shown.map(subJobView),
  };
}

/** What keeps a scan from going on, such as a database that is away. */
function waitingProblemOf(subJobs: readonly StoredSubJob[]): string | null {
  const waiting = subJobs.find(({ status, problem }) => status === 'queued' && problem !== null);
  return waiting?.problem ?? null;
}

export function summarizeScan(scan: StoredScan, now: Date): ScanSummary {
  const { status, subJobCounts, estimateMs } = scan;
  const total = Object.values(subJobCounts).reduce((sum, count) => sum + count, 0);
  const ended = ['completed', 'partial', 'failed', 'cancelled'].reduce(
    (sum, name) => sum + (subJobCounts[name] ?? 0),
    0,
  );
  const subJobs = Array.from({ length: total }, (_, i) => ({
    status: i < ended ? ('completed' as const) : ('running' as const),
    progress: 0,
  }));
  const time = { elapsedMs: elapsedOf(scan, now), estimateMs };
  const progress = Math.round(progressOf(status, subJobs, time) * 100) / 100;
  return { ...commonOf(scan, now), progress, subJobs: subJobCounts };
}

function commonOf(scan: StoredScan, now: Date): Omit<ScanRun, 'subJobs' | 'progress'> {
  const { id, kind, target, targetKey, request, status, trigger, requestedBy } = scan;
  const { createdAt, startedAt, finishedAt, estimateMs, problem, results, findings } = scan;
  return {
    ...{ id, kind, target, targetKey, request, status, trigger, requestedBy },
    ...{ createdAt, startedAt, finishedAt, estimateMs, problem, results, findings },
    isCancelling: scan.cancelRequested && !isEnded(status),
    durationMs: scan.durationMs ?? (startedAt ? elapsedOf(scan, now) : null),
  };
}

function withLive(subJob: StoredSubJob, live: LiveSubJob | undefined): StoredSubJob {
  if (!live || subJob.status !== 'running') return subJob;
  return { ...subJob, log: [...live.log], progress: Math.max(subJob.progress, live.progress) };
}

function subJobView(subJob: StoredSubJob): SubJob {
  const { id, name, status, attempt, problem, outcome, coverage, results, findings } = subJob;
  const { importId, startedAt, finishedAt, log, unit } = subJob;
  return {
    ...{ id, tool: unit.scanner, name, status, attempt, problem, outcome, coverage, results },
    ...{ findings, importId, startedAt, finishedAt, log },
  };
}

/** Time of this round: a retry starts at zero. */
function elapsedOf({ startedAt }: StoredScan, now: Date): number {
  return startedAt ? Math.max(0, now.getTime() - Date.parse(startedAt)) : 0;
}
