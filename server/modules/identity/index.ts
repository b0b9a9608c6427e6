import type { Actor } from '../../platform/auth/actor.js';
import { UnauthenticatedError } from '../../platform/errors.js';
import type { Client } from '../../platform/http/client.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import { LeasesRepository } from '../../platform/leases/leases.repository.js';
import type { Platform } from '../../platform/platform.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import { TeamData } from '../../platform/teams/team-data.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { createAuditForwarding, type ForwardingParts } from './audit-forwards/audit-forwarding.js';
import { CliLoginsRepository } from './cli-logins/cli-logins.repository.js';
import { CliLoginsService } from './cli-logins/cli-logins.service.js';
import { addIdentityRoutes } from './identity.routes.js';
import { InvitationsRepository } from './invitations/invitations.repository.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { keptTotps, SecondFactorService } from './second-factor/second-factor.service.js';
import { ServiceAccountsService } from './service-accounts/service-accounts.service.js';
import { Actors } from './sessions/actors.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { SetupRepository } from './setup/setup.repository.js';
import { SetupService } from './setup/setup.service.js';
import { AttemptsRepository } from './sign-in/attempts.repository.js';
import { Entry } from './sign-in/entry.js';
import { LinksService } from './sign-in/links.service.js';
import { Lockout } from './sign-in/lockout.js';
import { OneTimeTokensRepository } from './sign-in/one-time-tokens.repository.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { createSingleSignOn } from './single-sign-on/create-single-sign-on.js';
import { SignOnIdentitiesRepository } from './single-sign-on/sign-on-identities.repository.js';
import { MembershipsRepository } from './teams/memberships.repository.js';
import { catchUpDeletions, workOnDeletions } from './teams/team-deletion.jobs.js';
import { TeamDeletionService } from './teams/team-deletion.service.js';
import { TeamsService } from './teams/teams.service.js';
import { AccountsService } from './users/accounts.service.js';
import { UserDetails } from './users/user-details.js';
import { UserEnd } from './users/user-end.js';
import { UsersRepository } from './users/users.repository.js';
import { UsersService } from './users/users.service.js';

export type { MemberChanges } from './teams/teams.service.js';

const MINUTE_MS = 60_000;

export interface IdentityParts extends ForwardingParts {
  scheduler: ForwardingParts['scheduler'] & Pick<UnifiedLifecycleScheduler, 'removeTeam'>;
  /** The modules that this process does not run. */
  missing: () => readonly string[];
}

/** Users, teams and roles, sign-in, sessions, invitations and API keys. */
export function createIdentity(platform: Platform, parts: IdentityParts) {
  const { vault, queue, scheduler, work, missing } = parts;
  const { repositories, audit, clock, newId, teams: teamNames, config } = platform;
  const users = repositories.create(UsersRepository);
  const memberships = repositories.create(MembershipsRepository);
  const keys = repositories.create(ApiKeysRepository);
  const hasher = new PasswordHasher();
  const actors = new Actors({ users, memberships, teams: teamNames, clock });
  const limits = {
    idleMs: config.sessionIdleMinutes * MINUTE_MS,
    totalMs: config.sessionHours * 60 * MINUTE_MS,
  };
  const storedSessions = repositories.create(SessionsRepository);
  const sessions = new SessionsService({
    ...{ sessions: storedSessions, actors, audit, clock, limits },
  });
  const tokens = repositories.create(OneTimeTokensRepository);
  const lockout = new Lockout({ attempts: repositories.create(AttemptsRepository), audit, clock });
  const entry = new Entry({ users, sessions, tokens, clock });
  const signIns = new SignInService({ users, hasher, lockout, entry, audit });
  const links = new LinksService({ tokens, clock });
  const accounts = new AccountsService({ users, hasher, signIns, sessions, links, audit });
  vault.keeps(() => keptTotps(users));
  const secondFactor = new SecondFactorService({
    ...{ users, vault, lockout, sessions, entry, log: { audit, clock } },
  });
  const identities = repositories.create(SignOnIdentitiesRepository);
  const details = new UserDetails({ memberships, teams: teamNames, signIns });
  const created = { clock, newId };
  const usersService = new UsersService({
    ...{ users, details, hasher, audit },
    end: new UserEnd({ sessions, links, memberships, keys, identities }),
    newUser: { ...created, links },
  });
  const teams = new TeamsService({ teams: teamNames, memberships, users, keys, audit, created });
  const teamDeletion = new TeamDeletionService({
    ...{ teams: teamNames, queue, missing, log: { audit, clock } },
    data: new TeamData(platform),
    others: {
      ...{ memberships, sessions: storedSessions },
      ...{ scheduler, leases: repositories.create(LeasesRepository) },
    },
  });
  const setup = new SetupService({
    ...{ setup: repositories.create(SetupRepository), users, accounts: usersService, teams, clock },
  });
  const invitations = new InvitationsService({
    ...{ invitations: repositories.create(InvitationsRepository), audit, clock, newId },
    teams: { names: teamNames, members: teams },
    users: { stored: users, accounts: usersService },
  });
  const apiKeys = new ApiKeysService({ keys, users, actors, audit, clock, newId });
  const cliLogins = new CliLoginsService({
    ...{ logins: repositories.create(CliLoginsRepository), actors, apiKeys, lockout, audit, clock },
  });
  const serviceAccounts = new ServiceAccountsService({
    ...{ users, memberships, keys, audit, clock, newId },
  });
  const singleSignOn = createSingleSignOn(platform, {
    stored: { identities, users, memberships, sessions: storedSessions, keys },
    ...{ vault, accounts: usersService, actors, teams, invitations, entry },
  });
  const forwarding = createAuditForwarding(platform, parts);
  const services = {
    ...{ setup, signIns, accounts, sessions, users: usersService, links, teams, invitations },
    ...{ apiKeys, secondFactor, teamDeletion, singleSignOn, cliLogins, serviceAccounts },
  };
  return {
    ...services,
    /** The caller of a request. Throws UnauthenticatedError without a valid session or key. */
    authenticate: async ({ session, key, address, isWatching }: Client): Promise<Actor> => {
      if (key !== null) return apiKeys.actorOf(key, address);
      if (session !== null) return sessions.actorOf(session, isWatching);
      if (await setup.isNeeded()) {
        throw new UnauthenticatedError('set up this installation first: open it in a browser');
      }
      throw new UnauthenticatedError();
    },
    /** Who acts: the e-mail, the membership in this team, and the teams that they may switch to. */
    profileOf: async ({ userId, teamId }: Actor) => {
      const [user, all] = await Promise.all([users.get(userId), actors.membershipsOf(userId)]);
      const mine = new Set(all.map(({ team }) => team));
      return {
        email: user?.email ?? null,
        membership: all.find(({ team }) => team === teamId) ?? null,
        teams: (await teamNames.list()).filter(({ id }) => mine.has(id)),
      };
    },
    addRoutes: (http: HttpApi) => {
      addIdentityRoutes(http, services);
      forwarding.addRoutes(http);
    },
    forwarding,
    start: async () => {
      await forwarding.start();
      if (work) workOnDeletions(queue, (teamId) => teamDeletion.run(teamId));
    },
    catchUp: async () => {
      if (work) await catchUpDeletions(queue, teamNames);
    },
  };
}
export type Identity = ReturnType<typeof createIdentity>;
