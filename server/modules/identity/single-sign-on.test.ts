import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser, PASSWORD } from './testing/browser.js';
import {
  addProvider,
  aPerson,
  aSignOnApp,
  audited,
  groupRule,
  type SignOnApp,
  signOn,
} from './testing/sign-on-app.js';

// Against two real OpenID providers on loopback.

let app: SignOnApp;
let teamId: string;
beforeAll(async () => {
  app = await aSignOnApp();
  teamId = app.teamId;
  const rules = [
    groupRule('security', teamId, 'SECURITY_MANAGER'),
    groupRule('readers', teamId, 'VIEWER'),
  ];
  expect((await addProvider(app, 'main', { rules, trustedAmr: ['mfa'] })).status).toBe(201);
  expect((await addProvider(app, 'other', { rules })).status).toBe(201);
}, 60_000);
afterAll(() => app.close());

const members = async () => (await app.admin.get('/api/teams/current/members')).body.items;
const memberNamed = async (name: string) =>
  (await members()).find((each: { name: string }) => each.name === name);
const waiting = async () =>
  (await app.admin.get('/api/identity-providers/identities?isWaiting=true')).body.items;

test('a provider is offered without a session, and signs in by its rules', async () => {
  const offered = await new Browser(app).get('/api/auth/oidc/providers');
  expect(offered.body.items).toEqual([
    { id: 'main', name: 'Main' },
    { id: 'other', name: 'Other' },
  ]);
  app.main.people.set('bob', aPerson('bob', ['readers', 'security']));
  const { body, browser } = await signOn(app, 'bob', { start: { next: '/findings?q=a' } });
  expect(body).toEqual({
    ...{ outcome: 'signed_in', next: '/findings?q=a', challenge: null },
    userId: expect.stringMatching(/^usr_/),
  });
  expect((await browser.get('/api/me')).body).toMatchObject({ user: { name: 'bob' } });
  // Of two rules for one team, the higher role counts.
  expect(await memberNamed('bob')).toMatchObject({
    ...{ role: 'SECURITY_MANAGER', source: 'rule', email: 'bob@example.org' },
  });
  const [session] = (await browser.get('/api/auth/sessions')).body.items;
  expect(session.by).toBe('provider');
  const [started] = await audited(app, 'session.started', teamId);
  expect(started?.details).toMatchObject({
    ...{ by: 'provider', provider: 'main', issuer: app.main.issuer },
  });
});

test('rules give and take at each sign-in; what people gave stays', async () => {
  app.main.people.set('cleo', aPerson('cleo', ['readers']));
  const { body } = await signOn(app, 'cleo');
  expect(await memberNamed('cleo')).toMatchObject({ role: 'VIEWER' });
  app.main.people.set('cleo', aPerson('cleo', ['security']));
  await signOn(app, 'cleo');
  expect(await memberNamed('cleo')).toMatchObject({ role: 'SECURITY_MANAGER' });
  app.main.people.set('cleo', aPerson('cleo', []));
  const taken = await signOn(app, 'cleo');
  expect(taken.body).toMatchObject({ outcome: 'waiting', userId: null });
  expect(await memberNamed('cleo')).toBeUndefined();
  const changes = await audited(app, 'member.', teamId);
  const about = changes.filter(({ subject }) => subject === body.userId).reverse();
  expect(about.map(({ action, details }) => [action, details.role, details.source])).toEqual([
    ['member.added', 'VIEWER', 'rule'],
    ['member.changed', 'SECURITY_MANAGER', 'rule'],
    ['member.removed', 'SECURITY_MANAGER', 'rule'],
  ]);

  app.main.people.set('cleo', aPerson('cleo', ['readers']));
  await signOn(app, 'cleo');
  await app.admin.put(`/api/teams/current/members/${body.userId}`, { role: 'AUDITOR' });
  app.main.people.set('cleo', aPerson('cleo', ['security']));
  await signOn(app, 'cleo');
  expect(await memberNamed('cleo')).toMatchObject({ role: 'AUDITOR', source: 'manual' });
});

test('who gets nothing waits, without a session, until an administrator admits them', async () => {
  const claims = { phone_number: '+41 44 000 00 00', realm_access: { roles: ['dev'] } };
  app.main.people.set('dan', aPerson('dan', ['sales'], { claims }));
  const first = await signOn(app, 'dan');
  expect(first.body).toMatchObject({ outcome: 'waiting', userId: null, challenge: null });
  expect((await first.browser.get('/api/me')).status).toBe(401);
  const [dan] = (await waiting()).filter((each: { name: string }) => each.name === 'dan');
  expect(dan).toMatchObject({ provider: 'main', subject: 'dan', email: 'dan@example.org' });
  expect(
    Object.fromEntries(dan.claims.map((c: { name: string; value: string }) => [c.name, c.value])),
  ).toMatchObject({
    groups: '["sales"]',
    phone_number: '"••••"',
    realm_access: '{"roles":["dev"]}',
  });
  expect(dan.claims.map(({ name }: { name: string }) => name)).not.toContain('nonce');
  const path = `/api/identity-providers/identities/${dan.id}/admit`;
  expect((await app.admin.post(path, {})).status).toBe(422);
  const admitted = await app.admin.post(path, { team: { id: teamId, role: 'VIEWER' } });
  expect(admitted.body).toMatchObject({ isWaiting: false, userName: 'dan' });
  expect((await signOn(app, 'dan')).body.outcome).toBe('signed_in');
  expect(await memberNamed('dan')).toMatchObject({ role: 'VIEWER', source: 'manual' });
});

test('an account is never found by its e-mail address; its owner links it deliberately', async () => {
  app.main.people.set('eve', aPerson('eve', ['readers'], { claims: { email: 'ANN@example.org' } }));
  const { body } = await signOn(app, 'eve');
  expect(body.outcome).toBe('waiting');
  const [eve] = (await waiting()).filter((each: { name: string }) => each.name === 'eve');
  expect(eve).toMatchObject({ emailTaken: true, userId: null });

  const started = await app.admin.post('/api/auth/oidc/providers/main/link');
  app.main.people.set('ann', aPerson('ann'));
  const { ProviderBrowser } = await import('../../testing/test-identity-provider.js');
  const query = await new ProviderBrowser().signIn(started.body.url, 'ann');
  const linked = await app.admin.post('/api/auth/oidc/providers/main/callback', { query });
  expect(linked.body).toMatchObject({ outcome: 'linked', userId: app.adminId, next: '/account' });
  const { items } = (await app.admin.get('/api/auth/oidc/identities')).body;
  expect(items).toMatchObject([{ providerName: 'Main', subject: 'ann' }]);
  // From here on the provider signs in as this account, which rules neither raise nor lower.
  const entered = await signOn(app, 'ann');
  expect(entered.body).toMatchObject({ outcome: 'signed_in', userId: app.adminId });
  expect((await app.admin.delete(`/api/auth/oidc/identities/${items[0].id}`)).status).toBe(200);
  expect((await signOn(app, 'ann')).body.outcome).toBe('waiting');
});

test('linking ends with the session in which it began', async () => {
  const browser = new Browser(app);
  await browser.signIn('ann@example.org', PASSWORD);
  const started = await browser.post('/api/auth/oidc/providers/main/link');
  await browser.post('/api/auth/logout');
  await browser.signIn('ann@example.org', PASSWORD);
  app.main.people.set('fay', aPerson('fay'));
  const { ProviderBrowser } = await import('../../testing/test-identity-provider.js');
  const query = await new ProviderBrowser().signIn(started.body.url, 'fay');
  const path = '/api/auth/oidc/providers/main/callback';
  expect((await browser.post(path, { query })).status).toBe(409);
  expect((await browser.get('/api/auth/oidc/identities')).body.items).toEqual([]);
});

test('two issuers with the same subject and e-mail address are two people', async () => {
  app.main.people.set('gus', aPerson('gus', ['readers']));
  app.other.people.set('gus', aPerson('gus', ['readers']));
  const first = await signOn(app, 'gus');
  const second = await signOn(app, 'gus', { provider: 'other' });
  expect([first.body.outcome, second.body.outcome]).toEqual(['signed_in', 'waiting']);
  const path = '/api/identity-providers/identities?isWaiting=true&providerId=other';
  expect((await app.admin.get(path)).body.items).toMatchObject([
    { subject: 'gus', emailTaken: true, userId: null },
  ]);
});

test('an unverified e-mail address is not stored, unless the provider is trusted to verify', async () => {
  const claims = { email_verified: false };
  app.main.people.set('hal', aPerson('hal', ['readers'], { claims }));
  await signOn(app, 'hal');
  expect(await memberNamed('hal')).toMatchObject({ email: null });
});

test('an invitation signs a new person in with the provider, once', async () => {
  app.main.people.set('ida', aPerson('ida'));
  app.main.people.set('ivo', aPerson('ivo'));
  const invite = async (email: string) => {
    const { body } = await app.admin.post('/api/invitations', { email, role: 'AUDITOR' });
    return { token: body.path.split('#token=')[1] };
  };
  const wrong = await signOn(app, 'ivo', { start: await invite('somebody@example.org') });
  expect([wrong.status, wrong.body.detail]).toEqual([
    ...[403, 'this invitation is for somebody@example.org, not for ivo@example.org'],
  ]);
  const start = await invite('ida@example.org');
  expect((await signOn(app, 'ida', { start })).body.outcome).toBe('signed_in');
  expect(await memberNamed('ida')).toMatchObject({ role: 'AUDITOR', source: 'invitation' });
  expect((await signOn(app, 'ivo', { start })).status).toBe(404);
  // Somebody else's account does not come with an invitation to its address.
  const nia = { email: 'nia@example.org', name: 'Nia', password: PASSWORD };
  expect((await app.admin.post('/api/users', nia)).status).toBe(201);
  app.main.people.set('ivo', aPerson('ivo', [], { claims: { email_verified: false } }));
  const taken = await signOn(app, 'ivo', { start: await invite(nia.email) });
  expect([taken.status, taken.body.code]).toEqual([409, 'conflict']);
});

test('parallel first sign-ins of one person make one account', async () => {
  app.main.people.set('lea', aPerson('lea', ['readers']));
  const done = await Promise.all([signOn(app, 'lea'), signOn(app, 'lea'), signOn(app, 'lea')]);
  expect(done.map(({ status }) => status)).toEqual([200, 200, 200]);
  const users = (await app.admin.get('/api/users?q=lea')).body.items;
  expect(users).toMatchObject([{ email: 'lea@example.org' }]);
  const path = `/api/identity-providers/identities?userId=${users[0].id}`;
  expect((await app.admin.get(path)).body.items).toMatchObject([{ isWaiting: false }]);
});

test('a trusted amr satisfies the second factor, another one does not', async () => {
  app.main.people.set('jon', aPerson('jon', ['readers'], { amr: ['pwd'] }));
  const { body: team } = await app.admin.post('/api/teams', { name: 'Strict' });
  const { body } = await signOn(app, 'jon');
  await app.identity.teams.add({ userId: app.adminId }, team.id, body.userId, {
    ...{ role: 'VIEWER', until: null },
  });
  await app.platform.teams.change(team.id, { needsSecondFactor: true });
  const statusIn = async (amr: string[]) => {
    app.main.people.set('jon', aPerson('jon', ['readers'], { amr }));
    const { browser } = await signOn(app, 'jon');
    await browser.put('/api/auth/team', { teamId: team.id });
    return (await browser.get('/api/security-scans/findings')).status;
  };
  expect(await statusIn(['pwd'])).toBe(403);
  expect(await statusIn(['pwd', 'mfa'])).toBe(200);
});

test('the last admin of a team and the last administrator stay, whatever the rules take', async () => {
  const { body: team } = await app.admin.post('/api/teams', { name: 'Of rules' });
  const rules = [
    groupRule('owners', team.id, 'ADMIN'),
    { claim: 'groups', test: 'equals', value: 'root', grant: { kind: 'installation_admin' } },
    groupRule('readers', teamId, 'VIEWER'),
    groupRule('security', teamId, 'SECURITY_MANAGER'),
  ];
  expect((await app.admin.patch('/api/identity-providers/main', { rules })).status).toBe(200);
  app.main.people.set('kim', aPerson('kim', ['owners', 'readers']));
  const { body } = await signOn(app, 'kim');
  await app.admin.put('/api/auth/team', { teamId: team.id });
  expect((await app.admin.delete(`/api/teams/current/members/${app.adminId}`)).status).toBe(200);
  await app.admin.put('/api/auth/team', { teamId });
  app.main.people.set('kim', aPerson('kim', ['root']));
  await signOn(app, 'kim');
  const kim = (await app.admin.get(`/api/users/${body.userId}`)).body;
  expect(kim).toMatchObject({ isInstallationAdmin: true });
  expect(kim.teams).toEqual([{ id: team.id, name: 'Of rules', role: 'ADMIN' }]);
  const [kept] = await audited(app, 'member.kept', team.id);
  expect(kept?.details).toMatchObject({ source: 'rule', reason: 'last admin' });
  app.main.people.set('kim', aPerson('kim', ['readers']));
  await signOn(app, 'kim');
  const after = (await app.admin.get(`/api/users/${body.userId}`)).body;
  expect(after).toMatchObject({ isInstallationAdmin: false });
  expect((await app.admin.get(`/api/users/${app.adminId}`)).body.isInstallationAdmin).toBe(true);
});
