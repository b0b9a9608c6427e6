import type { LastScan, PastScan } from '../../../../contract/inventory.js';
import type { ScanRun } from '../../../../contract/orchestration.js';
import type { Filter } from '../../../platform/database/collection.js';
import type { FollowedScan } from './scan-follower.jobs.js';

/** What an inventory stores about the scans of an item. */
export interface ScanTrace {
  /** The target key of its scans; null before the first. */
  targetKey: string | null;
  runningScanId: string | null;
  lastScan: LastScan | null;
  /** When a scan that has results last ended. */
  resultsAt: string | null;
}

/** Fields that a collection with traces must declare. */
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
  /** The condition of the step, so that scans may arrive late, twice and in any order. */
  only: Filter;
}

export const hasResults = ({ status }: Pick<ScanRun, 'status'>) =>
  status === 'completed' || status === 'partial';

/** Whether a scan ended later than every scan in the trace. */
export function isNewer({ lastScan }: ScanTrace, { finishedAt }: FollowedScan): boolean {
  return finishedAt !== null && (lastScan === null || lastScan.finishedAt < finishedAt);
}

/** The changes of a trace by a scan in its current state, as independent steps. */
export function traceSteps(scan: FollowedScan): TraceStep[] {
  const { id, targetKey, status, startedAt, finishedAt, problem } = scan;
  if (finishedAt === null) {
    // A scan that was read as running may have ended meanwhile; a retried scan is running again.
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
    // In one step where possible, so that no reader sees an ended scan as running.
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
