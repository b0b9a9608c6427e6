import type { CheckScope } from '../check-results/check-scope.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { scopeKey, talliesByScope } from '../check-results/scope-tallies.rules.js';
import { closeGone, type GoneFrom } from './close-gone.js';
import { hasGap, type MissingResults } from './missing-results.js';
import type { ReportToApply } from './report-to-apply.js';

/** A scope of the report's places that the report lacks entirely, after it was judged. */
export interface LeftOutScope {
  scope: CheckScope;
  /** Findings closed in it. */
  gone: number;
  /** The report gives no evidence of its remaining results. */
  isStale: boolean;
  isChanged: boolean;
}

/**
 * Judges the scopes that a report lacks entirely although it is at least as new as their last result. Where
 * the tool is known to have looked (by the report itself, or by the scan's arguments), or the report is as wide
 * as before, their results are gone.
 * The other scopes become stale.
 */
export async function judgeLeftOut(
  stores: ResultStores,
  report: ReportToApply,
  known: ReadonlyMap<string, CheckScope>,
  { seen, missing }: { seen: ReadonlySet<string>; missing: MissingResults | null },
): Promise<LeftOutScope[]> {
  const { team, survey, outcome } = report;
  const covered = new Set([...survey.scopes.values()].map((scope) => survey.idOf(team, scope)));
  const absent = [...known.values()].flatMap((scope) => {
    if (!isConcerned(report, scope)) return [];
    const at = survey.lookedAt(scope);
    return at !== null && !covered.has(scope.id) && scope.lastSeenAt <= at ? [{ scope, at }] : [];
  });
  const judged: LeftOutScope[] = [];
  for (const { scope, at } of absent) {
    const isStated = report.covers !== undefined || survey.showsAt(scope) !== undefined;
    const isJudged = isStated || (await missing?.isWorthReading(scope)) === true;
    const isGone = await missing?.goneIn(scope);
    const given = { seen, at, isGone };
    const left =
      outcome.partial || !isJudged ? stale(scope, at) : await judge(stores, report, scope, given);
    judged.push(hasGap(report, scope) ? withGap(left, at) : left);
  }
  return judged;
}

/** Whether the report's scan was meant to cover this scope; assumed for a report of unknown origin. */
export function isConcerned({ covers }: Pick<ReportToApply, 'covers'>, scope: CheckScope): boolean {
  return covers?.({ ...scope, subObject: '' }) !== null;
}

function stale(scope: CheckScope, at: string): LeftOutScope {
  const isChanged = scope.staleSince === null;
  return {
    scope: isChanged ? { ...scope, staleSince: at } : scope,
    gone: 0,
    isStale: true,
    isChanged,
  };
}

function withGap(left: LeftOutScope, at: string): LeftOutScope {
  if (left.scope.gapSince !== undefined) return left;
  return { ...left, scope: { ...left.scope, gapSince: at }, isChanged: true };
}

async function judge(
  stores: ResultStores,
  report: ReportToApply,
  scope: CheckScope,
  { seen, at, isGone }: { seen: ReadonlySet<string>; at: string } & Pick<GoneFrom, 'isGone'>,
): Promise<LeftOutScope> {
  const { team, importId } = report;
  const isEmpty = scope.tallies.length === 0;
  const surveyed = { ...scope, rows: 0, seenAt: at, statedAt: at, isLocal: false };
  const from = { seen, isLate: false, isAbsent: true, ...(isGone && { isGone }) };
  const { gone } = isEmpty ? { gone: 0 } : await closeGone(stores, report, surveyed, from);
  const fresh = isEmpty
    ? []
    : await stores.results.tallies(team, scope.tool, {
        checkIds: [scope.checkId],
        accounts: [scope],
      });
  const tallies = talliesByScope(fresh).get(scopeKey(scope)) ?? [];
  if (tallies.length > 0) {
    const left = stale({ ...scope, tallies }, at);
    return { ...left, gone, isChanged: left.isChanged || gone > 0 };
  }
  const lastCompleteAt = at > (scope.lastCompleteAt ?? '') ? at : scope.lastCompleteAt;
  return {
    scope: {
      ...scope,
      tallies,
      lastSeenAt: at,
      lastCompleteAt,
      staleSince: null,
      lastImportId: importId,
    },
    gone,
    isStale: false,
    isChanged: !isEmpty || scope.staleSince !== null,
  };
}
