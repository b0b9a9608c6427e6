import { afterAll, beforeAll, expect, test } from 'vitest';
import { aSignInApp, Browser, PASSWORD, type SignInApp, setUpAdmin } from './testing/browser.js';

let app: SignInApp;
let admin: Browser;
let frameworkId: string;
beforeAll(async () => {
  app = await aSignInApp();
  admin = await setUpAdmin(app);
  frameworkId = (await admin.get('/api/frameworks')).body.items[0].id;
});
afterAll(() => app.close());

const inHours = (hours: number) =>
  new Date(app.clock.now().getTime() + hours * 3_600_000).toISOString();
const quarter = { from: '2026-01-01T00:00:00.000Z', to: '2026-03-31T23:59:59.000Z' };

async function join(name: string, invitation: object) {
  const email = `${name}@example.org`;
  const { status, body } = await admin.post('/api/invitations', { email, ...invitation });
  expect([status, body.detail]).toEqual([201, undefined]);
  const browser = new Browser(app);
  const token = body.path.split('#token=')[1];
  await browser.post('/api/invitations/accept', { token, name, password: PASSWORD });
  return { browser, userId: (await browser.get('/api/me')).body.user.id as string };
}

test('an auditor for a time reads their framework and nothing else, until the end', async () => {
  const reach = { frameworkId, ...quarter };
  const { browser } = await join('ada', { role: 'AUDITOR', until: inHours(1), reach });
  const me = (await browser.get('/api/me')).body;
  expect(me).toMatchObject({
    user: { email: 'ada@example.org' },
    membership: { role: 'AUDITOR', until: inHours(1), reach },
    permissions: ['team:read', 'compliance:read', 'evidence:read'],
  });
  expect(me.membership.reach.frameworkName).not.toBe('');
  const { items } = (await admin.get('/api/teams/current/members')).body;
  expect(items.find(({ name }: { name: string }) => name === 'ada')).toMatchObject({ reach });
  const shown = (await browser.get('/api/frameworks')).body.items;
  expect(shown.map(({ id }: { id: string }) => id)).toEqual([frameworkId]);
  expect((await browser.get('/api/frameworks/nist-csf-2.0')).status).toBe(404);
  for (const path of ['/api/audit', '/api/scans', '/api/teams/current/members']) {
    expect([path, (await browser.get(path)).status]).toEqual([path, 403]);
  }
  app.clock.moveDays(1.5 / 24);
  expect((await browser.get('/api/frameworks')).status).toBe(403);
  expect((await browser.get('/api/me')).body).toMatchObject({ membership: null, permissions: [] });
  expect((await browser.put('/api/auth/team', { teamId: 'default' })).status).toBe(404);
});

test('limits and the end hold for keys that the member made before', async () => {
  const { browser, userId } = await join('ben', { role: 'SECURITY_MANAGER' });
  const permissions = ['compliance:read', 'findings:read', 'audit:read'];
  const { key } = (await browser.post('/api/api-keys', { name: 'k', permissions })).body;
  const program = new Browser(app, { 'x-api-key': key });
  expect((await program.get('/api/audit')).status).toBe(200);
  const reach = { frameworkId, from: null, to: null };
  const limited = { role: 'AUDITOR', until: inHours(1), reach };
  expect((await admin.put(`/api/teams/current/members/${userId}`, limited)).status).toBe(200);
  expect((await program.get('/api/audit')).status).toBe(403);
  expect((await program.get('/api/security-scans/findings')).status).toBe(403);
  expect((await program.get('/api/frameworks')).body.items).toHaveLength(1);
  expect((await browser.post('/api/api-keys', { name: 'l', permissions })).status).toBe(403);
  app.clock.moveDays(1.5 / 24);
  expect((await program.get('/api/frameworks')).status).toBe(401);
});

test('rejects an end in the past, a period that ends before it begins, and limits of other roles', async () => {
  const email = 'x@example.org';
  const reach = { frameworkId, ...quarter };
  for (const [wrong, path] of [
    [{ role: 'AUDITOR', until: inHours(-1) }, 'body.until'],
    [{ role: 'AUDITOR', reach: { ...reach, to: '2025-12-31T00:00:00.000Z' } }, 'body.reach.to'],
    [{ role: 'VIEWER', reach }, 'body.reach'],
  ] as const) {
    const { status, body } = await admin.post('/api/invitations', { email, ...wrong });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  }
});

test('a team keeps an admin without an end', async () => {
  const { user } = (await admin.get('/api/me')).body;
  const path = `/api/teams/current/members/${user.id}`;
  const { status, body } = await admin.put(path, { role: 'ADMIN', until: inHours(1) });
  expect([status, body.detail]).toEqual([409, expect.stringContaining('last admin of the team')]);
});

test('a team’s last admin is neither disabled nor deleted', async () => {
  const { id: teamId } = (await admin.post('/api/teams', { name: 'Of Cleo' })).body;
  await admin.put('/api/auth/team', { teamId });
  const { userId } = await join('cleo', { role: 'ADMIN' });
  const me = (await admin.get('/api/me')).body.user.id;
  expect((await admin.delete(`/api/teams/current/members/${me}`)).status).toBe(200);
  const path = `/api/users/${userId}`;
  for (const answer of [
    await admin.patch(path, { status: 'disabled' }),
    await admin.delete(path),
  ]) {
    expect([answer.status, answer.body.detail]).toEqual([
      ...[409, expect.stringContaining('last admin of the team Of Cleo')],
    ]);
  }
  expect((await admin.get(path)).body.status).toBe('active');
});

test('a new password that is easily guessed is named by its field of the form', async () => {
  const body = { current: PASSWORD, next: 'passwordpassword' };
  const { status, body: problem } = await admin.post('/api/auth/password', body);
  expect([status, problem.errors[0].path]).toEqual([422, 'body.next']);
});
