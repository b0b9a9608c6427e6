import { short } from '../../../scanners/rows/row-texts.js';
import type { StoredImport } from './imports.repository.js';
import type { ImportRun } from './run-import.js';

const MAX_GAPS = 200;

/** The fields of a finished import. */
export function summarizeImport(run: ImportRun): Partial<StoredImport> {
  const { outcome, survey, findings, isRecorded, notes, keptAccounts, isNameGuessed } = run;
  const partial = isPartial(run);
  const skipped = outcome.facts?.skipped ?? [];
  return {
    status: partial ? 'partial' : 'completed',
    tool: outcome.tool,
    format: outcome.format,
    toolVersion: outcome.toolVersion,
    results: outcome.results - survey.repeated,
    counts: survey.counts,
    findings,
    accounts: survey.accounts.sort(),
    partial,
    problem: problemOf(run),
    unread: outcome.unread,
    rejected: outcome.rejected,
    rejections: outcome.rejections,
    gaps: skipped
      .slice(0, MAX_GAPS)
      .map(({ what, why }) => ({ what: short(what), why: short(why) })),
    moreGaps: Math.max(0, skipped.length - MAX_GAPS),
    notes,
    keptAccounts,
    isNameGuessed,
    isRecorded,
  };
}

/** Cut off or torn, or the report itself states that parts were not looked at. */
export function isPartial({ outcome, gaps }: ImportRun): boolean {
  return outcome.partial || gaps.length > 0;
}

const MAX_NAMED = 3;

function problemOf({ outcome, gaps, look }: ImportRun): string | null {
  const named = gaps.slice(0, MAX_NAMED);
  const more = gaps.length - named.length;
  // A run that failed has named its reason.
  const isNamed = outcome.facts?.completed === false;
  const problems = [
    outcome.problem,
    gaps.length > 0 && !isNamed
      ? `not looked at: ${named.join('; ')}${more > 0 ? ` (and ${more} more)` : ''}`
      : null,
    look,
  ];
  return problems.filter((part) => part !== null).join('. ') || null;
}

/** The fields of an import with the same bytes as the one before it: nothing changes. */
export function summarizeIdentical(previous: StoredImport): Partial<StoredImport> {
  const {
    sha256,
    stored,
    tool,
    format,
    toolVersion,
    results,
    counts,
    accounts,
    partial,
    problem,
    unread,
    notes,
    keptAccounts,
    isNameGuessed,
    findings,
  } = previous;
  const known = findings.opened + findings.reopened + findings.unchanged;
  return {
    sha256,
    status: stored?.status ?? previous.status,
    tool,
    format,
    toolVersion,
    results,
    counts,
    accounts,
    partial,
    problem,
    ...(unread && { unread }),
    ...(notes && { notes }),
    ...(keptAccounts && { keptAccounts }),
    ...(isNameGuessed && { isNameGuessed }),
    identical: true,
    findings: { opened: 0, reopened: 0, resolved: 0, unchanged: known, stale: findings.stale },
  };
}
