import type { Tally } from '../check-results/check-result.js';
import type { CheckScope } from '../check-results/check-scope.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { accountsOf, scopeKey, talliesByScope } from '../check-results/scope-tallies.rules.js';
import type { ChangedChecks } from '../security-scans.events.js';
import type { AppliedReport } from './apply-report.js';
import { closeGone } from './close-gone.js';
import { isConcerned, judgeLeftOut, type LeftOutScope } from './judge-left-out.js';
import { hasGap, MissingResults } from './missing-results.js';
import { compareOrders } from './report-order.js';
import { placeKey, type SurveyedScope } from './report-survey.js';
import type { ReportToApply } from './report-to-apply.js';
import { settlePlaces, statedOf } from './settle-times.js';

export interface JudgedScopes {
  /** Findings whose resource is gone from a scope that the report covers. */
  gone: number;
  /** Open findings of the report's places that it gives no evidence of. */
  stale: number;
  /** What the report looks like where it is not as wide as before; null: it is, or nothing is missing. */
  look: string | null;
  /** The checks and accounts whose scopes changed. */
  changes: ChangedChecks;
}

/**
 * Judges absence after a report's rows are stored. Results that a report lacks are gone where the report or
 * its scan states that the tool looked, or where the report is as wide as before (`missing-results.ts`). All
 * else that it lacks becomes stale. A report that was cut off proves no absence.
 */
export async function judgeScopes(
  stores: ResultStores,
  report: ReportToApply,
  { order, ...applied }: Pick<AppliedReport, 'seen' | 'added' | 'continued' | 'order'>,
): Promise<JudgedScopes> {
  const { team, survey, outcome } = report;
  const checkIds = [...survey.checks.keys()];
  const accounts = accountsOf(survey.places);
  const tools = new Set(survey.places.map(({ tool }) => tool));
  const known = new Map(
    (await stores.scopes.ofAccounts(team, accounts))
      .filter((scope) => tools.has(scope.tool))
      .map((scope) => [scope.id, scope]),
  );
  settlePlaces(survey, known.values());
  const isImported = !report.isOurs && !outcome.partial;
  const orders = isImported && order ? await compareOrders(stores, report, order) : null;
  const { seen } = applied;
  const given = { known, ...applied, lostEnds: orders?.lost };
  const missing = isImported ? new MissingResults(stores, report, given) : null;
  let gone = 0;
  let held = 0;
  const narrowed = new Set<string>();
  let counted = await talliesOf(stores, report, { checkIds, accounts });
  let isRecountDue = false;
  if (!outcome.partial) {
    const counts = countByScope(counted);
    for (const [key, scope] of survey.scopes) {
      const isLate = scope.seenAt < (known.get(survey.idOf(team, scope))?.lastCompleteAt ?? '');
      // All rows of a report that is not late are stored, so equal numbers mean that none is missing.
      if (!isLate && (counts.get(key) ?? 0) <= scope.rows) continue;
      const isGone = await missing?.goneIn(scope);
      const from = { seen, isLate, ...(isGone && { isGone }) };
      const closed = await closeGone(stores, report, scope, from);
      gone += closed.gone;
      held += closed.held;
      if (closed.hasHeld) narrowed.add(key);
      isRecountDue = true;
    }
  }
  if (isRecountDue) counted = await talliesOf(stores, report, { checkIds, accounts });
  const tallies = talliesByScope(counted);
  const newer = newerReports(report, known);
  const covered = [...survey.scopes.entries()].map(([key, scope]) => {
    const before = known.get(survey.idOf(team, scope)) ?? null;
    const leftOutSince = newer.get(placeKey(scope)) ?? null;
    const isNarrowed = narrowed.has(key);
    return coveredScope(report, scope, tallies.get(key) ?? [], {
      ...{ before, leftOutSince, isNarrowed },
    });
  });
  // Stored next to each other, since a check's scopes are read together.
  covered.sort((a, b) => (a.checkId < b.checkId ? -1 : a.checkId > b.checkId ? 1 : 0));
  const absent = await judgeLeftOut(stores, report, known, { seen, missing });
  const changed = absent.filter(({ isChanged }) => isChanged).map(({ scope }) => scope);
  const stale = held + sum(absent.filter(({ isStale }) => isStale).map(openOf));
  report.lease.check();
  await stores.scopes.put(team, [...covered, ...changed]);
  await orders?.keep();
  return {
    gone: gone + sum(absent.map((item) => item.gone)),
    stale,
    look: missing?.describe(stale) ?? null,
    changes: {
      checkIds: [...new Set([...checkIds, ...changed.map(({ checkId }) => checkId)])],
      accounts,
    },
  };
}

/** One query per tool. */
async function talliesOf(
  { results }: ResultStores,
  { team, survey }: ReportToApply,
  { checkIds, accounts }: ChangedChecks,
): Promise<Tally[]> {
  const byTool = new Map<string, string[]>();
  for (const checkId of checkIds) {
    const tool = survey.toolOf(checkId);
    const ids = byTool.get(tool);
    if (ids) ids.push(checkId);
    else byTool.set(tool, [checkId]);
  }
  const tallies: Tally[] = [];
  for (const [tool, ids] of byTool) {
    tallies.push(...(await results.tallies(team, tool, { checkIds: ids, accounts })));
  }
  return tallies;
}

function coveredScope(
  report: ReportToApply,
  surveyed: SurveyedScope,
  tallies: CheckScope['tallies'],
  {
    before,
    leftOutSince,
    isNarrowed,
  }: { before: CheckScope | null; leftOutSince: string | null; isNarrowed: boolean },
): CheckScope {
  const { team, outcome, importId, survey } = report;
  const { tool, checkId, provider, accountId, region, seenAt } = surveyed;
  const isNewest = !before || seenAt >= before.lastSeenAt;
  const gap = hasGap(report, surveyed) ? (before?.gapSince ?? seenAt) : undefined;
  const gapSince = isNewest ? gap : before.gapSince;
  return {
    id: survey.idOf(team, surveyed),
    teamId: team.teamId,
    tool,
    checkId,
    provider,
    accountId,
    region,
    lastSeenAt: isNewest ? seenAt : before.lastSeenAt,
    ...(isNewest ? statedOf(surveyed) : before.stated && { stated: before.stated }),
    // With results that were cut off before and are not seen again, it stays incomplete.
    lastCompleteAt:
      outcome.partial || (isNarrowed && before?.lastCompleteAt === null)
        ? (before?.lastCompleteAt ?? null)
        : later(before?.lastCompleteAt ?? null, seenAt),
    staleSince: before ? staleStill(report, before, isNewest) : leftOutSince,
    ...(gapSince === undefined ? {} : { gapSince }),
    lastImportId: isNewest ? importId : before.lastImportId,
    tallies,
  };
}

/** A report older than the one that lacked the scope leaves it stale. */
function staleStill(
  { survey }: ReportToApply,
  before: CheckScope,
  isNewest: boolean,
): string | null {
  const { staleSince } = before;
  const isOlder = (staleSince ?? '') > (survey.lookedAt(before) ?? '');
  return isNewest && !isOlder ? null : staleSince;
}

/** By place: the time of its next report after this one. Scopes that the next report lacked are stale since then. */
function newerReports(
  report: ReportToApply,
  known: ReadonlyMap<string, CheckScope>,
): Map<string, string> {
  const newer = new Map<string, string>();
  for (const scope of known.values()) {
    const reportedAt = report.survey.lookedAt(scope);
    if (reportedAt === null || scope.lastSeenAt <= reportedAt) continue;
    if (!isConcerned(report, scope)) continue;
    const first = newer.get(placeKey(scope));
    if (!first || scope.lastSeenAt < first) newer.set(placeKey(scope), scope.lastSeenAt);
  }
  return newer;
}

function later(a: string | null, b: string): string {
  return a !== null && a > b ? a : b;
}

function openOf({ scope }: LeftOutScope): number {
  return sum(
    scope.tallies
      .filter(({ standing, exempt }) => standing === 'fail' && !exempt)
      .map(({ count }) => count),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function countByScope(tallies: readonly Tally[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const tally of tallies) {
    const key = scopeKey(tally);
    counts.set(key, (counts.get(key) ?? 0) + tally.count);
  }
  return counts;
}
