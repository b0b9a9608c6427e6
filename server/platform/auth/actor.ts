import type { AuditReach } from '../../../contract/audit-reach.js';
import { PERMISSIONS, type Permission } from '../../../contract/endpoint.js';
import type { TeamScope } from '../database/collection.js';
import { ForbiddenError } from '../errors.js';

/** Who acts, in which team, and what they may do there. */
export interface Actor extends TeamScope {
  userId: string;
  name: string;
  permissions: readonly Permission[];
  /** The session or the API key that the request came with. */
  sessionId?: string;
  keyId?: string;
  /** The team asks for a second factor, which this session has not shown: it may nothing. */
  needsSecondFactor?: boolean;
  /** An auditor who is limited to a framework and a period; `ReachGuard` keeps them to it. */
  reach?: AuditReach;
}

/** Throws ForbiddenError, which names the permission and its reach, unless the actor holds it. */
export function requirePermission(
  { permissions, needsSecondFactor }: Actor,
  permission: Permission,
): void {
  if (permissions.includes(permission)) return;
  if (needsSecondFactor) {
    throw new ForbiddenError('this team asks for a second factor: add one to your account first');
  }
  const all = permission.startsWith('installation:')
    ? ': it changes data that every team of the installation sees'
    : '';
  throw new ForbiddenError(`this needs the permission ${permission}${all}`);
}

export const DEFAULT_TEAM = { id: 'default', name: 'Default team' } as const;

/** The scope of what no team does: sign-ins of users without a team, changes of the installation. */
export const INSTALLATION = { teamId: 'installation' } as const;

/** Whoever runs commands on the store’s own machine; signs in by the link that the server prints there. */
export const localOperator: Actor = {
  userId: 'local',
  name: 'Local operator',
  teamId: DEFAULT_TEAM.id,
  permissions: PERMISSIONS,
};

/** Whoever calls a public endpoint. */
export const nobody: Actor = {
  ...INSTALLATION,
  userId: 'nobody',
  name: 'Nobody',
  permissions: [],
};
