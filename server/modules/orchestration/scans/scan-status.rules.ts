import type { ScanStatus, SubJob } from '../../../../contract/orchestration.js';
import type { FindingChanges } from '../../../../contract/security-scans.js';
import type { ScanOutcome, ScanVerdict } from '../../../scanners/runs/tool-run.js';

const ENDED: readonly ScanStatus[] = ['completed', 'partial', 'failed', 'cancelled'];

export function isEnded(status: ScanStatus): boolean {
  return ENDED.includes(status);
}

/**
 * A scan's status by its sub-jobs. Some failed: partial, its results are usable but its coverage is
 * incomplete. One cancelled sub-job makes it cancelled.
 */
export function statusOfScan(subJobs: readonly ScanStatus[]): ScanStatus {
  const has = (status: ScanStatus) => subJobs.includes(status);
  if (subJobs.length === 0) return 'failed';
  if (!subJobs.every(isEnded)) {
    return subJobs.every((status) => status === 'queued') ? 'queued' : 'running';
  }
  if (has('cancelled')) return 'cancelled';
  if (!has('completed') && !has('partial')) return 'failed';
  return has('failed') || has('partial') ? 'partial' : 'completed';
}

const STATUS_OF: Readonly<Record<ScanOutcome, ScanStatus>> = {
  succeeded: 'completed',
  succeeded_with_gaps: 'partial',
  failed: 'failed',
  timed_out: 'failed',
  cancelled: 'cancelled',
};

/**
 * A sub-job's status by its tool's verdict and its import. A tool whose results could not be stored has
 * failed; one that ran out of time but left results is partial.
 */
export function statusOfSubJob(
  { outcome }: Pick<ScanVerdict, 'outcome'>,
  stored: { status: string } | null,
): ScanStatus {
  if (outcome === 'cancelled') return 'cancelled';
  if (stored?.status === 'failed') return 'failed';
  if (outcome === 'timed_out' && stored) return 'partial';
  if (outcome === 'succeeded' && stored?.status === 'partial') return 'partial';
  return STATUS_OF[outcome];
}

/** One message for a scan, from those of its sub-jobs. */
export function problemOfScan(
  subJobs: readonly Pick<SubJob, 'name' | 'status' | 'problem'>[],
): string | null {
  const bad = subJobs.filter(({ problem }) => problem !== null);
  const [first] = bad.filter(({ status }) => status === 'failed').concat(bad);
  if (!first) return null;
  const where = subJobs.length === 1 ? '' : `${first.name}: `;
  const more = bad.length === 1 ? '' : ` (and ${bad.length - 1} more)`;
  return `${where}${first.problem}${more}`;
}

export function sumOf(subJobs: readonly Pick<SubJob, 'results' | 'findings' | 'status'>[]): {
  results: number;
  findings: FindingChanges;
  subJobCounts: Record<string, number>;
} {
  const findings = noFindings();
  const subJobCounts: Record<string, number> = {};
  let results = 0;
  for (const subJob of subJobs) {
    results += subJob.results;
    subJobCounts[subJob.status] = (subJobCounts[subJob.status] ?? 0) + 1;
    for (const change of Object.keys(findings) as (keyof FindingChanges)[]) {
      findings[change] += subJob.findings[change];
    }
  }
  return { results, findings, subJobCounts };
}

export function noFindings(): FindingChanges {
  return { opened: 0, reopened: 0, resolved: 0, unchanged: 0, stale: 0 };
}

/** The middle number, or the mean of the two in the middle; null if there are none. */
export function medianOf(numbers: readonly number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  if (upper === undefined) return null;
  const lower = sorted[Math.ceil(middle) - 1] ?? upper;
  return Math.round((lower + upper) / 2);
}

/** 0 … 1: by the progress of the sub-jobs, or by time if earlier scans give an estimate. 1 only at the end. */
export function progressOf(
  status: ScanStatus,
  subJobs: readonly { status: ScanStatus; progress: number }[],
  time: { elapsedMs: number; estimateMs: number | null },
): number {
  if (isEnded(status)) return 1;
  if (subJobs.length === 0 || status === 'queued') return 0;
  const done = subJobs.reduce(
    (sum, subJob) => sum + (isEnded(subJob.status) ? 1 : subJob.progress),
    0,
  );
  const byTime = time.estimateMs ? Math.min(0.95, time.elapsedMs / time.estimateMs) : 0;
  return Math.min(0.99, Math.max(done / subJobs.length, byTime));
}
