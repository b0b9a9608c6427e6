import type { z } from 'zod';
import type { Check, Finding } from '../../../contract/security-scans.js';

/** A finding as `cspm findings --json` prints it: a contract with scripts. */
export function findingJson(finding: Finding) {
  const { id, status, severity, tool, checkId, title, resourceUid, resourceName } = finding;
  const { accountId, region, staleSince, firstSeenAt, lastSeenAt } = finding;
  return {
    ...{ id, status, severity, tool, checkId, title },
    resource: { uid: resourceUid, name: resourceName },
    account: accountId,
    region,
    stale: staleSince !== null,
    firstSeenAt,
    lastSeenAt,
  };
}

/** The same with everything else that is known of it, as `cspm findings show --json` prints it. */
export function wholeFindingJson(finding: Finding & { check?: z.infer<typeof Check> }) {
  const { provider, accountName, service, resourceType, rawSeverity, verdict, observed } = finding;
  const { details, staleSince, resolvedAt, resolvedBy, resolution, reopenedCount } = finding;
  return {
    ...findingJson(finding),
    ...{ provider, accountName, service, resourceType, rawSeverity, verdict, observed },
    details: details ?? null,
    ...{ staleSince, resolvedAt, resolvedBy, resolution, reopenedCount },
    triage: triageJson(finding),
    ...(finding.check ? { check: finding.check } : {}),
  };
}

function triageJson({ triage }: Finding): Finding['triage'] {
  if (!triage) return null;
  const { reason, actor, at, expiresAt } = triage;
  return { reason, actor, at, expiresAt };
}
