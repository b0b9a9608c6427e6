import type { FindingStatus } from '../../../../contract/security-scans.js';
import type { Verdict } from '../../../../contract/verdict.js';
import type { ReportRow } from '../../../scanners/rows/report.js';

/** What a row changed about a finding, as an import's summary counts it. */
export type FindingChange = 'opened' | 'reopened' | 'resolved' | 'unchanged' | 'none';

export interface KnownStatus {
  status: FindingStatus;
  /** False when the tool's own configuration muted it. */
  triagedByPerson: boolean;
  /** When a person's triage ends; null: never. */
  triageExpiresAt: string | null;
}

/** The result that a tool reports for a row. */
export interface ReportedVerdict {
  verdict: Verdict;
  mutedVerdict: ReportRow['mutedVerdict'];
}

/** Whether the tool reached a result: a verdict that opens, closes or mutes, whatever the status was. */
export function isConclusive({ verdict, mutedVerdict }: ReportedVerdict): boolean {
  if (verdict === 'muted') return mutedVerdict !== 'pass';
  return verdict === 'pass' || verdict === 'fail';
}

/**
 * The next status of a finding, given its known status (null: there is no finding) and what the tool
 * reports now; null: there is still no finding.
 *
 * Only evidence closes: a pass resolves, whatever the triage. An error, a manual or an unevaluated result
 * changes nothing. A mute in the tool counts as suppressed, because nobody proved a fix.
 */
export function nextStatus(
  known: KnownStatus | null,
  { verdict, mutedVerdict }: ReportedVerdict,
  now: string,
): FindingStatus | null {
  if (verdict === 'pass') return known ? 'resolved' : null;
  if (verdict === 'fail') {
    if (!known || known.status === 'resolved') return 'open';
    const triageHolds =
      known.triagedByPerson && (known.triageExpiresAt === null || known.triageExpiresAt > now);
    return triageHolds ? known.status : 'open';
  }
  if (verdict === 'muted' && mutedVerdict !== 'pass') {
    if (!known || known.status === 'open' || known.status === 'resolved') return 'suppressed';
  }
  return known?.status ?? null;
}

export function changeBetween(
  before: FindingStatus | null,
  after: FindingStatus | null,
): FindingChange {
  if (after === null || (before === 'resolved' && after === 'resolved')) return 'none';
  if (before === after) return 'unchanged';
  if (after === 'resolved') return 'resolved';
  if (after === 'open' && before === 'resolved') return 'reopened';
  return before === null && after === 'open' ? 'opened' : 'unchanged';
}

/** How a result counts for compliance. */
export type ResultEffect = 'pass' | 'fail' | 'unknown' | 'excluded';

/**
 * A fail counts until its finding is resolved, even when it is muted, suppressed or accepted, and even when
 * the tool's latest result is inconclusive. Only a person's “false positive” excludes it.
 */
export function effectOf(reported: ReportedVerdict, status: FindingStatus | null): ResultEffect {
  if (status === 'false_positive') return 'excluded';
  if (reported.verdict === 'pass') return 'pass';
  return status !== null && status !== 'resolved' ? 'fail' : 'unknown';
}
