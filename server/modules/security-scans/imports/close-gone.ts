import { formatOf } from '../../../scanners/tools/registry.js';
import type { CheckResult } from '../check-results/check-results.repository.js';
import { standingOf, tells } from '../findings/finding-life.rules.js';
import type { StoredFinding } from '../findings/findings.repository.js';
import type { ApplyParts, ReportToApply } from './apply-report.js';
import type { SurveyedScope } from './report-survey.js';

/**
 * Closes what a report lacks in a scope that it covers; answers how many findings. What was seen since is
 * still there: of that, only what the tool could not tell since loses what was said before.
 */
export async function closeGone(
  parts: ApplyParts,
  { team, importId, outcome, survey, covers, lease }: ReportToApply,
  scope: SurveyedScope,
  given: { seen: ReadonlySet<string>; isLate: boolean; isAbsent?: boolean },
): Promise<number> {
  const { seen, isLate, isAbsent = false } = given;
  const lacks = formatOf(outcome.format)?.lacks ?? [];
  const missing: CheckResult[] = [];
  const shows = survey.showsAt(scope);
  for await (const page of parts.results.presentIn(team, scope)) {
    for (const result of page) {
      if (seen.has(result.id) || lacks.includes(result.verdict)) continue;
      const { checkId, subObject = '', region } = result;
      if (shows && !shows({ checkId, subObject })) continue;
      if (isAbsent && covers && covers({ checkId, subObject, region }) !== true) continue;
      if (!isLate && result.observedAt <= scope.seenAt) {
        missing.push({ ...result, present: false });
      } else if (!tells(result) && result.toldAt < scope.seenAt) {
        const standing = standingOf(result, null);
        missing.push({ ...result, toldAt: scope.seenAt, standing, exempt: false });
      }
    }
  }
  const findings = await parts.findings.byId(
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
  if (closed.length > 0) await parts.findings.put(team, closed);
  await parts.results.put(team, missing);
  return closed.length;
}
