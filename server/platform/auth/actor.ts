import { PERMISSIONS, type Permission } from '../../../contract/endpoint.js';
import type { TeamScope } from '../database/collection.js';

/** Who acts, in which team, and what they may do there. */
export interface Actor extends TeamScope {
  userId: string;
  name: string;
  permissions: readonly Permission[];
}

export const DEFAULT_TEAM = { id: 'default', name: 'Default team' } as const;

/** The one who sits at the machine: there is no sign-in yet, so the server listens on loopback only. */
export const localOperator: Actor = {
  userId: 'local',
  name: 'Local operator',
  teamId: DEFAULT_TEAM.id,
  permissions: PERMISSIONS,
};
