import type { z } from 'zod';
import type { Check, Finding } from '../../../../contract/security-scans.js';
import type { CheckScope } from '../check-results/check-scope.js';
import type { KnownCheck } from '../checks/checks.repository.js';
import type { StoredFinding } from './stored-finding.js';

/** A finding with the dates of its scope: a repeated result updates only its scope. */
export function presentFinding(stored: StoredFinding, scope: CheckScope | null): Finding {
  const { endedTriage: _, missedAt, ...shown } = stored;
  const isOver = stored.status === 'resolved';
  const seenWhole = scope?.lastCompleteAt ?? '';
  return {
    ...shown,
    details: stored.details ?? null,
    lastSeenAt:
      !isOver && !missedAt && seenWhole > stored.lastSeenAt ? seenWhole : stored.lastSeenAt,
    staleSince: isOver ? null : (missedAt ?? scope?.staleSince ?? null),
  };
}

/** A finding's check as its tool describes it, as far as known. */
export function presentCheck(
  finding: StoredFinding,
  known: KnownCheck | null,
): z.infer<typeof Check> {
  const check = known?.check;
  return {
    id: finding.checkId,
    tool: finding.tool,
    provider: finding.provider,
    severity: finding.severity,
    title: check?.title || finding.title,
    description: check?.description ?? '',
    risk: check?.risk ?? '',
    remediation: check?.remediation ?? '',
    remediationUrl: check?.remediationUrl ?? null,
    service: check?.service ?? finding.service,
    categories: check?.categories ?? [],
    statedRequirements: check?.statedRequirements ?? {},
  };
}
