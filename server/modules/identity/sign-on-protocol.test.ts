import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeyRotation } from '../../platform/vault/key-rotation.js';
import { ProviderBrowser } from '../../testing/test-identity-provider.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { IdentityProvidersRepository } from './single-sign-on/identity-providers.repository.js';
import { Browser, PASSWORD } from './testing/browser.js';
import {
  addProvider,
  aPerson,
  aSignOnApp,
  audited,
  groupRule,
  ORIGIN,
  type SignOnApp,
  signOn,
} from './testing/sign-on-app.js';

// What a provider, or somebody between it and the browser, may send that must not sign in.

let app: SignOnApp;
beforeAll(async () => {
  app = await aSignOnApp();
  const rules = [groupRule('readers', app.teamId, 'VIEWER')];
  for (const id of ['main', 'other'] as const) {
    expect((await addProvider(app, id, { rules })).status).toBe(201);
    app[id].people.set('bob', aPerson('bob', ['readers'], { claims: { email: `bob@${id}.test` } }));
  }
}, 60_000);
afterAll(() => app.close());

const CALLBACK = '/api/auth/oidc/providers/main/callback';
const BACKCHANNEL = '/api/auth/oidc/providers/main/backchannel-logout';

const logOut = (token: string) =>
  app.server.inject({
    ...{ method: 'POST', url: BACKCHANNEL, payload: `logout_token=${token}` },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

test('what came back signs in once, and in the browser that began only', async () => {
  const { browser, query, body } = await signOn(app, 'bob');
  expect(body.outcome).toBe('signed_in');
  expect((await browser.post(CALLBACK, { query })).status).toBe(401);
  const stranger = new Browser(app);
  const begun = await stranger.post('/api/auth/oidc/providers/main/start', {});
  const stolen = await new ProviderBrowser().signIn(begun.body.url, 'bob');
  expect((await browser.post(CALLBACK, { query: stolen })).status).toBe(401);
  expect((await new Browser(app).post(CALLBACK, { query: stolen })).status).toBe(401);
  expect((await stranger.post(CALLBACK, { query: stolen })).status).toBe(200);
});

test.each([
  ['an unknown state', { coming: (q: URLSearchParams) => q.set('state', 'x') }],
  ['no state', { coming: (q: URLSearchParams) => q.delete('state') }],
  ['an ID token for another nonce', { going: (u: URL) => u.searchParams.set('nonce', 'x') }],
  [
    'a code of another PKCE challenge',
    { going: (u: URL) => u.searchParams.set('code_challenge', 'x'.repeat(43)) },
  ],
  ['a made-up code', { coming: (q: URLSearchParams) => q.set('code', 'x') }],
  ['another issuer’s answer', { coming: (q: URLSearchParams) => q.set('iss', app.other.issuer) }],
  ['an answer without its issuer', { coming: (q: URLSearchParams) => q.delete('iss') }],
])('%s does not sign in', async (_what, changes) => {
  const { status, body, browser } = await signOn(app, 'bob', changes);
  expect([status, body.code]).toEqual([401, 'unauthenticated']);
  expect((await browser.get('/api/me')).status).toBe(401);
});

test('an answer of one provider does not sign in at the other', async () => {
  const browser = new Browser(app);
  const { body } = await browser.post('/api/auth/oidc/providers/main/start', {});
  const query = await new ProviderBrowser().signIn(body.url, 'bob');
  const answer = await browser.post('/api/auth/oidc/providers/other/callback', { query });
  expect(answer.status).toBe(401);
});

test('refused sign-ins are in the audit trail, with the provider and the reason', async () => {
  await signOn(app, 'bob', { coming: (query) => query.set('error', 'access_denied') });
  const [refused] = await audited(app, 'sign_in.refused');
  expect(refused).toMatchObject({
    subject: 'main',
    details: { provider: 'main', reason: expect.stringContaining('access_denied') },
  });
});

test('new keys of the provider count at once, and an old key no longer', async () => {
  app.main.rotateKeys();
  expect((await signOn(app, 'bob')).body.outcome).toBe('signed_in');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { statusCode } = await logOut(await app.main.logoutToken({ sub: 'bob' }, privateKey));
  expect(statusCode).toBe(400);
});

test('signing out at the provider ends the sessions here at their next request', async () => {
  app.main.people.set('kit', aPerson('kit', ['readers']));
  const first = await signOn(app, 'kit');
  const elsewhere = await signOn(app, 'kit');
  const { body: out } = await first.browser.post('/api/auth/logout');
  const url = new URL(out.continueAt);
  expect([url.origin, url.searchParams.get('client_id')]).toEqual([app.main.issuer, 'cspm']);
  expect(url.searchParams.get('id_token_hint')).toMatch(/^eyJ/);
  expect(await first.atProvider.follow(url.href, { logout: 'yes' })).toBe(`${ORIGIN}/sign-in`);
  // The provider sent its logout token for the session of the first browser only.
  const sent = app.main.sent.at(-1);
  expect(sent?.url).toBe(ORIGIN + BACKCHANNEL);
  expect((await elsewhere.browser.get('/api/me')).status).toBe(200);
  const again = await signOn(app, 'kit', { atProvider: elsewhere.atProvider });
  expect((await again.browser.get('/api/me')).status).toBe(200);
  const token = await app.main.logoutToken({ sub: 'kit' });
  expect((await logOut(token)).json()).toEqual({ ended: 2 });
  expect((await elsewhere.browser.get('/api/me')).status).toBe(401);
  expect((await again.browser.get('/api/me')).status).toBe(401);
  const [ended] = await audited(app, 'sessions.ended_by_provider');
  expect(ended?.details).toEqual({ provider: 'main', ended: 2 });
  expect((await logOut(token)).json()).toMatchObject({ status: 400, code: 'invalid_request' });
});

test('a rotation of the master key seals the ID tokens of sessions anew', async () => {
  const { browser } = await signOn(app, 'bob');
  const { audit, leases, config, repositories } = app.platform;
  const parts = { vault: app.container.scanning.vault, audit, leases, config, settleMs: 5 };
  const { keyId } = await new KeyRotation(parts).rotate('local');
  const keys = new Set<string | undefined>();
  for await (const { signOn } of repositories.create(SessionsRepository).signedOn())
    keys.add(signOn.idToken?.keyId);
  expect([...keys]).toEqual([keyId]);
  const { body } = await browser.post('/api/auth/logout');
  expect(new URL(body.continueAt).searchParams.get('id_token_hint')).toMatch(/^eyJ/);
});

test('a logout token of the provider itself ends the one session that it names', async () => {
  const [one, two] = [await signOn(app, 'bob'), await signOn(app, 'bob')];
  const before = app.main.sent.length;
  const end = new URL('/session/end', app.main.issuer);
  end.searchParams.set('client_id', 'cspm');
  end.searchParams.set('post_logout_redirect_uri', `${ORIGIN}/sign-in`);
  await one.atProvider.follow(end.href, { logout: 'yes' });
  expect(app.main.sent.length).toBe(before + 1);
  const token = new URLSearchParams(app.main.sent.at(-1)?.body).get('logout_token') ?? '';
  expect((await logOut(token)).json()).toEqual({ ended: 1 });
  expect((await one.browser.get('/api/me')).status).toBe(401);
  expect((await two.browser.get('/api/me')).status).toBe(200);
});

test.each([
  ['of another issuer', () => ({ iss: app.other.issuer })],
  ['for another client', () => ({ aud: 'somebody-else' })],
  ['that is too old', () => ({ iat: Math.floor(Date.now() / 1_000) - 3_600 })],
  ['about nobody', () => ({ sub: undefined })],
  ['about another event', () => ({ events: { 'http://example.org/other': {} } })],
  ['with a nonce', () => ({ nonce: 'x' })],
  ['without a jti', () => ({ jti: undefined })],
])('a logout token %s is refused', async (_what, claims) => {
  const { browser } = await signOn(app, 'bob');
  const answer = await logOut(await app.main.logoutToken({ sub: 'bob', ...claims() }));
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request']);
  expect((await browser.get('/api/me')).status).toBe(200);
});

test('a disabled provider signs nobody in, and ends its sessions', async () => {
  const { browser } = await signOn(app, 'bob');
  await app.admin.patch('/api/identity-providers/main', { isEnabled: false });
  expect((await browser.get('/api/me')).status).toBe(401);
  expect((await signOn(app, 'bob')).status).toBe(404);
  const { items } = (await new Browser(app).get('/api/auth/oidc/providers')).body;
  expect(items).toEqual([{ id: 'other', name: 'Other' }]);
  await app.admin.patch('/api/identity-providers/main', { isEnabled: true });
  expect((await signOn(app, 'bob')).body.outcome).toBe('signed_in');
});

test('a provider is looked at before it is saved, and private addresses need OUTBOUND_ALLOW', async () => {
  const check = (issuer: string) => app.admin.post('/api/identity-providers/check', { issuer });
  expect((await check(app.main.issuer)).body).toMatchObject({
    ...{ issuer: app.main.issuer, keys: 1, signsOut: true, backchannel: true, problems: [] },
    scopes: expect.arrayContaining(['groups']),
  });
  for (const [issuer, reason] of [
    ['http://127.0.0.1:1', 'it refuses connections'],
    ['http://169.254.169.254', 'OUTBOUND_ALLOW'],
    ['http://10.0.0.1', 'OUTBOUND_ALLOW'],
    [`${app.main.issuer}/elsewhere`, 'unexpected HTTP response status code'],
  ] as const) {
    const { status, body } = await check(issuer);
    expect([issuer, status, body.detail]).toEqual([issuer, 422, expect.stringContaining(reason)]);
  }
  const twice = await addProvider(app, 'main', { id: 'again' });
  expect([twice.status, twice.body.code]).toEqual([409, 'conflict']);
});

test('the client secret is stored encrypted, and shown to nobody', async () => {
  const stored = await app.platform.repositories.create(IdentityProvidersRepository).list();
  const shown = (await app.admin.get('/api/identity-providers')).body;
  const trail = await audited(app, 'identity_provider.');
  expect(trail.length).toBeGreaterThan(0);
  expect(shown.items[0]).toMatchObject({
    hasClientSecret: true,
    redirectUri: `${ORIGIN}/sign-in/oidc/main`,
  });
  expect(JSON.stringify([stored, shown, trail])).not.toContain(app.main.clientSecret);
});

test('deleting a provider takes what its rules gave, and leaves the accounts', async () => {
  const { browser, body } = await signOn(app, 'bob', { provider: 'other' });
  const { items } = (await app.admin.get('/api/identity-providers')).body;
  const other = items.find(({ id }: { id: string }) => id === 'other');
  expect(other).toMatchObject({ people: 1, withoutPassword: 1, waiting: 0 });
  const deleted = await app.admin.delete('/api/identity-providers/other');
  expect(deleted.body).toEqual({ id: 'other', unlinked: 1, endedSessions: 1 });
  expect((await browser.get('/api/me')).status).toBe(401);
  expect((await app.admin.get(`/api/users/${body.userId}`)).body.teams).toEqual([]);
});

test('a sign-in that takes more than ten minutes is begun again', async () => {
  const browser = new Browser(app);
  const { body } = await browser.post('/api/auth/oidc/providers/main/start', {});
  const query = await new ProviderBrowser().signIn(body.url, 'bob');
  app.clock.moveDays(11 / 1_440);
  expect((await browser.post(CALLBACK, { query })).status).toBe(401);
});

test('while the provider is away, its sign-in says so and the password still works', async () => {
  app.clock.moveDays(1);
  await app.main.stop();
  const { status, body } = await signOn(app, 'bob');
  expect([status, body.detail]).toEqual([
    503,
    expect.stringMatching(/cannot be reached: it refuses/),
  ]);
  const ann = new Browser(app);
  expect((await ann.signIn('ann@example.org', PASSWORD)).status).toBe(200);
  expect((await ann.post('/api/auth/logout')).body).toEqual({ signedOut: true, continueAt: null });
});
