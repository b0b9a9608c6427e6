import type { LastScan, PastScan } from '../../../../contract/inventory.js';
import type { ScanRun } from '../../../../contract/orchestration.js';
import type { Filter } from '../../../platform/database/collection.js';
import type { FollowedScan } from './scan-follower.js';

/** What an inventory keeps of the scans of a thing. */
export interface ScanTrace {
  /** The key under which its scans are found; null before the first. */
  targetKey: string | null;
  runningScanId: string | null;
  lastScan: LastScan | null;
  /** When a scan that has results last ended. */
  resultsAt: string | null;
}

/** To be declared by a collection whose documents hold a trace. */
export const TRACE_FIELDS = {
  targetKey: 'string',
  runningScanId: 'string',
  'lastScan.scanId': 'string',
  'lastScan.finishedAt': 'string',
  resultsAt: 'string',
} as const;

export const noTrace = (): ScanTrace => ({
  targetKey: null,
  runningScanId: null,
  lastScan: null,
  resultsAt: null,
});

export interface TraceStep {
  set: Partial<ScanTrace>;
  /** The step is made only if this holds, so that scans may come late, twice and in any order. */
  only: Filter;
}

export const hasResults = ({ status }: Pick<ScanRun, 'status'>) =>
  status === 'completed' || status === 'partial';

/** Whether a scan has ended later than all that the trace knows of. */
export function isNews({ lastScan }: ScanTrace, { finishedAt }: FollowedScan): boolean {
  return finishedAt !== null && (lastScan === null || lastScan.finishedAt < finishedAt);
}

/** What a scan, as it is now, changes of a trace: steps, each of them for itself. */
export function traceSteps(scan: FollowedScan): TraceStep[] {
  const { id, targetKey, status, startedAt, finishedAt, problem } = scan;
  if (finishedAt === null) {
    // One that was read as running and has ended meanwhile is not running; one that is retried is.
    const ended = { 'lastScan.scanId': { ne: id } };
    const only = startedAt
      ? { or: [ended, { 'lastScan.finishedAt': { lt: startedAt } }] }
      : { or: [ended] };
    return [{ set: { targetKey, runningScanId: id }, only }];
  }
  const lastScan = { scanId: id, status, finishedAt, problem };
  const ended = { targetKey, lastScan, ...(hasResults(scan) ? { resultsAt: finishedAt } : {}) };
  const newest = {
    or: [{ 'lastScan.finishedAt': null }, { 'lastScan.finishedAt': { lt: finishedAt } }],
  };
  return [
    // At once where it can be, so that nobody sees a scan that has ended and still runs.
    {
      set: { ...ended, runningScanId: null },
      only: { ...newest, runningScanId: { in: [id, null] } },
    },
    { set: ended, only: newest },
    { set: { runningScanId: null }, only: { runningScanId: id } },
  ];
}

export function pastScanOf(scan: FollowedScan): PastScan {
  const { id: scanId, status, createdAt, finishedAt } = scan;
  return { scanId, status, createdAt, finishedAt };
}
