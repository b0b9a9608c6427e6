import type { ScanRequest, ScanRun } from '../../../../contract/orchestration.js';
import type { FindingChanges } from '../../../../contract/security-scans.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

/** A scan as it is stored. Its sub-jobs have documents of their own. */
export interface StoredScan
  extends TeamDoc,
    Pick<
      ScanRun,
      | 'kind'
      | 'target'
      | 'targetKey'
      | 'status'
      | 'trigger'
      | 'requestedBy'
      | 'createdAt'
      | 'startedAt'
      | 'finishedAt'
      | 'estimateMs'
      | 'problem'
      | 'results'
    > {
  request: ScanRequest;
  /** The target's key while the scan is active, null afterwards: unique, so that a target has one active scan. */
  activeKey: string | null;
  cancelRequested: boolean;
  /** Increased with each retry; jobs of an earlier round do nothing. */
  round: number;
  /** When this round was requested. */
  queuedAt: string;
  durationMs: number | null;
  findings: FindingChanges;
  /** Sub-jobs by status, for lists. */
  subJobCounts: Record<string, number>;
}
