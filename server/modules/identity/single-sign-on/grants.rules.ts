import type { ClaimRule } from '../../../../contract/identity-providers.js';
import { ROLES, type Role } from '../../../../contract/roles.js';

type Grant = ClaimRule['grant'];

/** What grants add up to. */
export interface Granted {
  /** One role in each team: the first of ROLES that is given. */
  roles: ReadonlyMap<string, Role>;
  isInstallationAdmin: boolean;
}

export function grantedBy(grants: readonly Grant[]): Granted {
  const roles = new Map<string, Role>();
  for (const grant of grants) {
    if (grant.kind !== 'team') continue;
    const before = roles.get(grant.teamId);
    const isHigher = !before || ROLES.indexOf(grant.role) < ROLES.indexOf(before);
    if (isHigher) roles.set(grant.teamId, grant.role);
  }
  return { roles, isInstallationAdmin: grants.some(({ kind }) => kind === 'installation_admin') };
}

/** A rule in words, for the audit trail and for display. */
export function ruleText({ claim, test, value, grant }: ClaimRule): string {
  const given =
    grant.kind === 'team'
      ? `${grant.role} in ${grant.teamId}`
      : 'administrator of the installation';
  return `${claim} ${test} ${value} → ${given}`;
}
