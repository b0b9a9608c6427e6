import type { User } from '../../../../contract/users.js';
import type { TeamsRepository } from '../../../platform/teams/teams.repository.js';
import type { SignInService } from '../sign-in/sign-in.service.js';
import type { MembershipsRepository } from '../teams/memberships.repository.js';
import type { StoredUser } from './users.repository.js';

export interface UserDetailsDeps {
  memberships: MembershipsRepository;
  teams: TeamsRepository;
  signIns: Pick<SignInService, 'lockedUntil'>;
}

/** Adds teams and locks to stored users, for display. */
export class UserDetails {
  constructor(private readonly deps: UserDetailsDeps) {}

  async of(users: readonly StoredUser[]): Promise<User[]> {
    const memberships = await this.deps.memberships.ofUsers(users.map(({ id }) => id));
    const names = new Map((await this.deps.teams.list()).map(({ id, name }) => [id, name]));
    return Promise.all(
      users.map(async (user) => ({
        ...user,
        hasSecondFactor: user.totp !== null,
        lockedUntil: user.email ? await this.deps.signIns.lockedUntil(user.email) : null,
        teams: memberships
          .filter(({ userId, team }) => userId === user.id && names.has(team))
          .map(({ team, role }) => ({ id: team, name: names.get(team) ?? team, role })),
      })),
    );
  }
}
