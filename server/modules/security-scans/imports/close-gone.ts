import { formatOf } from '../../../scanners/tools/registry.js';
import type { CheckResult } from '../check-results/check-result.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { effectOf, isConclusive } from '../findings/finding-life.rules.js';
import type { StoredFinding } from '../findings/stored-finding.js';
import { isNameless, type SurveyedScope } from './report-survey.js';
import type { ReportToApply } from './report-to-apply.js';
import { isHidden } from './silence.rules.js';

export interface GoneFrom {
  seen: ReadonlySet<string>;
  isLate: boolean;
  /** The report lacks the whole scope. */
  isAbsent?: boolean;
  /**
   * Whether a missing result is gone; else it becomes stale. `isNamed`: the report has another result of its
   * check and resource. Left out: all are.
   */
  isGone?: (result: CheckResult, isNamed: boolean) => boolean;
}

const resourceOf = ({ resourceUid, subObject = '' }: CheckResult) => `${resourceUid}\0${subObject}`;

export interface ClosedGone {
  /** Findings that were closed. */
  gone: number;
  /** Open findings of the scope that are missing, and stale. */
  held: number;
  /** Results are missing that are not gone. */
  hasHeld: boolean;
}

/**
 * Closes the results that a report lacks in a scope that it covers. Results seen
 * in later reports stay: of these, an inconclusive one only loses its earlier conclusive result.
 */
export async function closeGone(
  stores: ResultStores,
  { team, importId, outcome, survey, covers, lease }: ReportToApply,
  scope: SurveyedScope,
  given: GoneFrom,
): Promise<ClosedGone> {
  const { seen, isLate, isAbsent = false, isGone } = given;
  const lacks = formatOf(outcome.format)?.lacks ?? [];
  const missing: CheckResult[] = [];
  const held: CheckResult[] = [];
  const shows = isGone && !survey.statesAll(scope) ? undefined : survey.showsAt(scope);
  const isUnseen = (result: CheckResult) =>
    isGone !== undefined && survey.hidden.some((part) => isHidden(part, result, result));
  const unseen: CheckResult[] = [];
  /** Resources that the report still has results of. */
  const named = new Set<string>();
  for await (const page of stores.results.presentIn(team, scope)) {
    for (const result of page) {
      if (seen.has(result.id)) {
        if (isGone) named.add(resourceOf(result));
        continue;
      }
      const { checkId, subObject = '', region, verdict, severity } = result;
      if (lacks.includes(verdict)) continue;
      const isShown = !shows || shows({ checkId, subObject, severity });
      if (!isShown && !isUnseen(result)) continue;
      if (isAbsent && covers && covers({ checkId, subObject, region }) !== true) continue;
      unseen.push(result);
    }
  }
  const hasNameless = survey.hasNameless(scope);
  for (const result of unseen) {
    const isLast = !isLate && result.observedAt <= scope.seenAt;
    const mayBeNameless = hasNameless && !isNameless(scope.tool, result.resourceUid);
    if (mayBeNameless || (isGone && !isGone(result, named.has(resourceOf(result))))) {
      if (isLast) held.push(result);
    } else if (isLast) missing.push({ ...result, present: false });
    else if (!isConclusive(result) && result.toldAt < scope.seenAt) {
      const standing = effectOf(result, null);
      missing.push({ ...result, toldAt: scope.seenAt, standing, exempt: false });
    }
  }
  const findings = await stores.findings.byId(
    team,
    missing.map(({ id }) => id),
  );
  const closed: StoredFinding[] = [...findings.values()]
    .filter(({ status }) => status !== 'resolved')
    .map(({ endedTriage: _, missedAt: __, ...finding }) => ({
      ...finding,
      status: 'resolved',
      resolvedAt: scope.seenAt,
      resolvedBy: importId,
      resolution: 'gone',
      triage: null,
      triageExpiresAt: null,
    }));
  lease.check();
  if (closed.length > 0) await stores.findings.put(team, closed);
  await stores.results.put(team, missing);
  return {
    gone: closed.length,
    held: isAbsent ? 0 : await hold(stores, { team, lease }, scope, held),
    hasHeld: held.length > 0,
  };
}

/** Marks results that are missing, but not known to be gone; returns how many of their findings are open. */
async function hold(
  stores: ResultStores,
  { team, lease }: Pick<ReportToApply, 'team' | 'lease'>,
  { seenAt: missedAt }: SurveyedScope,
  held: readonly CheckResult[],
): Promise<number> {
  if (held.length === 0) return 0;
  const findings = await stores.findings.byId(
    team,
    held.map(({ id }) => id),
  );
  const fresh = held.filter((result) => result.missedAt === undefined);
  const marked = fresh.flatMap(({ id }) => {
    const finding = findings.get(id);
    return finding && finding.status !== 'resolved' ? [{ ...finding, missedAt }] : [];
  });
  lease.check();
  if (marked.length > 0) await stores.findings.put(team, marked);
  if (fresh.length > 0) {
    await stores.results.put(
      team,
      fresh.map((result) => ({ ...result, missedAt })),
    );
  }
  return [...findings.values()].filter(({ status }) => status === 'open').length;
}
