import type { ImportRun } from './import-run.js';
import type { StoredImport } from './imports.repository.js';

/** What an import says of itself once it is done. */
export function summaryOf({ outcome, survey, findings }: ImportRun): Partial<StoredImport> {
  return {
    status: outcome.partial ? 'partial' : 'completed',
    tool: outcome.tool,
    format: outcome.format,
    toolVersion: outcome.toolVersion,
    results: outcome.results,
    counts: survey.counts,
    findings,
    accounts: survey.accounts.sort(),
    partial: outcome.partial,
    problem: outcome.problem,
  };
}

/** The same of one that had nothing to do, since its twin had done it. */
export function sameAgain(twin: StoredImport): Partial<StoredImport> {
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
    findings,
  } = twin;
  const known = findings.opened + findings.reopened + findings.unchanged;
  return {
    sha256,
    status: stored?.status ?? twin.status,
    tool,
    format,
    toolVersion,
    results,
    counts,
    accounts,
    partial,
    problem,
    identical: true,
    findings: { opened: 0, reopened: 0, resolved: 0, unchanged: known, stale: findings.stale },
  };
}
