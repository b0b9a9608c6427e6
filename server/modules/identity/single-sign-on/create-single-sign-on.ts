import { outboundFetch } from '../../../platform/outbound/outbound-fetch.js';
import { OutboundGuard } from '../../../platform/outbound/outbound-guard.js';
import type { Platform } from '../../../platform/platform.js';
import type { Vault } from '../../../platform/vault/vault.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import { judgeOutbound } from '../../../scanners/targets/outbound-policy.js';
import type { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import type { InvitationsService } from '../invitations/invitations.service.js';
import type { Actors } from '../sessions/actors.js';
import type { SessionsRepository } from '../sessions/sessions.repository.js';
import type { Entry } from '../sign-in/entry.js';
import type { MembershipsRepository } from '../teams/memberships.repository.js';
import type { TeamsService } from '../teams/teams.service.js';
import type { UsersRepository } from '../users/users.repository.js';
import type { UsersService } from '../users/users.service.js';
import { IdentityCounts } from './identity-counts.js';
import { IdentityProvidersRepository } from './identity-providers.repository.js';
import { IdentityProvidersService, keptClientSecrets } from './identity-providers.service.js';
import { LogoutTokensRepository } from './logout-tokens.repository.js';
import { ProviderClient } from './provider-client.js';
import { RuleGrantsService } from './rule-grants.service.js';
import { keptIdTokens, SignOnService } from './sign-on.service.js';
import { SignOnFlowsRepository } from './sign-on-flows.repository.js';
import type { SignOnIdentitiesRepository } from './sign-on-identities.repository.js';
import { SignOnIdentitiesService } from './sign-on-identities.service.js';
import { SignOnPeople } from './sign-on-people.js';
import { SignOutsService } from './sign-outs.service.js';
import type { SingleSignOn } from './single-sign-on.routes.js';

export interface SingleSignOnParts {
  stored: {
    identities: SignOnIdentitiesRepository;
    users: UsersRepository;
    memberships: MembershipsRepository;
    sessions: SessionsRepository;
    keys: ApiKeysRepository;
  };
  vault: Vault;
  accounts: UsersService;
  actors: Actors;
  teams: TeamsService;
  invitations: InvitationsService;
  entry: Entry;
}

/** Signing in with identity providers. */
export function createSingleSignOn(platform: Platform, parts: SingleSignOnParts): SingleSignOn {
  const { repositories, config, clock } = platform;
  const { stored, vault, accounts, actors, teams, invitations, entry } = parts;
  const { identities, users, memberships, sessions, keys } = stored;
  const repository = repositories.create(IdentityProvidersRepository);
  vault.keeps(() => keptClientSecrets(repository));
  vault.keeps(() => keptIdTokens(sessions));
  const guard = new OutboundGuard({ judge: judgeOutbound(config) });
  const client = new ProviderClient({ fetch: outboundFetch(guard), clock });
  const grants = new RuleGrantsService({ identities, memberships, teams, users, keys, platform });
  const counts = new IdentityCounts({ identities, users });
  const providers = new IdentityProvidersService({
    ...{ providers: repository, client, vault, platform },
    people: { identities, counts, sessions, grants },
  });
  const people = new SignOnPeople({
    ...{ identities, grants, invitations, maskText: maskSecrets, platform },
    users: { stored: users, accounts, actors },
  });
  const signOns = new SignOnService({
    ...{ providers, client, people, platform, entrance: { entry, vault } },
    flows: repositories.create(SignOnFlowsRepository),
  });
  const signOuts = new SignOutsService({
    ...{ providers, client, sessions, vault, platform },
    used: repositories.create(LogoutTokensRepository),
  });
  const service = new SignOnIdentitiesService({
    ...{ identities, users, providers, people, platform },
    access: { teams, sessions, grants },
  });
  return { providers, identities: service, signOns, signOuts, publicUrl: config.publicUrl };
}
