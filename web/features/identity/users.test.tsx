import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { resetSecondFactor } from '../../../contract/second-factor.js';
import {
  changeUser,
  createResetLink,
  createUser,
  deleteUser,
  listUsers,
  type User,
} from '../../../contract/users.js';
import { refused } from '../../testing/identity.builders.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const aUser = (changes: Partial<User> = {}): User => ({
  ...{ id: 'usr_1', email: 'kim@example.org', name: 'Kim', kind: 'person', status: 'active' },
  ...{ isInstallationAdmin: true, createdAt: '2026-11-01T10:00:00.000Z', lockedUntil: null },
  hasSecondFactor: false,
  lastSignInAt: '2026-11-02T10:00:00.000Z',
  teams: [{ id: 'team_1', name: 'Platform team', role: 'ADMIN' }],
  ...changes,
});
const lou = aUser({
  ...{ id: 'usr_2', email: 'lou@example.org', name: 'Lou', isInstallationAdmin: false, teams: [] },
  lockedUntil: '2030-01-01T00:00:00.000Z',
});

function withUsers(users: User[] = [aUser(), lou]) {
  const state = { users };
  const server = aServer()
    .on(listUsers, ({ query: { q, cursor } }) => {
      const found = state.users.filter(({ name }) => name.toLowerCase().includes(q ?? ''));
      // One user on each page.
      const at = Number(cursor ?? 0);
      const next = at + 1 < found.length ? String(at + 1) : null;
      return { items: found.slice(at, at + 1), nextCursor: next };
    })
    .on(createUser, ({ body: { password: _, ...body } }) => {
      const made = aUser({ ...body, id: 'usr_3', teams: [], lastSignInAt: null });
      state.users = [made, ...state.users];
      return made;
    })
    .on(changeUser, ({ params, body }) => {
      const before = state.users.find(({ id }) => id === params.userId) ?? lou;
      const changed = { ...before, ...body };
      state.users = state.users.map((each) => (each === before ? changed : each));
      return changed;
    })
    .on(createResetLink, () => ({
      path: '/reset-password#token=abc',
      expiresAt: '2026-12-02T10:00:00.000Z',
    }))
    .on(deleteUser, ({ params }) => {
      state.users = state.users.filter(({ id }) => id !== params.userId);
      return { id: params.userId };
    });
  return server;
}
const sent = ({ requests }: ReturnType<typeof withUsers>) =>
  requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, body }) => ({ method, path, body }));

type App = ReturnType<typeof renderApp>;
async function choose({ user }: App, name: string, action: string) {
  await user.click(await screen.findByRole('button', { name: `Actions for ${name}` }));
  await user.click(await screen.findByRole('menuitem', { name: action }));
}

test('pages through the users, and searches', async () => {
  withUsers();
  const { user, fill, address } = renderApp('/system/users');
  const kim = within(await screen.findByRole('listitem', { name: 'Kim' }));
  kim.getByText('Administrator');
  kim.getByText('Platform team: Admin');
  await user.click(screen.getByRole('button', { name: 'Load more' }));
  const row = within(await screen.findByRole('listitem', { name: 'Lou' }));
  row.getByText('Locked');
  row.getByText('In no team');
  await fill(screen.getByRole('searchbox'), 'nobody');
  await screen.findByRole('heading', { name: 'No user matches' });
  expect(address()).toBe('/system/users?q=nobody');
});

test('creates a user who chooses the password with a link, shown once', async () => {
  const server = withUsers();
  const { user, fill } = renderApp('/system/users');
  await user.click(await screen.findByRole('button', { name: 'Create a user' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Create a user' }));
  await fill(dialog.getByLabelText(/^E-mail/), 'max@example.org');
  await fill(dialog.getByLabelText(/^Name/), 'Max');
  await user.click(dialog.getByRole('button', { name: 'Create' }));
  await screen.findByText(`${window.location.origin}/reset-password#token=abc`);
  expect(sent(server)).toEqual([
    {
      ...{ method: 'POST', path: '/api/users' },
      body: { email: 'max@example.org', name: 'Max', isInstallationAdmin: false },
    },
    { method: 'POST', path: '/api/users/usr_3/reset-link', body: undefined },
  ]);
});

test('creates a user with a password', async () => {
  const server = withUsers();
  const { user, fill } = renderApp('/system/users');
  await user.click(await screen.findByRole('button', { name: 'Create a user' }));
  const dialog = within(await screen.findByRole('dialog'));
  await fill(dialog.getByLabelText(/^E-mail/), 'max@example.org');
  await fill(dialog.getByLabelText(/^Name/), 'Max');
  await user.click(dialog.getByRole('radio', { name: 'You, now' }));
  await user.click(dialog.getByRole('button', { name: 'Create' }));
  await dialog.findByText('Needs at least 12 characters');
  await fill(dialog.getByLabelText(/^Password/), 'quiet lamp seven rivers');
  await user.click(dialog.getByRole('button', { name: 'Create' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(sent(server)).toMatchObject([{ body: { password: 'quiet lamp seven rivers' } }]);
});

test('disables a user, and makes one administrator', async () => {
  const server = withUsers([lou]);
  const app = renderApp('/system/users');
  await choose(app, 'Lou', 'Disable');
  await screen.findByText('Disabled');
  await choose(app, 'Lou', 'Make administrator of the installation');
  await screen.findByText('Administrator');
  expect(sent(server).map(({ body }) => body)).toEqual([
    { status: 'disabled' },
    { isInstallationAdmin: true },
  ]);
});

test('removes the second factor of a user who lost it', async () => {
  const server = withUsers([{ ...lou, hasSecondFactor: true }]).on(
    resetSecondFactor,
    ({ params }) => params,
  );
  const app = renderApp('/system/users');
  await screen.findByText('Second factor');
  await choose(app, 'Lou', 'Remove the second factor');
  await waitFor(() =>
    expect(sent(server)).toMatchObject([{ method: 'DELETE', path: '/api/users/usr_2/mfa' }]),
  );
});

test('explains that the last administrator stays', async () => {
  withUsers().on(changeUser, () => {
    throw refused(409, 'conflict', 'this is the last administrator of the installation');
  });
  const app = renderApp('/system/users');
  await choose(app, 'Kim', 'Take away administration');
  const row = within(screen.getByRole('listitem', { name: 'Kim' }));
  await row.findByText('this is the last administrator of the installation');
  row.getByText('Administrator');
});

test('deletes a user once their e-mail address is typed', async () => {
  const server = withUsers([lou]);
  const app = renderApp('/system/users');
  await choose(app, 'Lou', 'Delete');
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete Lou?' }));
  const typed = dialog.getByLabelText(/^Type the e-mail address/);
  await app.fill(typed, 'kim@example.org');
  await app.user.click(dialog.getByRole('button', { name: 'Delete' }));
  await dialog.findByText('This is not the e-mail address');
  expect(sent(server)).toEqual([]);
  await app.fill(typed, 'Lou@example.org');
  await app.user.click(dialog.getByRole('button', { name: 'Delete' }));
  await screen.findByRole('heading', { name: 'No user matches' });
  expect(sent(server)).toMatchObject([{ method: 'DELETE', path: '/api/users/usr_2' }]);
});

test('does not offer the operator of the server for changes', async () => {
  withUsers([aUser({ kind: 'operator', name: 'Operator', email: null })]);
  renderApp('/system/users');
  await screen.findByText('Operator of the server');
  expect(screen.queryByRole('button', { name: /^Actions/ })).toBeNull();
});

test('shows no users to who does not administer the installation', async () => {
  const server = aServer(aMeWithout('installation:write'));
  renderApp('/system/users');
  await screen.findByText(/Your role may not see the users/);
  expect(screen.queryByRole('button', { name: 'Create a user' })).toBeNull();
  expect(server.requests.some(({ path }) => path === '/api/users')).toBe(false);
});
