import { scopeKey, talliesByScope } from '../check-results/scope-tallies.js';
import type { CheckScope } from '../check-results/scopes.repository.js';
import type { ApplyParts, ReportToApply } from './apply-report.js';
import { closeGone } from './close-gone.js';

/** A scope of the report's places that the report lacks altogether, as it is after it. */
export interface LeftOut {
  scope: CheckScope;
  /** Findings that are gone with it. */
  gone: number;
  /** The report gives no evidence of what is left in it. */
  isStale: boolean;
  isChanged: boolean;
}

/**
 * Judges the scopes that a report lacks altogether although it is as new as what is known of them. Where it
 * is known that the tool looked (the report says what it covers, or who ran the scan knows) what was there is
 * gone. Of the rest nobody knows: it is stale.
 */
export async function leftOutOf(
  parts: ApplyParts,
  report: ReportToApply,
  known: ReadonlyMap<string, CheckScope>,
  seen: ReadonlySet<string>,
): Promise<LeftOut[]> {
  const { team, survey, outcome } = report;
  const covered = new Set([...survey.scopes.values()].map((scope) => survey.idOf(team, scope)));
  const absent = [...known.values()].flatMap((scope) => {
    if (!isConcerned(report, scope)) return [];
    const at = survey.lookedAt(scope);
    return at !== null && !covered.has(scope.id) && scope.lastSeenAt <= at ? [{ scope, at }] : [];
  });
  const judged: LeftOut[] = [];
  for (const { scope, at } of absent) {
    const isJudged = report.covers !== undefined || survey.showsAt(scope) !== undefined;
    if (outcome.partial || !isJudged) judged.push(stale(scope, at));
    else judged.push(await judge(parts, report, scope, { seen, at }));
  }
  return judged;
}

/** Whether the run behind the report was to look at this at all; a report of unknown origin was. */
export function isConcerned({ covers }: Pick<ReportToApply, 'covers'>, scope: CheckScope): boolean {
  return covers?.({ ...scope, subObject: '' }) !== null;
}

function stale(scope: CheckScope, at: string): LeftOut {
  const isChanged = scope.staleSince === null;
  return {
    scope: isChanged ? { ...scope, staleSince: at } : scope,
    gone: 0,
    isStale: true,
    isChanged,
  };
}

async function judge(
  parts: ApplyParts,
  report: ReportToApply,
  scope: CheckScope,
  { seen, at }: { seen: ReadonlySet<string>; at: string },
): Promise<LeftOut> {
  const { team, importId } = report;
  const isEmpty = scope.tallies.length === 0;
  const surveyed = { ...scope, rows: 0, seenAt: at };
  const gone = isEmpty
    ? 0
    : await closeGone(parts, report, surveyed, { seen, isLate: false, isAbsent: true });
  const fresh = isEmpty
    ? []
    : await parts.results.tallies(team, scope.tool, {
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
