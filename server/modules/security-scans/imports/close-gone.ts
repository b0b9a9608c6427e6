import { formatOf } from '../../../scanners/tools/registry.js';
import type { CheckResult } from '../check-results/check-result.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { effectOf, isConclusive } from '../findings/finding-life.rules.js';
import type { StoredFinding } from '../findings/stored-finding.js';
import type { SurveyedScope } from './report-survey.js';
import type { ReportToApply } from './report-to-apply.js';

/**
 * Closes the results that a report lacks in a scope that it covers; returns how many findings. Results seen
 * in later reports stay: of these, an inconclusive one only loses its earlier conclusive result.
 */
export async function closeGone(
  stores: ResultStores,
  { team, importId, outcome, survey, covers, lease }: ReportToApply,
  scope: SurveyedScope,
  given: { seen: ReadonlySet<string>; isLate: boolean; isAbsent?: boolean },
): Promise<number> {
  const { seen, isLate, isAbsent = false } = given;
  const lacks = formatOf(outcome.format)?.lacks ?? [];
  const missing: CheckResult[] = [];
  const shows = survey.showsAt(scope);
  for await (const page of stores.results.presentIn(team, scope)) {
    for (const result of page) {
      if (seen.has(result.id) || lacks.includes(result.verdict)) continue;
      const { checkId, subObject = '', region } = result;
      if (shows && !shows({ checkId, subObject })) continue;
      if (isAbsent && covers && covers({ checkId, subObject, region }) !== true) continue;
      if (!isLate && result.observedAt <= scope.seenAt) {
        missing.push({ ...result, present: false });
      } else if (!isConclusive(result) && result.toldAt < scope.seenAt) {
        const standing = effectOf(result, null);
        missing.push({ ...result, toldAt: scope.seenAt, standing, exempt: false });
      }
    }
  }
  const findings = await stores.findings.byId(
    team,
    missing.map(({ id }) => id),
  );
  const closed: StoredFinding[] = [...findings.values()]
    .filter(({ status }) => status !== 'resolved')
    .map(({ endedTriage: _, ...finding }) => ({
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
  return closed.length;
}
