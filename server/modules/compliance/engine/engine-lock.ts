import type { TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Leases } from '../../../platform/leases/leases.js';

/** The engine's lock of a team: while it is held no other process computes for the team. */
export interface EngineLock {
  team: TeamScope;
  lease: Pick<Lease, 'check'>;
}

/** The lease that a run of the engine holds for the team, in any process. */
export function engineLease({ teamId }: TeamScope): string {
  return `compliance/engine/${teamId}`;
}

export function withEngineLock<T>(
  leases: Leases,
  team: TeamScope,
  work: (lock: EngineLock) => Promise<T>,
): Promise<T> {
  return leases.hold(engineLease(team), (lease) => work({ team, lease }));
}
