import type { AuditReach } from '../../../../contract/audit-reach.js';
import type { Role } from '../../../../contract/roles.js';
import type { Clock } from '../../../platform/clock.js';
import { InvalidInputError } from '../../../platform/errors.js';

/** Throws InvalidInputError for an end in the past, and for limits of a member who is no auditor. */
export function requireGrant(
  { role, until, reach = null }: { role: Role; until: string | null; reach?: AuditReach | null },
  clock: Clock,
): void {
  if (until !== null && until <= clock.now().toISOString()) {
    refuse('until', 'must be in the future');
  }
  if (reach !== null && role !== 'AUDITOR') {
    refuse('reach', 'only an auditor can be limited to a framework');
  }
}

function refuse(field: string, message: string): never {
  const errors = [{ path: `body.${field}`, message }];
  throw new InvalidInputError(`body.${field}: ${message}`, { errors });
}
