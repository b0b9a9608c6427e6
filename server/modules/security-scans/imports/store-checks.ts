import type { ScopeSeen } from '../check-results/check-scope.js';
import { scopeId } from '../check-results/identity.rules.js';
import type { ChecksRepository, KnownCheck } from '../checks/checks.repository.js';
import type { ReportToApply } from './report-to-apply.js';

/** Stores how the report describes its checks. The newest description wins, even when an older report arrives later. */
export async function storeChecks(
  checks: ChecksRepository,
  report: ReportToApply,
  scopes: readonly ScopeSeen[],
): Promise<void> {
  const { team, survey, now, importId } = report;
  const knownAt = newestByCheck(scopes, ({ lastSeenAt }) => lastSeenAt);
  const reportedAt = newestByCheck(survey.scopes.values(), ({ seenAt }) => seenAt);
  const known = new Map(
    (await checks.list(team, [...survey.checks.keys()])).map((item) => [item.id, item]),
  );
  const described: KnownCheck[] = [];
  for (const { tool, check, severity, provider } of survey.checks.values()) {
    const id = scopeId(team.teamId, {
      tool,
      checkId: check.id,
      provider,
      accountId: '',
      region: '',
    });
    const before = known.get(id);
    const isSame =
      before &&
      before.severity === severity &&
      JSON.stringify(before.check) === JSON.stringify(check);
    const key = checkKey({ provider, checkId: check.id });
    const isLate = (reportedAt.get(key) ?? now) < (knownAt.get(key) ?? '');
    if (isSame || (before && isLate)) continue;
    described.push({
      id,
      teamId: team.teamId,
      tool,
      provider,
      severity,
      check,
      describedAt: now,
      describedBy: importId,
    });
  }
  report.lease.check();
  if (described.length > 0) await checks.put(team, described);
}

type OfCheck = Pick<ScopeSeen, 'provider' | 'checkId'>;

function newestByCheck<T extends OfCheck>(
  scopes: Iterable<T>,
  timeOf: (scope: T) => string,
): Map<string, string> {
  const newest = new Map<string, string>();
  for (const scope of scopes) {
    const key = checkKey(scope);
    if (timeOf(scope) > (newest.get(key) ?? '')) newest.set(key, timeOf(scope));
  }
  return newest;
}

function checkKey({ provider, checkId }: OfCheck): string {
  return `${provider}/${checkId}`;
}
