import { screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import {
  admitIdentity,
  changeIdentityProvider,
  checkIdentityProvider,
  createIdentityProvider,
  deleteIdentityProvider,
  type IdentityProvider,
  listIdentityProviders,
  listSignOnIdentities,
  type SignOnIdentity,
} from '../../../contract/identity-providers.js';
import {
  finishSignOn,
  listSignInProviders,
  startSignOn,
} from '../../../contract/single-sign-on.js';
import { listTeams } from '../../../contract/teams.js';
import { refused, withSession } from '../../testing/identity.builders.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const AT = '2026-11-01T10:00:00.000Z';

const aProvider = (changes: Partial<IdentityProvider> = {}): IdentityProvider => ({
  ...{ id: 'main', name: 'Keycloak', issuer: 'https://id.example.org', clientId: 'cspm' },
  ...{ scopes: ['openid'], groupsClaim: 'groups', trustedAmr: [], trustsEmail: false },
  ...{ signsOut: true, isEnabled: true, rules: [], hasClientSecret: true, createdAt: AT },
  ...{ redirectUri: 'r', signOutUri: 's', backchannelUri: 'b' },
  ...{ people: 3, withoutPassword: 2, waiting: 1 },
  ...changes,
});
const dan: SignOnIdentity = {
  ...{ id: 'i1', provider: 'main', subject: 'dan', name: 'Dan', email: 'dan@example.org' },
  ...{ userId: null, userName: null, isWaiting: true, emailTaken: false },
  ...{ firstSeenAt: AT, lastSeenAt: AT, matched: [] },
  claims: [{ name: 'groups', value: '["sales"]' }],
};

function withProviders(state = { providers: [aProvider()], waiting: [dan] }) {
  return aServer()
    .on(listTeams, () => ({
      items: [
        {
          id: 't1',
          name: 'Blue',
          createdAt: AT,
          members: 1,
          needsSecondFactor: false,
          isDeleting: false,
        },
      ],
    }))
    .on(listIdentityProviders, () => ({ items: state.providers }))
    .on(listSignOnIdentities, ({ query }) => ({
      items: query.isWaiting ? state.waiting : [],
      nextCursor: null,
    }));
}
const lastSent = ({ requests }: ReturnType<typeof withProviders>) =>
  requests.filter(({ method }) => method !== 'GET').at(-1);

/** In place of leaving the app. */
function watchLeaving() {
  const assign = vi.fn();
  vi.stubGlobal('location', { ...window.location, assign, origin: 'http://localhost' });
  return assign;
}

test('the sign-in page offers the providers and leaves for the chosen one', async () => {
  const server = aServer();
  withSession(server);
  server
    .on(listSignInProviders, () => ({ items: [{ id: 'main', name: 'Keycloak' }] }))
    .on(startSignOn, () => ({ url: 'https://id.example.org/auth?x=1' }));
  const assign = watchLeaving();
  const { user } = renderApp('/sign-in?next=%2Ffindings');
  await user.click(await screen.findByRole('button', { name: 'Sign in with Keycloak' }));
  await waitFor(() => expect(assign).toHaveBeenCalledWith('https://id.example.org/auth?x=1'));
  expect(server.requests.at(-1)?.body).toEqual({ next: '/findings', token: null });
});

test('coming back signs in and opens the page that was asked for', async () => {
  const server = aServer();
  const session = withSession(server);
  server.on(finishSignOn, () => {
    session.signIn();
    return { userId: 'u', challenge: null, outcome: 'signed_in' as const, next: '/nowhere' };
  });
  const app = renderApp(
    '/sign-in/oidc/main?code=0012&state=a%2Bb&iss=https%3A%2F%2Fid.example.org',
  );
  await screen.findByRole('heading', { name: 'Page not found' });
  expect(app.address()).toBe('/nowhere');
  const { body } = server.requests.find(({ path }) => path.endsWith('/callback')) ?? {};
  const query = new URLSearchParams((body as { query: string }).query);
  expect([query.get('code'), query.get('state'), query.get('iss')]).toEqual([
    ...['0012', 'a+b', 'https://id.example.org'],
  ]);
});

test('shows who must wait, and why a sign-in failed', async () => {
  const server = aServer();
  withSession(server);
  server.on(finishSignOn, () => ({
    ...{ userId: null, challenge: null, outcome: 'waiting' as const, next: '/' },
  }));
  const waiting = renderApp('/sign-in/oidc/main?code=a&state=b');
  await screen.findByText('You wait to be admitted');
  waiting.unmount();
  server.on(finishSignOn, () => {
    throw refused(503, 'unavailable', 'Keycloak cannot be reached: it refuses connections');
  });
  renderApp('/sign-in/oidc/main?code=a&state=b');
  await screen.findByText(/cannot be reached/);
  expect(screen.getByRole('link', { name: 'Back to the sign-in page' })).toBeTruthy();
});

test('a provider is tested and added, and a refusal is shown at its field', async () => {
  const server = withProviders()
    .on(checkIdentityProvider, () => ({
      ...{ issuer: 'https://id.example.org', keys: 2, scopes: [], claims: [], signsOut: true },
      ...{ backchannel: false, problems: ['signing out there does not end sessions here'] },
    }))
    .on(createIdentityProvider, () => {
      throw refused(422, 'invalid_input', 'body.issuer: cannot be reached');
    });
  const { user, fill } = renderApp('/system/providers');
  await user.click(await screen.findByRole('button', { name: 'Add a provider' }));
  const dialog = within(await screen.findByRole('dialog'));
  await fill(dialog.getByRole('textbox', { name: 'Name' }), 'Okta');
  await fill(dialog.getByRole('textbox', { name: 'Short name' }), 'okta');
  await fill(dialog.getByRole('textbox', { name: 'Issuer' }), 'https://id.example.org');
  await user.click(dialog.getByRole('button', { name: 'Test the connection' }));
  await dialog.findByText('It answers, with 2 signing keys');
  await user.click(dialog.getByRole('button', { name: 'Add' }));
  expect(await dialog.findByText('This field is required')).toBeTruthy();
  await fill(dialog.getByRole('textbox', { name: 'Client ID' }), 'cspm');
  await user.click(dialog.getByRole('button', { name: 'Add' }));
  await dialog.findByText(/cannot be reached/);
  expect(lastSent(server)?.body).toMatchObject({
    id: 'okta',
    clientId: 'cspm',
  });
});

test('rules are added and sent as data', async () => {
  const server = withProviders().on(changeIdentityProvider, ({ body }) =>
    aProvider(body as object),
  );
  const { user, fill } = renderApp('/system/providers');
  await user.click(await screen.findByRole('button', { name: 'Rules' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Add a rule' }));
  const rule = within(dialog.getByRole('group', { name: 'Rule 1' }));
  await fill(rule.getByRole('textbox', { name: 'Value' }), 'sec-admins');
  await user.selectOptions(rule.getByRole('combobox', { name: 'Role' }), 'Security manager');
  await user.click(dialog.getByRole('button', { name: 'Save the rules' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(lastSent(server)?.body).toEqual({
    rules: [
      {
        ...{ claim: 'groups', test: 'contains', value: 'sec-admins' },
        grant: { kind: 'team', teamId: 't1', role: 'SECURITY_MANAGER' },
      },
    ],
  });
});

test('deleting a provider says whom it concerns', async () => {
  const server = withProviders().on(deleteIdentityProvider, () => ({
    ...{ id: 'main', unlinked: 3, endedSessions: 1 },
  }));
  const { user } = renderApp('/system/providers');
  await user.click(await screen.findByRole('button', { name: 'Delete' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByText(/3 accounts will no longer be linked/)).toBeTruthy();
  expect(dialog.getByText(/2 of the linked accounts have no password/)).toBeTruthy();
  await user.click(dialog.getByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(lastSent(server)?.method).toBe('DELETE'));
});

test('who waits is shown with what the provider sent, and admitted to a team', async () => {
  const server = withProviders().on(admitIdentity, () => ({ ...dan, isWaiting: false }));
  const { user } = renderApp('/system/providers');
  const row = within(await screen.findByRole('listitem', { name: 'Dan' }));
  await user.click(row.getByRole('button', { name: 'What was sent' }));
  expect(row.getByText('["sales"]')).toBeTruthy();
  await user.click(row.getByRole('button', { name: 'Admit' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Role' }), 'Auditor');
  await user.click(dialog.getByRole('button', { name: 'Admit' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(lastSent(server)?.body).toEqual({ team: { id: 't1', role: 'AUDITOR' } });
});

test('only administrators of the installation see providers', async () => {
  aServer(aMeWithout('installation:write'));
  renderApp('/system/providers');
  await screen.findByRole('heading', { name: 'Identity providers' });
  expect(screen.queryByRole('button', { name: 'Add a provider' })).toBeNull();
});
