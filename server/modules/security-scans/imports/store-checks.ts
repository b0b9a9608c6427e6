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
  const { team, survey, now } = report;
  const knownAt = newestByCheck(scopes);
  const reportedAt = newestByCheck(
    [...survey.scopes.values()].map((scope) => ({ ...scope, lastSeenAt: scope.seenAt })),
  );
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
    });
  }
  report.lease.check();
  if (described.length > 0) await checks.put(team, described);
}

type SeenScope = Pick<ScopeSeen, 'provider' | 'checkId' | 'lastSeenAt'>;

function newestByCheck(scopes: readonly SeenScope[]): Map<string, string> {
  const newest = new Map<string, string>();
  for (const scope of scopes) {
    const key = checkKey(scope);
    if (scope.lastSeenAt > (newest.get(key) ?? '')) newest.set(key, scope.lastSeenAt);
  }
  return newest;
}

function checkKey({ provider, checkId }: Pick<ScopeSeen, 'provider' | 'checkId'>): string {
  return `${provider}/${checkId}`;
}
