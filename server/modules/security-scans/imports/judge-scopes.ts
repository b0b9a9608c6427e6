import type { Tally } from '../check-results/check-results.repository.js';
import { scopeKey, talliesByScope } from '../check-results/scope-tallies.js';
import type { CheckScope } from '../check-results/scopes.repository.js';
import type { ApplyParts, ReportToApply } from './apply-report.js';
import { closeGone } from './close-gone.js';
import {
  type Account,
  accountKey,
  type ReportSurvey,
  type SurveyedScope,
} from './report-survey.js';

export interface JudgedScopes {
  /** Findings whose resource is gone from a scope that the report covers. */
  gone: number;
  /** Open findings in scopes of the report's accounts that it gives no evidence of. */
  stale: number;
  /** Checks whose scopes have changed. */
  checkIds: string[];
}

/**
 * Judges absence once a report's rows are stored. In a scope that the report covers, what it lacks is gone;
 * a scope of its accounts that it lacks altogether is stale, and nothing in it changes. A report that was
 * cut off says nothing about what it lacks.
 */
export async function judgeScopes(
  parts: ApplyParts,
  report: ReportToApply,
  seen: ReadonlySet<string>,
): Promise<JudgedScopes> {
  const { team, survey, outcome } = report;
  const checkIds = [...survey.checks.keys()];
  const known = new Map(
    (await parts.scopes.ofAccounts(team, accountsOf(survey)))
      .filter((scope) => scope.tool === outcome.tool)
      .map((scope) => [scope.id, scope]),
  );
  let gone = 0;
  let counted = await parts.results.tallies(team, outcome.tool, checkIds);
  let isRecountDue = false;
  if (!outcome.partial) {
    const counts = countByScope(counted);
    for (const [key, scope] of survey.scopes) {
      const isLate = scope.seenAt < (known.get(survey.idOf(team, scope))?.lastCompleteAt ?? '');
      // As many stored as reported means that none is missing, since all of a report that is not late are stored.
      if (!isLate && (counts.get(key) ?? 0) <= scope.rows) continue;
      gone += await closeGone(parts, report, scope, { seen, isLate });
      isRecountDue = true;
    }
  }
  if (isRecountDue) counted = await parts.results.tallies(team, outcome.tool, checkIds);
  const tallies = talliesByScope(counted);
  const newer = newerReports(report, known);
  const covered = [...survey.scopes.entries()].map(([key, scope]) => {
    const before = known.get(survey.idOf(team, scope)) ?? null;
    const leftOutSince = newer.get(accountKey(scope)) ?? null;
    return coveredScope(report, scope, tallies.get(key) ?? [], { before, leftOutSince });
  });
  // Stored beside each other, as a check's scopes are read together.
  covered.sort((a, b) => (a.checkId < b.checkId ? -1 : a.checkId > b.checkId ? 1 : 0));
  const left = leftOut(report, known, new Set(covered.map(({ id }) => id)));
  const newlyStale = left
    .filter(({ staleSince }) => staleSince === null)
    .map((scope) => ({ ...scope, staleSince: accountSeenAt(report, scope) ?? report.now }));
  report.lease.check();
  await parts.scopes.put(team, [...covered, ...newlyStale]);
  return {
    gone,
    stale: left.reduce((sum, scope) => sum + openOf(scope), 0),
    checkIds: [...new Set([...checkIds, ...newlyStale.map(({ checkId }) => checkId)])],
  };
}

function coveredScope(
  report: ReportToApply,
  surveyed: SurveyedScope,
  tallies: CheckScope['tallies'],
  { before, leftOutSince }: { before: CheckScope | null; leftOutSince: string | null },
): CheckScope {
  const { team, outcome, importId, survey } = report;
  const { checkId, provider, accountId, region, seenAt } = surveyed;
  const isNewest = !before || seenAt >= before.lastSeenAt;
  return {
    id: survey.idOf(team, surveyed),
    teamId: team.teamId,
    tool: outcome.tool,
    checkId,
    provider,
    accountId,
    region,
    lastSeenAt: isNewest ? seenAt : before.lastSeenAt,
    lastCompleteAt: outcome.partial
      ? (before?.lastCompleteAt ?? null)
      : later(before?.lastCompleteAt ?? null, seenAt),
    staleSince: before ? staleStill(report, before, isNewest) : leftOutSince,
    lastImportId: isNewest ? importId : before.lastImportId,
    tallies,
  };
}

/** A report that is older than the one without the scope does not end its being stale. */
function staleStill(report: ReportToApply, before: CheckScope, isNewest: boolean): string | null {
  const { staleSince } = before;
  const isOlder = (staleSince ?? '') > (accountSeenAt(report, before) ?? '');
  return isNewest && !isOlder ? null : staleSince;
}

/** By account: the first that is known of it after this report; what that was without is stale since. */
function newerReports(
  report: ReportToApply,
  known: ReadonlyMap<string, CheckScope>,
): Map<string, string> {
  const newer = new Map<string, string>();
  for (const scope of known.values()) {
    const reportedAt = accountSeenAt(report, scope);
    if (reportedAt === null || scope.lastSeenAt <= reportedAt) continue;
    const first = newer.get(accountKey(scope));
    if (!first || scope.lastSeenAt < first) newer.set(accountKey(scope), scope.lastSeenAt);
  }
  return newer;
}

/** Every account of the report, once. */
function accountsOf(survey: ReportSurvey): Account[] {
  const accounts = new Map<string, Account>();
  for (const scope of survey.scopes.values()) accounts.set(accountKey(scope), scope);
  return [...accounts.values()];
}

/** Scopes of the report's accounts that it lacks although it is as new as what is known of them. */
function leftOut(
  report: ReportToApply,
  known: ReadonlyMap<string, CheckScope>,
  covered: ReadonlySet<string>,
): CheckScope[] {
  return [...known.values()].filter(
    (scope) => !covered.has(scope.id) && scope.lastSeenAt <= (accountSeenAt(report, scope) ?? ''),
  );
}

/** The newest time of a report's rows of the scope's account; null when it has none of it. */
function accountSeenAt({ survey }: ReportToApply, scope: Account): string | null {
  return survey.accounts.get(accountKey(scope)) ?? null;
}

function later(a: string | null, b: string): string {
  return a !== null && a > b ? a : b;
}

function openOf(scope: CheckScope): number {
  return scope.tallies
    .filter(({ standing, exempt }) => standing === 'fail' && !exempt)
    .reduce((sum, { count }) => sum + count, 0);
}

function countByScope(tallies: readonly Tally[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const tally of tallies) {
    const key = scopeKey(tally);
    counts.set(key, (counts.get(key) ?? 0) + tally.count);
  }
  return counts;
}
