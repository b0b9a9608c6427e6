import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { getHealth, getMe, type Me } from '../../../contract/platform.js';
import {
  beginTotp,
  confirmTotp,
  getSecondFactor,
  removeTotp,
} from '../../../contract/second-factor.js';
import {
  changeName,
  changePassword,
  endOtherSessions,
  endSession,
  getSetup,
  listSessions,
  type Session,
  signOut,
  switchTeam,
} from '../../../contract/sign-in.js';
import { listMembers, type Member } from '../../../contract/teams.js';
import { refused } from '../../testing/identity.builders.js';
import type { MockServer } from '../../testing/mock-server.js';
import { aMe } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';
import { clientName } from './client-name.js';

const aSession = (id: string, changes: Partial<Session> = {}): Session => ({
  ...{ id, isCurrent: false, address: '192.0.2.7', by: 'password' },
  client: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  createdAt: '2026-11-01T10:00:00.000Z',
  lastSeenAt: '2026-11-02T10:00:00.000Z',
  endsAt: '2026-12-01T10:00:00.000Z',
  ...changes,
});

describe('the account menu', () => {
  const openMenu = async ({ user }: ReturnType<typeof renderApp>) =>
    user.click(await screen.findByRole('button', { name: 'Your account' }));

  test('switches the team, and shows nothing of the one before', async () => {
    const [platform, payments] = [
      { id: 'team_1', name: 'Platform team' },
      { id: 'team_2', name: 'Payments' },
    ];
    let team = platform;
    const aMember = (name: string): Member => ({
      ...{ userId: name, name, email: null, role: 'VIEWER', until: null },
      ...{ reach: null, isDisabled: false, source: 'manual', lastSignInAt: null },
    });
    const server = aServer()
      .on(getMe, () => ({ ...aMe(), teams: [platform, payments], team }))
      .on(switchTeam, ({ body }) => {
        team = body.teamId === payments.id ? payments : platform;
        return body;
      })
      .on(listMembers, () => ({ items: [aMember(team === platform ? 'Ann' : 'Ben')] }));
    const app = renderApp('/system/team');
    await screen.findByText('Ann');
    await openMenu(app);
    await app.user.click(await screen.findByRole('menuitem', { name: 'Payments' }));
    await screen.findByTitle('Your team: Payments', {}, { timeout: 30_000 });
    expect(app.address()).toBe('/');
    await app.user.click(screen.getByRole('link', { name: 'System' }));
    await app.user.click(await screen.findByRole('link', { name: 'Team' }));
    // What was cached a second ago is not even shown while the new members load.
    await screen.findByText('Ben');
    expect(screen.queryByText('Ann')).toBeNull();
    expect(server.requests.filter(({ path }) => path.endsWith('/members'))).toHaveLength(2);
  });

  test('offers no switch to who is in one team', async () => {
    aServer();
    const app = renderApp('/nowhere');
    await openMenu(app);
    await screen.findByRole('menuitem', { name: 'Sign out' });
    expect(screen.queryByText('Switch team')).toBeNull();
  });

  test('signs out, after which nothing is left in the cache', async () => {
    let isIn = true;
    const server = aServer()
      .on(getSetup, () => ({ needed: false }))
      .on(getMe, () => {
        if (isIn) return aMe();
        throw refused(401, 'unauthenticated', 'sign in first');
      })
      .on(signOut, () => {
        isIn = false;
        return { signedOut: true as const, continueAt: null };
      });
    const app = renderApp('/nowhere');
    await openMenu(app);
    await app.user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(app.address()).toBe('/sign-in');
    expect(screen.queryByText('Kim')).toBeNull();
    expect(server.requests.filter(({ path }) => path === '/api/auth/logout')).toHaveLength(1);
  });
});

describe('the account page', () => {
  const withSessions = (items: Session[]): MockServer =>
    aServer()
      .on(listSessions, () => ({ items }))
      .on(getSecondFactor, () => ({ totp: false, recoveryCodesLeft: 0 }));

  test('changes the name', async () => {
    const server = withSessions([]).on(changeName, ({ body }) => ({ id: 'usr_1', ...body }));
    const { user, fill } = renderApp('/account');
    const name = await screen.findByLabelText(/^Your name/);
    await fill(name, ' ');
    await user.click(screen.getByRole('button', { name: 'Save the name' }));
    await screen.findByText('This field is required');
    await fill(name, 'Kim Berg');
    await user.click(screen.getByRole('button', { name: 'Save the name' }));
    await screen.findByText('Saved.');
    expect(server.requests.find(({ method }) => method === 'PATCH')?.body).toEqual({
      name: 'Kim Berg',
    });
  });

  test('changes the password, and says at the field that the current one is wrong', async () => {
    const server = withSessions([]).on(changePassword, () => {
      throw refused(401, 'unauthenticated', 'e-mail or password is wrong');
    });
    const { user, fill } = renderApp('/account');
    await fill(await screen.findByLabelText(/^Current password/), 'wrong');
    await fill(screen.getByLabelText(/^New password/), 'quiet lamp seven rivers');
    const change = screen.getByRole('button', { name: 'Change the password' });
    await user.click(change);
    await screen.findByText('The current password is wrong');
    // The session is asked for, and still there.
    expect(screen.getByRole('heading', { name: 'Account' })).toBeTruthy();
    server.on(changePassword, () => ({ endedSessions: 2 }));
    await user.click(change);
    await screen.findByText('Changed. 2 other sessions ended.');
    expect(screen.getByLabelText<HTMLInputElement>(/^New password/).value).toBe('');
  });

  test('lists the sessions, marks this one, and ends the others', async () => {
    const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604.1';
    let items = [
      aSession('s1', { isCurrent: true }),
      aSession('s2', { client: phone, by: 'link' }),
      aSession('s3', { client: null }),
    ];
    const server = withSessions([])
      .on(listSessions, () => ({ items }))
      .on(endSession, ({ params }) => {
        items = items.filter(({ id }) => id !== params.sessionId);
        return { ended: 1 };
      })
      .on(endOtherSessions, () => {
        items = items.filter(({ isCurrent }) => isCurrent);
        return { ended: 1 };
      });
    const { user } = renderApp('/account');
    const mine = within(await screen.findByRole('listitem', { name: 'Firefox on Linux' }));
    mine.getByText('This session');
    expect(mine.queryByRole('button')).toBeNull();
    const other = within(screen.getByRole('listitem', { name: 'Safari on iOS' }));
    other.getByText(/with a one-time link · .* · from 192.0.2.7/);
    await user.click(other.getByRole('button', { name: 'End' }));
    await waitFor(() => expect(screen.queryByText('Safari on iOS')).toBeNull());
    await user.click(screen.getByRole('button', { name: 'End all others' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: 'End them' }));
    await waitFor(() => expect(screen.queryByText('Unknown client')).toBeNull());
    expect(screen.queryByRole('button', { name: 'End all others' })).toBeNull();
    expect(
      server.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path),
    ).toEqual(['/api/auth/sessions/s2', '/api/auth/sessions']);
  });
});

test('turns the second factor on and off again', async () => {
  let isOn = false;
  const server = aServer()
    .on(listSessions, () => ({ items: [] }))
    .on(getSecondFactor, () => ({ totp: isOn, recoveryCodesLeft: isOn ? 10 : 0 }))
    .on(beginTotp, () => ({ secret: 'JBSWY3DP', uri: 'otpauth://totp/x', qr: '<svg/>' }))
    .on(confirmTotp, ({ body }) => {
      if (body.code !== '123456') throw refused(401, 'unauthenticated', 'the code is wrong');
      isOn = true;
      return { recoveryCodes: ['aaaa-1111', 'bbbb-2222'] };
    })
    .on(removeTotp, () => {
      isOn = false;
      return { totp: false as const };
    });
  const { user, fill } = renderApp('/account');
  await user.click(await screen.findByRole('button', { name: 'Add an authenticator app' }));
  let dialog = within(await screen.findByRole('dialog', { name: 'Add an authenticator app' }));
  dialog.getByText('JBSWY3DP');
  expect(dialog.getByAltText<HTMLImageElement>(/^QR code/).src).toMatch(/^data:image\/svg\+xml,/);
  const code = dialog.getByLabelText(/^Code/);
  await fill(code, '12');
  await user.click(dialog.getByRole('button', { name: 'Turn on' }));
  await dialog.findByText('Enter the whole code');
  await fill(code, '000000');
  await user.click(dialog.getByRole('button', { name: 'Turn on' }));
  await dialog.findByText('The code is wrong.');
  await fill(code, '123456');
  await user.click(dialog.getByRole('button', { name: 'Turn on' }));
  await screen.findByText(/bbbb-2222/);
  await screen.findByText(/10 recovery codes left/);
  await user.click(screen.getByRole('button', { name: 'Turn off' }));
  dialog = within(await screen.findByRole('dialog', { name: 'Turn the second factor off?' }));
  await fill(dialog.getByLabelText(/^Code/), 'aaaa-1111');
  await user.click(dialog.getByRole('button', { name: 'Turn off' }));
  await screen.findByRole('button', { name: 'Add an authenticator app' });
  expect(screen.queryByText(/bbbb-2222/)).toBeNull();
  expect(server.requests.findLast(({ method }) => method === 'POST')?.body).toEqual({
    code: 'aaaa-1111',
  });
});

test('a team that asks for a second factor shows nothing else before', async () => {
  aServer({ ...aMe(), needsSecondFactor: true, permissions: [] });
  renderApp('/nowhere');
  await screen.findByText('Platform team asks for a second factor');
  expect(screen.getByRole('link', { name: 'Open your account' }).getAttribute('href')).toBe(
    '/account',
  );
});

test('a user without a team reads so, and an administrator can create one', async () => {
  const me = { ...aMe(), team: { id: 'none', name: 'No team' }, teams: [] };
  const server = aServer({ ...me, permissions: [] });
  const { unmount } = renderApp('/nowhere');
  await screen.findByText('You are in no team');
  expect(screen.queryByRole('link', { name: 'Create a team' })).toBeNull();
  unmount();
  server.on(getMe, (): Me => ({ ...me, permissions: ['installation:write'] }));
  renderApp('/');
  await screen.findByRole('link', { name: 'Create a team' });
});

test('the system pages that a viewer may not use are not offered', async () => {
  const me = { ...aMe(), permissions: ['team:read', 'findings:read'] as const };
  aServer({ ...me, permissions: [...me.permissions] }).on(getHealth, () => {
    throw refused(503, 'unavailable', 'not today');
  });
  renderApp('/system');
  const links = within(await screen.findByRole('navigation', { name: 'System' }));
  expect(links.getAllByRole('link').map(({ textContent }) => textContent)).toEqual([
    'Health',
    'Team',
    'Roles',
  ]);
});

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0 Safari/537.36', 'Chrome on macOS'],
  ['Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
  ['curl/8.5.0', 'curl/8.5.0'],
  [null, 'Unknown client'],
])('names the client %s', (userAgent, name) => {
  expect(clientName(userAgent)).toBe(name);
});
