import type { FindingDetails } from '../../../../contract/finding-details.js';
import type { FindingStatus } from '../../../../contract/security-scans.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

export interface EndedTriage {
  status: FindingStatus;
  reason: string;
  actor: string;
}

/** A failed check that is tracked until it is resolved. Has the id of its check result. */
export interface StoredFinding extends TeamDoc {
  tool: string;
  checkId: string;
  title: string;
  severity: Severity;
  /** 0 critical … 4 informational, to sort by. */
  severityRank: number;
  rawSeverity: string;
  status: FindingStatus;
  provider: string;
  accountId: string;
  accountName: string;
  region: string;
  service: string;
  resourceUid: string;
  resourceName: string;
  resourceType: string;
  observed: string;
  details?: FindingDetails;
  verdict: Verdict;
  firstSeenAt: string;
  lastSeenAt: string;
  resolvedAt: string | null;
  /** The import that opened it, and the last one that reopened it. Left out where former releases wrote it. */
  openedBy?: string | null;
  reopenedBy?: string | null;
  resolvedBy: string | null;
  resolution: 'passed' | 'gone' | null;
  reopenedCount: number;
  triage: {
    reason: string;
    actor: string;
    at: string;
    expiresAt: string | null;
    byTool: boolean;
  } | null;
  /** When a person last triaged or reopened it. */
  triagedAt?: string;
  /** When a person's triage ends; on a finding that is open since, when it ended. */
  triageExpiresAt: string | null;
  /** The person's triage that expired, until a person or a report changes the finding. */
  endedTriage?: EndedTriage;
  /** Lower-case text that a search looks in. */
  searchText: string;
  /** See `CheckResult`. */
  missedAt?: string;
  scopeId: string;
}

export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
