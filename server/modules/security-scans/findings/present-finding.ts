import type { z } from 'zod';
import type { Check, Finding } from '../../../../contract/security-scans.js';
import type { CheckScope } from '../check-results/scopes.repository.js';
import type { KnownCheck } from '../checks/checks.repository.js';
import type { StoredFinding } from './findings.repository.js';

/** A finding as its scope dates it: what repeats is not written again. */
export function present(stored: StoredFinding, scope: CheckScope | null): Finding {
  const { endedTriage: _, ...shown } = stored;
  const isOver = stored.status === 'resolved';
  const seenWhole = scope?.lastCompleteAt ?? '';
  return {
    ...shown,
    details: stored.details ?? null,
    lastSeenAt: !isOver && seenWhole > stored.lastSeenAt ? seenWhole : stored.lastSeenAt,
    staleSince: isOver ? null : (scope?.staleSince ?? null),
  };
}

/** What the tool says about a finding's check, as far as it is known. */
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
