import type { Actor } from '../../../platform/auth/actor.js';
import { ConflictError } from '../../../platform/errors.js';
import type { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import type { SessionsService } from '../sessions/sessions.service.js';
import type { LinksService } from '../sign-in/links.service.js';
import type { SignOnIdentitiesRepository } from '../single-sign-on/sign-on-identities.repository.js';
import type { MembershipsRepository } from '../teams/memberships.repository.js';
import type { TeamsService } from '../teams/teams.service.js';

export interface UserEndDeps {
  sessions: SessionsService;
  links: LinksService;
  memberships: MembershipsRepository;
  teams: Pick<TeamsService, 'hasAdmin' | 'nameOf'>;
  keys: ApiKeysRepository;
  identities: SignOnIdentitiesRepository;
}

/** Takes from a user what lets them act. */
export class UserEnd {
  constructor(private readonly deps: UserEndDeps) {}

  /** Of a user who was disabled: throws ConflictError, after `undo`, when it leaves a team without admin. */
  async requireAdmins(userId: string, undo: () => Promise<unknown>): Promise<void> {
    const { memberships, teams } = this.deps;
    for (const { team, role, until } of await memberships.ofUser(userId)) {
      if (role !== 'ADMIN' || until !== null || (await teams.hasAdmin(team))) continue;
      await undo();
      const name = await teams.nameOf(team);
      throw new ConflictError(
        `this is the last admin of the team ${name}: make another member admin first`,
      );
    }
  }

  /** Ends sessions and links; keys of a disabled user do not work meanwhile. */
  async signOut(actor: Actor, userId: string): Promise<void> {
    await this.deps.sessions.endAllOf(actor, userId);
    await this.deps.links.revoke(userId);
  }

  /** Also removes memberships, keys and links to providers. */
  async forget(actor: Actor, userId: string): Promise<void> {
    await this.signOut(actor, userId);
    await this.deps.keys.removeOfUser(userId);
    await this.deps.memberships.removeOfUser(userId);
    await this.deps.identities.removeOfUser(userId);
  }
}
