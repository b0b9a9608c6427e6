import type { FindingStatus } from '../../../../contract/security-scans.js';
import type { Verdict } from '../../../../contract/verdict.js';
import type { ReportRow } from '../../../scanners/rows/report.js';

/** What became of a finding by a row: the words of an import's summary. */
export type FindingChange = 'opened' | 'reopened' | 'resolved' | 'unchanged' | 'none';

export interface Life {
  status: FindingStatus;
  /** False for one that the tool itself was told to mute. */
  triagedByPerson: boolean;
  /** When a person's triage ends; null: it does not. */
  triageExpiresAt: string | null;
}

/** What an import knows of a row when it decides. */
export interface Seen {
  verdict: Verdict;
  mutedVerdict: ReportRow['mutedVerdict'];
}

/** Whether the tool could tell: the verdicts that open, close or mute, whatever was known before. */
export function tells({ verdict, mutedVerdict }: Seen): boolean {
  if (verdict === 'muted') return mutedVerdict !== 'pass';
  return verdict === 'pass' || verdict === 'fail';
}

/**
 * The next status of a finding, given its life so far (null: there is none) and what the tool says now;
 * null: there is still none.
 *
 * Only evidence closes: a pass resolves whatever the triage. An error, a manual or an unevaluated result
 * changes nothing. A mute in the tool is taken over as suppressed, because nobody proved a fix.
 */
export function nextStatus(
  life: Life | null,
  { verdict, mutedVerdict }: Seen,
  now: string,
): FindingStatus | null {
  if (verdict === 'pass') return life ? 'resolved' : null;
  if (verdict === 'fail') {
    if (!life || life.status === 'resolved') return 'open';
    const triageHolds =
      life.triagedByPerson && (life.triageExpiresAt === null || life.triageExpiresAt > now);
    return triageHolds ? life.status : 'open';
  }
  if (verdict === 'muted' && mutedVerdict !== 'pass') {
    if (!life || life.status === 'open' || life.status === 'resolved') return 'suppressed';
  }
  return life?.status ?? null;
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

/** What a result counts as for compliance. */
export type Standing = 'pass' | 'fail' | 'unknown' | 'excluded';

/**
 * A fail counts as long as its finding is not resolved, also when it is muted, suppressed or accepted, and
 * also when the tool could not tell this time. Only a person's “false positive” takes it out.
 */
export function standingOf(seen: Seen, status: FindingStatus | null): Standing {
  if (status === 'false_positive') return 'excluded';
  if (seen.verdict === 'pass') return 'pass';
  return status !== null && status !== 'resolved' ? 'fail' : 'unknown';
}
