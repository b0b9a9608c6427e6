import type { Permission } from '../../../../contract/endpoint.js';
import { permissionsOf } from '../../../../contract/roles.js';
import { REACH_PERMISSIONS } from '../../../../contract/within-reach.js';
import { type Actor, INSTALLATION } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamsRepository } from '../../../platform/teams/teams.repository.js';
import type { Membership, MembershipsRepository } from '../teams/memberships.repository.js';
import type { StoredUser, UsersRepository } from '../users/users.repository.js';

export interface ActorsDeps {
  users: UsersRepository;
  memberships: MembershipsRepository;
  teams: TeamsRepository;
  clock: Clock;
}

/** Turns a user and a team into an actor: by what the store says now, never by what a token says. */
export class Actors {
  constructor(private readonly deps: ActorsDeps) {}

  /**
   * Null for a user who is unknown or disabled. In a team that the user is no member of (any more) the actor may
   * nothing but what the installation’s administrators may; in a team that asks for a second factor a session without
   * one (`isSecond`) may nothing.
   */
  async of(userId: string, team: string | null, isSecond = true): Promise<Actor | null> {
    const [user, memberships, stored] = await Promise.all([
      this.deps.users.get(userId),
      this.membershipsOf(userId),
      team === null ? null : this.deps.teams.get(team),
    ]);
    if (user?.status !== 'active') return null;
    const isThere = stored !== null && !stored.deletion;
    const membership = isThere ? memberships.find((each) => each.team === team) : undefined;
    const actor = { userId, name: user.name, teamId: membership?.team ?? INSTALLATION.teamId };
    const needsSecond = !isSecond && membership !== undefined && stored?.needsSecondFactor === true;
    if (needsSecond) return { ...actor, permissions: [], needsSecondFactor: true };
    const permissions = permissionsIn(user, membership);
    const { reach } = membership ?? {};
    if (!reach) return { ...actor, permissions };
    // What they may do for the installation is nothing of this team.
    const limited = permissions.filter((each) => REACH_PERMISSIONS.includes(each));
    return { ...actor, permissions: limited, reach };
  }

  /** The user’s memberships that have not ended. */
  async membershipsOf(userId: string): Promise<Membership[]> {
    const now = this.deps.clock.now().toISOString();
    const all = await this.deps.memberships.ofUser(userId);
    return all.filter(({ until }) => until === null || until > now);
  }
}

function permissionsIn(user: StoredUser, membership: Membership | undefined): Permission[] {
  return permissionsOf(membership ? [membership.role] : [], user);
}
