import * as keys from '../../../contract/api-keys.js';
import * as cli from '../../../contract/cli-login.js';
import * as second from '../../../contract/second-factor.js';
import * as service from '../../../contract/service-accounts.js';
import * as auth from '../../../contract/sign-in.js';
import * as teams from '../../../contract/teams.js';
import * as users from '../../../contract/users.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { ApiKeysService } from './api-keys/api-keys.service.js';
import type { CliLoginsService } from './cli-logins/cli-logins.service.js';
import type { InvitationsService } from './invitations/invitations.service.js';
import type { SecondFactorService } from './second-factor/second-factor.service.js';
import type { ServiceAccountsService } from './service-accounts/service-accounts.service.js';
import type { SessionsService } from './sessions/sessions.service.js';
import { ofSession } from './sessions/sessions.service.js';
import type { SetupService } from './setup/setup.service.js';
import type { LinksService } from './sign-in/links.service.js';
import type { SignInService } from './sign-in/sign-in.service.js';
import { originOf } from './single-sign-on/sign-on-addresses.js';
import {
  addSingleSignOnRoutes,
  type SingleSignOn,
} from './single-sign-on/single-sign-on.routes.js';
import type { TeamDeletionService } from './teams/team-deletion.service.js';
import type { TeamsService } from './teams/teams.service.js';
import type { AccountsService } from './users/accounts.service.js';
import type { UsersService } from './users/users.service.js';

export interface IdentityServices {
  setup: SetupService;
  signIns: SignInService;
  accounts: AccountsService;
  secondFactor: SecondFactorService;
  sessions: SessionsService;
  users: UsersService;
  links: LinksService;
  teams: TeamsService;
  teamDeletion: TeamDeletionService;
  invitations: InvitationsService;
  apiKeys: ApiKeysService;
  cliLogins: CliLoginsService;
  serviceAccounts: ServiceAccountsService;
  singleSignOn: SingleSignOn;
}

export function addIdentityRoutes(http: HttpApi, services: IdentityServices): void {
  addSignIn(http, services);
  addAccount(http, services);
  addSecondFactor(http, services);
  addUsers(http, services);
  addTeams(http, services);
  addKeys(http, services);
  addCliLogins(http, services);
  addServiceAccounts(http, services);
  addSingleSignOnRoutes(http, services.singleSignOn);
}

function addSignIn(http: HttpApi, services: IdentityServices): void {
  const { setup, signIns, accounts, sessions, singleSignOn } = services;
  http.add(auth.getSetup, async () => ({ needed: await setup.isNeeded() }));
  http.add(auth.setUp, async ({ body, client }) => {
    const userId = await setup.createFirst(body);
    await sessions.begin(userId, { by: 'setup', isSecond: false }, client);
    return { userId };
  });
  http.add(auth.signIn, ({ body, client }) => signIns.signIn(body.email, body.password, client));
  http.add(second.answerChallenge, async ({ body, client }) => ({
    userId: await services.secondFactor.answer(body.challenge, body.code, client),
  }));
  http.add(auth.signInByLink, async ({ body, client }) => {
    const userId = await accounts.signInByLink(body.token, client);
    await setup.closeFor(userId);
    return { userId };
  });
  http.add(auth.resetPassword, ({ body, client }) =>
    accounts.resetPassword(body.token, body.password, client),
  );
  http.add(auth.signOut, async ({ actor, client }) => {
    const origin = originOf(singleSignOn.publicUrl, client);
    const continueAt = await singleSignOn.signOuts.continueAt(actor, origin);
    await sessions.end(actor, ofSession(actor));
    client.dropSession();
    return { signedOut: true as const, continueAt };
  });
}

function addAccount(http: HttpApi, { accounts, sessions }: IdentityServices): void {
  http.add(auth.changeName, ({ actor, body }) => accounts.changeName(actor, body.name));
  http.add(auth.changePassword, async ({ actor, body, client }) => ({
    endedSessions: await accounts.changePassword(actor, body, client),
  }));
  http.add(auth.switchTeam, async ({ actor, body }) => {
    await sessions.switchTeam(actor, body.teamId);
    return body;
  });
  http.add(auth.listSessions, async ({ actor }) => ({ items: await sessions.list(actor) }));
  http.add(auth.endSession, async ({ actor, params }) => {
    await sessions.end(actor, params.sessionId);
    return { ended: 1 };
  });
  http.add(auth.endOtherSessions, async ({ actor }) => ({
    ended: await sessions.endOthers(actor),
  }));
}

function addSecondFactor(http: HttpApi, { secondFactor }: IdentityServices): void {
  http.add(second.getSecondFactor, ({ actor }) => secondFactor.state(actor));
  http.add(second.beginTotp, ({ actor }) => secondFactor.begin(actor));
  http.add(second.confirmTotp, async ({ actor, body }) => ({
    recoveryCodes: await secondFactor.confirm(actor, body.code),
  }));
  http.add(second.removeTotp, async ({ actor, body }) => {
    await secondFactor.remove(actor, body.code);
    return { totp: false as const };
  });
  http.add(second.renewRecoveryCodes, async ({ actor, body }) => ({
    recoveryCodes: await secondFactor.renewRecoveryCodes(actor, body.code),
  }));
  http.add(second.resetSecondFactor, async ({ actor, params }) => {
    await secondFactor.reset(actor, params.userId);
    return params;
  });
}

function addUsers(http: HttpApi, services: IdentityServices): void {
  http.add(users.listUsers, ({ query: { q, limit, cursor } }) =>
    services.users.list(q, limit, cursor),
  );
  http.add(users.getUser, ({ params }) => services.users.get(params.userId));
  http.add(users.createUser, ({ actor, body }) => services.users.create(actor, body));
  http.add(users.changeUser, ({ actor, params, body }) =>
    services.users.change(actor, params.userId, body),
  );
  http.add(users.deleteUser, async ({ actor, params }) => {
    await services.users.delete(actor, params.userId);
    return { id: params.userId };
  });
  http.add(users.createResetLink, ({ actor, params }) =>
    services.users.resetLink(actor, params.userId),
  );
}

function addTeams(http: HttpApi, services: IdentityServices): void {
  const { invitations, signIns, teamDeletion } = services;
  http.add(teams.listTeams, async () => ({ items: await services.teams.list() }));
  http.add(teams.createTeam, ({ actor, body }) => services.teams.create(actor, body.name));
  http.add(teams.previewTeamDeletion, ({ params }) => teamDeletion.preview(params.teamId));
  http.add(teams.deleteTeam, async ({ actor, params, body }) => {
    await teamDeletion.start(actor, params.teamId, body.name);
    return { id: params.teamId };
  });
  http.add(teams.getTeam, ({ actor }) => services.teams.get(actor));
  http.add(teams.changeTeam, ({ actor, body }) => services.teams.change(actor, body));
  http.add(teams.listMembers, async ({ actor }) => ({
    items: await services.teams.members(actor),
  }));
  http.add(teams.putMember, ({ actor, params, body }) =>
    services.teams.changeMember(actor, params.userId, body),
  );
  http.add(teams.removeMember, async ({ actor, params }) => {
    await services.teams.removeMember(actor, params.userId);
    return params;
  });
  http.add(teams.listInvitations, async ({ actor }) => ({ items: await invitations.list(actor) }));
  http.add(teams.invite, ({ actor, body }) => invitations.invite(actor, body));
  http.add(teams.revokeInvitation, async ({ actor, params }) => {
    await invitations.revoke(actor, params.invitationId);
    return { id: params.invitationId };
  });
  http.add(teams.previewInvitation, ({ body }) => invitations.preview(body.token));
  http.add(teams.acceptInvitation, async ({ body, client }) => {
    const accepted = await invitations.accept(body, (email, password) =>
      signIns.check(email, password, client),
    );
    const { user, teamId } = accepted;
    return { ...(await signIns.enter(user, 'invitation', client, teamId)), teamId };
  });
}

function addKeys(http: HttpApi, { apiKeys }: IdentityServices): void {
  http.add(keys.listApiKeys, async ({ actor }) => ({ items: await apiKeys.list(actor) }));
  http.add(keys.createApiKey, ({ actor, body }) => apiKeys.create(actor, body));
  http.add(keys.rotateApiKey, ({ actor, params, body }) =>
    apiKeys.rotate(actor, params.keyId, body.graceHours),
  );
  http.add(keys.deleteApiKey, async ({ actor, params }) => {
    await apiKeys.delete(actor, params.keyId);
    return { id: params.keyId };
  });
}

function addCliLogins(http: HttpApi, { cliLogins, apiKeys }: IdentityServices): void {
  http.add(cli.startCliLogin, ({ body, client }) => cliLogins.start(body.client, client));
  http.add(cli.pollCliLogin, ({ body }) => cliLogins.poll(body.token));
  http.add(cli.previewCliLogin, ({ actor, body }) => cliLogins.preview(actor, body.code));
  http.add(cli.answerCliLogin, async ({ actor, body: { code, isAllowed } }) => {
    await cliLogins.answer(actor, code, isAllowed);
    return { isAllowed };
  });
  http.add(cli.endCliLogin, async ({ actor }) => ({ id: await apiKeys.endOwn(actor) }));
}

function addServiceAccounts(http: HttpApi, { serviceAccounts }: IdentityServices): void {
  http.add(service.listServiceAccounts, async ({ actor }) => ({
    items: await serviceAccounts.list(actor),
  }));
  http.add(service.createServiceAccount, ({ actor, body }) => serviceAccounts.create(actor, body));
  http.add(service.changeServiceAccount, ({ actor, params, body }) =>
    serviceAccounts.change(actor, params.accountId, body),
  );
  http.add(service.deleteServiceAccount, async ({ actor, params }) => {
    await serviceAccounts.delete(actor, params.accountId);
    return { id: params.accountId };
  });
}
