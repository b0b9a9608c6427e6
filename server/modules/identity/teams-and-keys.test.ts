import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionsOf, ROLES, type Role } from '../../../contract/roles.js';
import { aSignInApp, Browser, PASSWORD, type SignInApp, setUpAdmin } from './testing/browser.js';

let app: SignInApp;
let admin: Browser;
beforeAll(async () => {
  app = await aSignInApp();
  admin = await setUpAdmin(app);
});
afterAll(() => app.close());

/** Invites a person and accepts in their browser; they are a member then. */
async function member(name: string, role: Role, until: string | null = null) {
  const email = `${name}@example.org`;
  const { status, body } = await admin.post('/api/invitations', { email, role, until });
  expect(status).toBe(201);
  const browser = new Browser(app);
  const token = body.path.split('#token=')[1];
  const accepted = await browser.post('/api/invitations/accept', {
    token,
    name,
    password: PASSWORD,
  });
  expect(accepted.status).toBe(200);
  return { browser, userId: accepted.body.userId as string, email };
}

describe('an invitation', () => {
  test('makes a member with its role, works once, and says what it offers', async () => {
    const { body } = await admin.post('/api/invitations', {
      email: 'Bob@Example.org',
      role: 'VIEWER',
    });
    const token = body.path.split('#token=')[1];
    const bob = new Browser(app);
    expect((await bob.post('/api/invitations/preview', { token })).body).toEqual({
      ...{ email: 'bob@example.org', team: 'Default team', role: 'VIEWER', isKnown: false },
    });
    const accept = () =>
      bob.post('/api/invitations/accept', { token, name: 'Bob', password: PASSWORD });
    const answers = await Promise.all([accept(), accept()]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await bob.get('/api/me')).body.permissions).toEqual(permissionsOf(['VIEWER']));
    expect((await admin.get('/api/invitations')).body.items).toEqual([]);
    expect(
      (await admin.post('/api/invitations', { email: 'bob@example.org', role: 'ADMIN' })).status,
    ).toBe(409);
  });

  test('to an existing user asks for their password', async () => {
    const team = (await admin.post('/api/teams', { name: 'Second' })).body;
    await admin.put('/api/auth/team', { teamId: team.id });
    const { body } = await admin.post('/api/invitations', {
      email: 'bob@example.org',
      role: 'ADMIN',
    });
    const token = body.path.split('#token=')[1];
    const bob = new Browser(app);
    const wrong = { token, password: 'some other sentence here' };
    expect((await bob.post('/api/invitations/accept', wrong)).status).toBe(401);
    expect((await bob.post('/api/invitations/accept', { token, password: PASSWORD })).status).toBe(
      200,
    );
    const me = (await bob.get('/api/me')).body;
    expect([me.team.name, me.teams.length]).toEqual(['Second', 2]);
    await admin.put('/api/auth/team', { teamId: 'default' });
  });

  test('expires after seven days, and can be revoked', async () => {
    const { body } = await admin.post('/api/invitations', {
      email: 'x@example.org',
      role: 'VIEWER',
    });
    const { body: other } = await admin.post('/api/invitations', {
      email: 'y@example.org',
      role: 'VIEWER',
    });
    expect((await admin.delete(`/api/invitations/${other.id}`)).status).toBe(200);
    const preview = (path: string) =>
      new Browser(app).post('/api/invitations/preview', { token: path.split('#token=')[1] });
    expect((await preview(other.path)).status).toBe(404);
    expect((await preview(body.path)).status).toBe(200);
    app.clock.moveDays(7.1);
    expect((await preview(body.path)).status).toBe(404);
    await admin.signIn('ann@example.org', PASSWORD);
  });
});

describe('a member', () => {
  test('has exactly what the table gives their role', async () => {
    for (const role of ROLES) {
      const { browser } = await member(`of-${role.toLowerCase()}`, role);
      expect((await browser.get('/api/me')).body.permissions).toEqual(permissionsOf([role]));
    }
  });

  test('gets a new role at the next request', async () => {
    const { browser, userId } = await member('carl', 'VIEWER');
    expect((await browser.get('/api/audit')).status).toBe(403);
    await admin.put(`/api/teams/current/members/${userId}`, { role: 'AUDITOR' });
    expect((await browser.get('/api/audit')).status).toBe(200);
    await admin.delete(`/api/teams/current/members/${userId}`);
    expect((await browser.get('/api/audit')).status).toBe(403);
    expect((await browser.get('/api/me')).body).toMatchObject({ permissions: [], teams: [] });
  });

  test('for a time ends by itself', async () => {
    const until = new Date(app.clock.now().getTime() + 3_600_000).toISOString();
    const { browser } = await member('dora', 'AUDITOR', until);
    expect((await browser.get('/api/audit')).status).toBe(200);
    app.clock.moveDays(1 / 12);
    expect((await browser.get('/api/audit')).status).toBe(403);
  });

  test('who is the last admin stays, also when two leave at once', async () => {
    const { body: team } = await admin.post('/api/teams', { name: 'Third' });
    await admin.put('/api/auth/team', { teamId: team.id });
    const me = (await admin.get('/api/me')).body.user.id;
    const leave = (userId: string) =>
      admin.put(`/api/teams/current/members/${userId}`, { role: 'VIEWER' });
    expect((await leave(me)).status).toBe(409);
    const { userId } = await member('emil', 'ADMIN');
    await Promise.all([leave(me), leave(userId)]);
    const { items } = (await admin.get('/api/teams/current/members')).body;
    expect(items.some(({ role }: { role: Role }) => role === 'ADMIN')).toBe(true);
    await admin.put('/api/auth/team', { teamId: 'default' });
  });

  test('cannot make admins without being one, nor act in another team', async () => {
    const { browser } = await member('fred', 'SECURITY_MANAGER');
    const make = await browser.put(`/api/teams/current/members/x`, { role: 'ADMIN' });
    expect(make.status).toBe(403);
    expect(
      (await browser.post('/api/invitations', { email: 'z@example.org', role: 'ADMIN' })).status,
    ).toBe(403);
    expect((await browser.put('/api/auth/team', { teamId: 'team_other' })).status).toBe(404);
    expect((await browser.get('/api/users')).status).toBe(403);
  });
});

test('the last administrator of the installation stays', async () => {
  const me = (await admin.get('/api/me')).body.user.id;
  for (const changes of [{ status: 'disabled' }, { isInstallationAdmin: false }]) {
    expect((await admin.patch(`/api/users/${me}`, changes)).status).toBe(409);
  }
  expect((await admin.delete(`/api/users/${me}`)).status).toBe(409);
  expect((await admin.get('/api/users')).status).toBe(200);
});

describe('an API key', () => {
  const withKey = (key: string) => new Browser(app, { 'x-api-key': key });
  const create = async (more: object = {}) => {
    const permissions = ['findings:read', 'audit:read'];
    const { status, body } = await admin.post('/api/api-keys', {
      name: 'ci',
      permissions,
      ...more,
    });
    expect(status).toBe(201);
    return body;
  };

  test('acts with its permissions only, by either header, and is shown once', async () => {
    const { key, id } = await create();
    expect(key).toMatch(/^osk_\w{8}_\w{40}_\w{6}$/);
    expect((await withKey(key).get('/api/security-scans/findings')).status).toBe(200);
    const bearer = new Browser(app, { authorization: `Bearer ${key}` });
    expect((await bearer.get('/api/audit')).status).toBe(200);
    expect((await withKey(key).get('/api/scans')).status).toBe(403);
    const { items } = (await admin.get('/api/api-keys')).body;
    expect(JSON.stringify(items)).not.toContain(key);
    expect(items.find((each: { id: string }) => each.id === id)).toMatchObject({
      lastAddress: '127.0.0.1',
    });
  });

  test('never may more than its owner may now', async () => {
    const { browser, userId } = await member('gina', 'SECURITY_ANALYST');
    const beyond = await browser.post('/api/api-keys', { name: 'x', permissions: ['team:write'] });
    expect(beyond.status).toBe(403);
    const { body } = await browser.post('/api/api-keys', {
      name: 'x',
      permissions: ['scans:run', 'scans:read'],
    });
    expect((await withKey(body.key).get('/api/scans')).status).toBe(200);
    await admin.put(`/api/teams/current/members/${userId}`, { role: 'VIEWER' });
    expect((await withKey(body.key).post('/api/scans', {})).status).toBe(403);
    await admin.delete(`/api/teams/current/members/${userId}`);
    expect((await withKey(body.key).get('/api/scans')).status).toBe(401);
  });

  test('expires, is rotated with grace, and is revoked at once', async () => {
    const { key, id } = await create({ days: 1 });
    const { body: next } = await admin.post(`/api/api-keys/${id}/rotate`, { graceHours: 1 });
    const status = async (of: string) =>
      (await withKey(of).get('/api/security-scans/findings')).status;
    expect([await status(key), await status(next.key)]).toEqual([200, 200]);
    app.clock.moveDays(0.1);
    expect([await status(key), await status(next.key)]).toEqual([401, 200]);
    await admin.delete(`/api/api-keys/${next.id}`);
    expect(await status(next.key)).toBe(401);
    const { key: short } = await create({ days: 1 });
    app.clock.moveDays(1.1);
    expect(await status(short)).toBe(401);
    await admin.signIn('ann@example.org', PASSWORD);
  });

  test('is limited to addresses', async () => {
    const { key } = await create({ addresses: ['192.0.2.0/24'] });
    expect((await withKey(key).get('/api/audit')).status).toBe(401);
    const { key: here } = await create({ addresses: ['127.0.0.0/8'] });
    expect((await withKey(here).get('/api/audit')).status).toBe(200);
    const bad = await admin.post('/api/api-keys', {
      name: 'x',
      permissions: ['audit:read'],
      addresses: ['10.0.0.0/33'],
    });
    expect([bad.status, bad.body.errors[0].path]).toEqual([422, 'body.addresses.0']);
  });

  test('with a typo is refused without a look-up, and has no session to change', async () => {
    const { key } = await create();
    const last = key.at(-1) === 'a' ? 'b' : 'a';
    const { status, body } = await withKey(key.slice(0, -1) + last).get('/api/audit');
    expect([status, body.detail]).toEqual([401, expect.stringContaining('no API key')]);
    expect((await withKey(key).post('/api/auth/logout')).status).toBe(409);
    expect((await withKey(key).delete('/api/auth/sessions')).status).toBe(409);
    expect((await withKey(key).patch('/api/auth/me', { name: 'New' })).status).toBe(403);
  });
});

test('what members do is in the trail of their team', async () => {
  const { items } = await app.platform.audit.page({ teamId: 'default' }, {}, 200);
  const actions = new Set(items.map(({ action }) => action));
  for (const action of [
    'invitation.created',
    'member.added',
    'member.changed',
    'api_key.created',
  ]) {
    expect(actions).toContain(action);
  }
  expect(await app.platform.audit.verify({ teamId: 'default' })).toMatchObject({ ok: true });
});
