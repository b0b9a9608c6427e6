import type { CheckResult, Tally } from '../check-results/check-results.repository.js';
import { scopeId } from '../check-results/identity.rules.js';
import { scopeKey, talliesByScope } from '../check-results/scope-tallies.js';
import type { CheckScope } from '../check-results/scopes.repository.js';
import type { StoredFinding } from '../findings/findings.repository.js';
import type { ApplyParts, ReportToApply } from './apply-report.js';
import type { SurveyedScope } from './report-survey.js';

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
    (await parts.scopes.list(team))
      .filter((scope) => scope.tool === outcome.tool)
      .map((scope) => [scope.id, scope]),
  );
  let gone = 0;
  if (!outcome.partial) {
    const counts = countByScope(await parts.results.tallies(team, outcome.tool, checkIds));
    for (const [key, scope] of survey.scopes) {
      // As many stored as reported means that none is missing, since all that were reported are stored.
      if ((counts.get(key) ?? 0) <= scope.rows) continue;
      const last = known.get(idOf(report, scope))?.lastCompleteAt ?? '';
      if (scope.seenAt >= last) gone += await closeGone(parts, report, scope, seen);
    }
  }
  const tallies = talliesByScope(await parts.results.tallies(team, outcome.tool, checkIds));
  const covered = [...survey.scopes.entries()].map(([key, scope]) =>
    coveredScope(report, scope, known.get(idOf(report, scope)) ?? null, tallies.get(key) ?? []),
  );
  const left = leftOut(report, known, new Set(covered.map(({ id }) => id)));
  await parts.scopes.put(team, [...covered, ...left]);
  return {
    gone,
    stale: left.reduce((sum, scope) => sum + failsOf(scope), 0),
    checkIds: [...new Set([...checkIds, ...left.map(({ checkId }) => checkId)])],
  };
}

async function closeGone(
  parts: ApplyParts,
  { team, importId, outcome }: ReportToApply,
  scope: SurveyedScope,
  seen: ReadonlySet<string>,
): Promise<number> {
  const missing: CheckResult[] = [];
  for await (const page of parts.results.presentIn(team, { tool: outcome.tool, ...scope })) {
    missing.push(
      ...page.filter(({ id, observedAt }) => !seen.has(id) && observedAt <= scope.seenAt),
    );
  }
  const findings = await parts.findings.byId(
    team,
    missing.map(({ id }) => id),
  );
  const closed: StoredFinding[] = [...findings.values()]
    .filter(({ status }) => status !== 'resolved')
    .map((finding) => ({
      ...finding,
      status: 'resolved',
      resolvedAt: scope.seenAt,
      resolvedBy: importId,
      resolution: 'gone',
      triage: null,
      triageExpiresAt: null,
    }));
  if (closed.length > 0) await parts.findings.put(team, closed);
  await parts.results.put(
    team,
    missing.map((result) => ({ ...result, present: false })),
  );
  return closed.length;
}

function coveredScope(
  report: ReportToApply,
  surveyed: SurveyedScope,
  before: CheckScope | null,
  tallies: CheckScope['tallies'],
): CheckScope {
  const { team, outcome, importId } = report;
  const { checkId, provider, accountId, region, seenAt } = surveyed;
  const isNewest = !before || seenAt >= before.lastSeenAt;
  return {
    id: idOf(report, surveyed),
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
    staleSince: isNewest ? null : before.staleSince,
    lastImportId: isNewest ? importId : before.lastImportId,
    tallies,
  };
}

function leftOut(
  { survey, now }: ReportToApply,
  known: ReadonlyMap<string, CheckScope>,
  covered: ReadonlySet<string>,
): CheckScope[] {
  const reportedAt = [...survey.scopes.values()].reduce(
    (newest, { seenAt }) => (seenAt > newest ? seenAt : newest),
    '',
  );
  return [...known.values()]
    .filter(
      (scope) =>
        !covered.has(scope.id) &&
        scope.staleSince === null &&
        scope.lastSeenAt <= reportedAt &&
        survey.accounts.has(`${scope.provider}/${scope.accountId}`),
    )
    .map((scope) => ({ ...scope, staleSince: reportedAt || now }));
}

function idOf({ team, outcome }: ReportToApply, scope: SurveyedScope): string {
  return scopeId(team.teamId, { tool: outcome.tool, ...scope });
}

function later(a: string | null, b: string): string {
  return a !== null && a > b ? a : b;
}

function failsOf(scope: CheckScope): number {
  return scope.tallies
    .filter(({ standing }) => standing === 'fail')
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
