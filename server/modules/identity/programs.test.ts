import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI_LOGIN_MINUTES } from '../../../contract/cli-login.js';
import { aSignInApp, Browser, PASSWORD, type SignInApp, setUpAdmin } from './testing/browser.js';

let app: SignInApp;
let admin: Browser;
beforeAll(async () => {
  app = await aSignInApp();
  admin = await setUpAdmin(app);
});
afterAll(() => app.close());

const withKey = (key: string, more: Record<string, string> = {}) =>
  new Browser(app, { 'x-api-key': key, ...more });
const aKey = async (body: object) => {
  const wanted = { name: 'k', permissions: ['findings:read'], ...body };
  return (await admin.post('/api/api-keys', wanted)).body;
};

describe('a service account', () => {
  const create = async (name: string, role: string) =>
    (await admin.post('/api/service-accounts', { name, role })).body;

  test('acts by keys of at most its role, and is no member', async () => {
    const { id } = await create('Jenkins', 'SECURITY_ANALYST');
    const { key, owner } = await aKey({ serviceAccountId: id, permissions: ['imports:write'] });
    expect(owner).toEqual({ id, name: 'Jenkins', isService: true });
    expect((await withKey(key).get('/api/me')).body).toMatchObject({ user: { id } });
    const beyond = { name: 'k', serviceAccountId: id, permissions: ['drift:write'] };
    expect((await admin.post('/api/api-keys', beyond)).status).toBe(403);
    const { items } = (await admin.get('/api/teams/current/members')).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['Ann']);
    expect((await admin.put(`/api/teams/current/members/${id}`, { role: 'ADMIN' })).status).toBe(
      404,
    );
    expect((await admin.get('/api/service-accounts')).body.items).toMatchObject([
      { name: 'Jenkins', keys: 1, isDisabled: false, lastUsedAt: expect.any(String) },
    ]);
  });

  test('loses what its role loses, and everything when it is disabled or deleted', async () => {
    const { id } = await create('GitLab', 'SECURITY_ANALYST');
    const { key, id: keyId } = await aKey({ serviceAccountId: id, permissions: ['scans:run'] });
    const status = async (of = key) => (await withKey(of).post('/api/scans', {})).status;
    expect(await status()).toBe(422);
    const change = (body: object) => admin.patch(`/api/service-accounts/${id}`, body);
    await change({ role: 'VIEWER' });
    expect(await status()).toBe(403);
    await change({ role: 'SECURITY_ANALYST', isDisabled: true });
    expect(await status()).toBe(401);
    await change({ isDisabled: false });
    const { body: next } = await admin.post(`/api/api-keys/${keyId}/rotate`, { graceHours: 0 });
    expect([await status(), await status(next.key)]).toEqual([401, 422]);
    expect((await admin.delete(`/api/service-accounts/${id}`)).status).toBe(200);
    expect(await status(next.key)).toBe(401);
  });

  test('never may more than who creates it, and its keys neither', async () => {
    const { key } = await aKey({ permissions: ['team:write', 'keys:write'] });
    const program = withKey(key);
    const made = await program.post('/api/service-accounts', { name: 'x', role: 'VIEWER' });
    expect(made.status).toBe(403);
    const { id } = await create('Strong', 'SECURITY_MANAGER');
    const strong = await aKey({ serviceAccountId: id, permissions: ['scans:run'] });
    const own = await aKey({ permissions: ['scans:run'] });
    for (const each of [strong, own]) {
      const rotated = await program.post(`/api/api-keys/${each.id}/rotate`, { graceHours: 0 });
      expect(rotated.status).toBe(403);
    }
  });
});

describe('a command line', () => {
  const start = async () =>
    (await new Browser(app).post('/api/auth/cli/start', { client: 'pc' })).body;
  const poll = (token: string) => new Browser(app).post('/api/auth/cli/poll', { token });

  test('gets its key once, from whoever confirms its code', async () => {
    const { token, code } = await start();
    expect((await poll(token)).body).toEqual({ state: 'waiting', key: null });
    expect((await admin.post('/api/auth/cli/answer', { code, isAllowed: true })).status).toBe(200);
    const again = await admin.post('/api/auth/cli/answer', { code, isAllowed: false });
    expect(again.status).toBe(404);
    const answers = await Promise.all([poll(token), poll(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    const { key } = answers.find(({ status }) => status === 200)?.body ?? {};
    expect((await withKey(key).get('/api/me')).body.user.name).toBe('Ann');
    // A key cannot confirm another one.
    const other = await start();
    const { key: writer } = await aKey({ permissions: ['keys:write'] });
    const byKey = await withKey(writer).post('/api/auth/cli/preview', { code: other.code });
    expect(byKey.status).toBe(409);
  });

  test('is refused, and its code expires', async () => {
    const refused = await start();
    await admin.post('/api/auth/cli/answer', { code: refused.code, isAllowed: false });
    expect((await poll(refused.token)).body).toEqual({ state: 'refused', key: null });
    const late = await start();
    app.clock.moveDays((CLI_LOGIN_MINUTES + 1) / 1_440);
    expect((await poll(late.token)).status).toBe(404);
    expect((await admin.post('/api/auth/cli/preview', { code: late.code })).status).toBe(404);
  });

  test('is protected from users who guess codes', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 6; guess += 1) {
      const code = `BCDF-GHJ${'BCDFGH'[guess]}`;
      statuses.push((await admin.post('/api/auth/cli/preview', { code })).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});

test('an address of a key is new once, and further ones are recorded up to a limit', async () => {
  const { key, id } = await aKey({});
  const from = (remoteAddress: string) =>
    app.server.inject({
      ...{ method: 'GET', url: '/api/security-scans/findings', remoteAddress },
      headers: { 'x-api-key': key },
    });
  const entries = async () => {
    const filter = { action: 'api_key.used_from_new_address', subject: id };
    return (await app.platform.audit.page({ teamId: 'default' }, filter, 200)).items.length;
  };
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.2']) await from(address);
  expect(await entries()).toBe(2);
  for (let last = 0; last < 120; last += 1) await from(`198.51.100.${last}`);
  expect(await entries()).toBe(100);
});

describe('a request with an Idempotency-Key', () => {
  const send = async (text: string, key: string, as = 'x') => {
    const form = new FormData();
    form.append('file', new Blob([text]), 'report.json');
    const headers = { cookie: `cspm_session=${admin.token}`, 'idempotency-key': key };
    return app.server.inject({
      ...{ method: 'POST', url: `/api/security-scans/imports?target=${as}`, payload: form },
      headers,
    });
  };

  test('creates once; other contents are refused', async () => {
    const [one, two] = [await send('{}', 'run-1'), await send('{}', 'run-1')];
    expect([one.statusCode, two.statusCode]).toEqual([202, 202]);
    expect(two.json().id).toBe(one.json().id);
    expect(two.headers['idempotency-replayed']).toBe('true');
    expect((await send('[]', 'run-1')).statusCode).toBe(422);
    expect((await send('{}', 'run-1', 'y')).statusCode).toBe(422);
    expect((await send('{}', 'run-2')).json().id).not.toBe(one.json().id);
    const both = await Promise.all([send('{}', 'run-3'), send('{}', 'run-3')]);
    const ids = new Set(
      both.filter(({ statusCode }) => statusCode === 202).map((a) => a.json().id),
    );
    expect(ids.size).toBe(1);
    expect(both.every(({ statusCode }) => [202, 409].includes(statusCode))).toBe(true);
  });

  test('is not answered with a secret, nor for another caller, nor after a day', async () => {
    const as = (key: string) => withKey(key, { 'idempotency-key': 'once' });
    const { key } = await aKey({ permissions: ['keys:write', 'findings:read'] });
    const wanted = { name: 'made', permissions: ['findings:read'] };
    const first = (await as(key).post('/api/api-keys', wanted)).body;
    const second = (await as(key).post('/api/api-keys', wanted)).body;
    expect([second.id, second.key]).toEqual([first.id, '(shown only once)']);
    const { key: other } = await aKey({ permissions: ['keys:write', 'findings:read'] });
    expect((await as(other).post('/api/api-keys', wanted)).body.id).not.toBe(first.id);
    app.clock.moveDays(1.01);
    expect((await as(key).post('/api/api-keys', wanted)).body.id).not.toBe(first.id);
    await admin.signIn('ann@example.org', PASSWORD);
  });

  test('that failed may be sent again', async () => {
    const { key } = await aKey({ permissions: ['keys:write', 'findings:read'] });
    const program = withKey(key, { 'idempotency-key': 'key-1' });
    const wanted = { name: 'made', permissions: ['findings:read'] };
    const bad = { ...wanted, addresses: ['10.0.0.0/33'] };
    expect((await program.post('/api/api-keys', bad)).status).toBe(422);
    expect((await program.post('/api/api-keys', wanted)).status).toBe(201);
  });
});

test('what was read before is not sent again while it is the same', async () => {
  const get = (headers: Record<string, string> = {}) =>
    app.server.inject({
      ...{ method: 'GET', url: '/api/frameworks/available' },
      headers: { cookie: `cspm_session=${admin.token}`, ...headers },
    });
  const { headers } = await get();
  expect(headers['cache-control']).toBe('no-store');
  const again = await get({ 'if-none-match': String(headers.etag) });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expect((await get({ 'if-none-match': 'W/"other"' })).statusCode).toBe(200);
});
