import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { getHealth } from '../../../contract/platform.js';
import { answerChallenge } from '../../../contract/second-factor.js';
import {
  forgetPassword,
  getSetup,
  resetPassword,
  setUp,
  signIn,
  signInByLink,
} from '../../../contract/sign-in.js';
import { acceptInvitation, previewInvitation } from '../../../contract/teams.js';
import { refused, withSession } from '../../testing/identity.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const TOKEN = 'a-token-that-is-long-enough';
const PASSWORD = 'quiet lamp seven rivers';

type App = ReturnType<typeof renderApp>;

async function give({ user, fill }: App, email: string, password: string) {
  await fill(await screen.findByLabelText(/^E-mail/), email);
  await fill(screen.getByLabelText(/^Password/), password);
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
}

describe('signing in', () => {
  test('returns to the page that was asked for', async () => {
    const server = aServer();
    const session = withSession(server);
    server.on(signIn, session.signIn);
    const app = renderApp('/nowhere?tab=a,b');
    await give(app, ' Kim@Example.org ', PASSWORD);
    expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeTruthy();
    expect(app.address()).toBe('/nowhere?tab=a,b');
    expect(screen.getByRole('navigation', { name: 'Main' })).toBeTruthy();
    expect(server.requests.find(({ path }) => path === '/api/auth/login')?.body).toEqual({
      email: 'Kim@Example.org',
      password: PASSWORD,
    });
  });

  test('does not lead to another site afterwards', async () => {
    const server = aServer();
    const session = withSession(server);
    server.on(signIn, session.signIn);
    const app = renderApp('/sign-in?next=%2F%2Fevil.example');
    await give(app, 'kim@example.org', PASSWORD);
    await screen.findByRole('navigation', { name: 'Main' });
    expect(app.address()).toBe('/');
  });

  test('names a wrong password, and for how long the account is locked', async () => {
    const server = aServer();
    withSession(server);
    server.on(signIn, () => {
      throw refused(401, 'unauthenticated', 'e-mail or password is wrong');
    });
    const app = renderApp('/sign-in');
    await give(app, 'kim@example.org', 'wrong');
    expect((await screen.findByRole('alert')).textContent).toContain(
      'The e-mail address or the password is wrong.',
    );
    server.on(signIn, () => {
      throw refused(429, 'rate_limited', 'too many failed sign-ins: try again in 12 minutes');
    });
    await app.user.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByText('Too many failed sign-ins: try again in 12 minutes.');
    expect(screen.getByLabelText<HTMLInputElement>(/^E-mail/).value).toBe('kim@example.org');
  });

  test('asks for both fields, and puts the focus on the first that is wrong', async () => {
    const server = aServer();
    withSession(server);
    const { user } = renderApp('/sign-in');
    await user.click(await screen.findByRole('button', { name: 'Sign in' }));
    await screen.findByText('This field is required');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(/^E-mail/)));
    expect(server.requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  test('with the link of the server happens at once, and the address loses the token', async () => {
    const server = aServer();
    // The link of a new installation comes before its setup.
    const session = withSession(server, { needed: true });
    server.on(signInByLink, session.signIn);
    const { address } = renderApp(`/sign-in#link=${TOKEN}`);
    await screen.findByRole('navigation', { name: 'Main' });
    expect(address()).toBe('/');
    const used = server.requests.filter(({ path }) => path === '/api/auth/link');
    expect(used.map(({ body }) => body)).toEqual([{ token: TOKEN }]);
  });

  test('with a used link explains it and offers the password', async () => {
    const server = aServer();
    withSession(server);
    server.on(signInByLink, () => {
      throw refused(401, 'unauthenticated', 'this link was used or has expired');
    });
    const { address } = renderApp(`/sign-in#link=${TOKEN}`);
    await screen.findByText(/This sign-in link was used or has expired/);
    expect(screen.getByRole('button', { name: 'Sign in' })).toBeTruthy();
    expect(address()).toBe('/sign-in');
  });

  test('asks for the second factor of who has one', async () => {
    const server = aServer();
    const session = withSession(server);
    server
      .on(signIn, () => ({
        userId: null,
        challenge: { token: TOKEN, expiresAt: '2026-12-01T10:05:00.000Z' },
      }))
      .on(answerChallenge, ({ body }) => {
        if (body.code !== '123456') {
          throw refused(401, 'unauthenticated', 'the code is wrong or was used already');
        }
        return session.signIn();
      });
    const app = renderApp('/sign-in?next=%2Fnowhere');
    await give(app, 'kim@example.org', PASSWORD);
    const code = await screen.findByLabelText(/^Code/);
    await app.fill(code, '654321');
    await app.user.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByText('The code is wrong or was used already.');
    await app.fill(code, '123456');
    await app.user.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('heading', { name: 'Page not found' });
    expect(app.address()).toBe('/nowhere');
    expect(server.requests.findLast(({ method }) => method === 'POST')).toMatchObject({
      path: '/api/auth/mfa',
      body: { challenge: TOKEN, code: '123456' },
    });
  });

  test('is asked for again once the session ends, and leads back', async () => {
    const server = aServer();
    const session = withSession(server);
    session.signIn();
    server.on(signIn, session.signIn).on(getHealth, () => {
      session.end();
      throw refused(401, 'unauthenticated', 'the session has ended: sign in again');
    });
    const app = renderApp('/system');
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(app.address()).toBe('/sign-in?next=%2Fsystem');
    server.on(getHealth, () => {
      throw refused(503, 'unavailable', 'not today');
    });
    await give(app, 'kim@example.org', PASSWORD);
    await screen.findByText('not today');
    expect(app.address()).toBe('/system');
  });
});

describe('the setup', () => {
  test('creates the first administrator of a new installation', async () => {
    const server = aServer();
    const session = withSession(server, { needed: true });
    server.on(setUp, session.signIn);
    const { user, fill, address } = renderApp('/');
    await screen.findByRole('heading', { name: 'Create the first administrator' });
    expect(address()).toBe('/setup');
    await fill(await screen.findByLabelText(/^E-mail/), 'kim@example.org');
    await fill(screen.getByLabelText(/^Name/), 'Kim');
    const password = screen.getByLabelText<HTMLInputElement>(/^Password/);
    await fill(password, 'short');
    await user.click(screen.getByRole('button', { name: 'Create and sign in' }));
    await screen.findByText('Needs at least 12 characters');
    expect(password.type).toBe('password');
    screen.getByRole('button', { name: 'Show it' }).focus();
    await user.keyboard('{Enter}');
    expect(password.type).toBe('text');
    await fill(password, PASSWORD);
    await user.click(screen.getByRole('button', { name: 'Create and sign in' }));
    await screen.findByRole('navigation', { name: 'Main' });
    expect(server.requests.find(({ method }) => method === 'POST')?.body).toEqual({
      email: 'kim@example.org',
      name: 'Kim',
      password: PASSWORD,
    });
  });

  test('shows at the field why a password is refused', async () => {
    const server = aServer();
    withSession(server, { needed: true });
    server.on(setUp, () => {
      const problem = refused(422, 'invalid_input', 'choose another password: it is common');
      problem.problem.errors = [
        { path: 'body.password', message: 'choose another password: it is common' },
      ];
      throw problem;
    });
    const { user, fill } = renderApp('/setup');
    await fill(await screen.findByLabelText(/^E-mail/), 'kim@example.org');
    await fill(screen.getByLabelText(/^Name/), 'Kim');
    await fill(screen.getByLabelText(/^Password/), 'password1234');
    await user.click(screen.getByRole('button', { name: 'Create and sign in' }));
    await screen.findByText('Choose another password: it is common');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(/^Password/)));
  });

  test('is closed once there is an administrator', async () => {
    withSession(aServer());
    const { address } = renderApp('/setup');
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(address()).toBe('/sign-in');
  });
});

test('a reset link sets a new password and signs in', async () => {
  const server = aServer();
  const session = withSession(server);
  server.on(resetPassword, session.signIn);
  const { user, fill, address } = renderApp(`/reset-password#token=${TOKEN}`);
  await fill(await screen.findByLabelText(/^New password/), PASSWORD);
  expect(address()).toBe('/reset-password');
  await user.click(screen.getByRole('button', { name: 'Set and sign in' }));
  await screen.findByRole('navigation', { name: 'Main' });
  expect(server.requests.find(({ path }) => path === '/api/auth/password/reset')?.body).toEqual({
    token: TOKEN,
    password: PASSWORD,
  });
});

test('a link without its token asks for the whole one', async () => {
  withSession(aServer());
  renderApp('/reset-password');
  await screen.findByText('This address is not complete');
});

describe('an invitation', () => {
  const preview = { email: 'lou@example.org', team: 'Platform team', role: 'AUDITOR' as const };

  test('makes a new person choose a name and a password', async () => {
    const server = aServer();
    const session = withSession(server);
    server
      .on(previewInvitation, () => ({ ...preview, isKnown: false }))
      .on(acceptInvitation, () => ({ ...session.signIn(), teamId: 'team_1' }));
    const { user, fill } = renderApp(`/invitation#token=${TOKEN}`);
    await screen.findByRole('heading', { name: 'Join Platform team' });
    screen.getByText('Auditor: reads everything, the audit trail too');
    await user.click(screen.getByRole('button', { name: 'Join the team' }));
    await screen.findByText('This field is required');
    await fill(screen.getByLabelText(/^Your name/), 'Lou');
    await fill(screen.getByLabelText(/^Password/), PASSWORD);
    await user.click(screen.getByRole('button', { name: 'Join the team' }));
    await screen.findByRole('navigation', { name: 'Main' });
    expect(server.requests.find(({ path }) => path === '/api/invitations/accept')?.body).toEqual({
      token: TOKEN,
      name: 'Lou',
      password: PASSWORD,
    });
  });

  test('asks a known person for their password', async () => {
    const server = aServer();
    withSession(server);
    server
      .on(previewInvitation, () => ({ ...preview, isKnown: true }))
      .on(acceptInvitation, () => {
        throw refused(401, 'unauthenticated', 'e-mail or password is wrong');
      });
    const { user, fill } = renderApp(`/invitation#token=${TOKEN}`);
    await fill(await screen.findByLabelText(/^Your password/), PASSWORD);
    expect(screen.queryByLabelText(/^Your name/)).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Join the team' }));
    const alert = within(await screen.findByRole('alert'));
    alert.getByText('The password is wrong.');
  });

  test('that was used says so', async () => {
    const server = aServer();
    withSession(server);
    server.on(previewInvitation, () => {
      throw refused(404, 'not_found', 'this invitation was used, revoked or has expired');
    });
    renderApp(`/invitation#token=${TOKEN}`);
    await screen.findByText('this invitation was used, revoked or has expired');
  });
});

test('mails a link to whoever forgot the password, where the server sends mail', async () => {
  const server = aServer();
  withSession(server);
  server
    .on(getSetup, () => ({ needed: false, resetsByMail: true }))
    .on(forgetPassword, () => ({ accepted: true as const }));
  const { user, fill } = renderApp('/sign-in');
  await fill(await screen.findByLabelText(/^E-mail/), 'kim@example.org');
  await user.click(await screen.findByRole('button', { name: 'Forgot your password?' }));
  await screen.findByText(/a link to set a new password is on its way/);
  expect(server.requests.find(({ path }) => path.endsWith('/forgotten'))?.body).toEqual({
    email: 'kim@example.org',
  });
});
