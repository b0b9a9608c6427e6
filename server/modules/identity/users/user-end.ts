import type { Actor } from '../../../platform/auth/actor.js';
import type { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import type { SessionsService } from '../sessions/sessions.service.js';
import type { LinksService } from '../sign-in/links.service.js';
import type { SignOnIdentitiesRepository } from '../single-sign-on/sign-on-identities.repository.js';
import type { MembershipsRepository } from '../teams/memberships.repository.js';

export interface UserEndDeps {
  sessions: SessionsService;
  links: LinksService;
  memberships: MembershipsRepository;
  keys: ApiKeysRepository;
  identities: SignOnIdentitiesRepository;
}

/** Takes from a user what lets them act. */
export class UserEnd {
  constructor(private readonly deps: UserEndDeps) {}

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
