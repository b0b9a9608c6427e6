import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyEndpoint } from '../contract/endpoint.js';
import {
  aSignInApp,
  Browser,
  PASSWORD,
  type SignInApp,
  setUpAdmin,
} from './modules/identity/testing/browser.js';
import { PROBES } from './testing/team-probes.js';
import { createTestHttp, postThing } from './testing/test-http.js';
import type { Made } from './testing/two-teams.js';

// What people try who want more than they may. Ids of other teams: teams-apart.test.ts; permissions: signed-in.test.ts.

let app: SignInApp;
let admin: Browser;
beforeAll(async () => {
  app = await aSignInApp();
  admin = await setUpAdmin(app);
});
afterAll(() => app.close());

const cookie = (token: string) => ({ cookie: `cspm_session=${token}` });
const me = (headers: Record<string, string>) =>
  app.server.inject({ method: 'GET', url: '/api/me', headers });

describe('mass assignment', () => {
  const FOREIGN = {
    ...{ id: 'x_forced', teamId: 'team_forced', createdBy: 'usr_forced', createdAt: '2000-01-01' },
    ...{ keyHash: 'h', passwordHash: 'h', sealed: {}, seq: 1 },
  };
  /** Any id that a probe asks for. */
  const made = new Proxy({} as Made, { get: (_, name) => (name === 'marks' ? [] : 'x') });

  test('no endpoint takes a field that its contract does not declare', () => {
    let bodies = 0;
    for (const endpoint of app.http.endpoints) {
      const payload = PROBES[`${endpoint.method} ${endpoint.path}`]?.payload?.(made);
      if (!endpoint.body || !payload || payload instanceof FormData) continue;
      const plain = endpoint.body.safeParse(payload);
      const forced = endpoint.body.safeParse({ ...FOREIGN, ...payload });
      if (!plain.success) continue;
      bodies += 1;
      // Refused, or the same as without them.
      if (forced.success) expect(forced.data, nameOf(endpoint)).toEqual(plain.data);
    }
    expect(bodies).toBeGreaterThan(40);
  });

  test('nobody makes themselves an administrator, nor a key for somebody else', async () => {
    const viewer = await aMember('viewer', 'VIEWER');
    await viewer.patch('/api/auth/me', { name: 'V', isInstallationAdmin: true, role: 'ADMIN' });
    const { permissions } = (await viewer.get('/api/me')).body;
    expect(permissions).not.toContain('installation:write');
    expect(permissions).not.toContain('team:write');
    const body = { name: 'k', permissions: ['team:read'], userId: 'usr_x', teamId: 'other' };
    const { owner } = (await admin.post('/api/api-keys', body)).body;
    expect(owner.name).toBe('Ann');
  });

  test('a body cannot reach the prototype of objects', async () => {
    for (const text of [
      '{"name":"x","__proto__":{"isInstallationAdmin":true}}',
      '{"name":"x","constructor":{"prototype":{"polluted":true}}}',
    ]) {
      const { statusCode } = await app.server.inject({
        ...{ method: 'PATCH', url: '/api/auth/me', payload: text },
        headers: { ...cookie(admin.token), 'content-type': 'application/json' },
      });
      expect([200, 400, 422]).toContain(statusCode);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    }
  });
});

describe('headers', () => {
  test.each([
    ['x-forwarded-for', '198.51.100.99'],
    ['x-real-ip', '198.51.100.99'],
    ['forwarded', 'for=198.51.100.99;host=evil.example'],
  ])('%s of a stranger does not change the address that is recorded', async (name, value) => {
    const browser = new Browser(app, { [name]: value });
    await browser.signIn('ann@example.org', PASSWORD);
    const { items } = (await browser.get('/api/auth/sessions')).body;
    expect(items.map(({ address }: { address: string }) => address)).not.toContain('198.51.100.99');
    expect(items.length).toBeGreaterThan(0);
  });

  test.each([
    ['x-forwarded-host', 'evil.example'],
    ['x-forwarded-proto', 'https'],
    ['x-original-url', '/api/users'],
    ['x-rewrite-url', '/api/users'],
    ['x-forwarded-prefix', '//evil.example'],
  ])('%s changes neither path, nor cookie, nor links', async (name, value) => {
    const browser = new Browser(app, { [name]: value });
    const { cookie: set } = await browser.signIn('ann@example.org', PASSWORD);
    expect(set).toMatch(/^cspm_session=/);
    const answer = await app.server.inject({
      ...{ method: 'GET', url: '/api/setup', headers: { [name]: value } },
    });
    expect(answer.json()).toEqual({ needed: false });
    const email = `${name}@example.org`;
    const { body } = await admin.post('/api/invitations', { email, role: 'VIEWER' });
    expect(body.path).toMatch(/^\/invitation/);
  });

  test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    '%s does not turn a read into a write',
    async (name) => {
      const { body } = await admin.post('/api/api-keys', { name, permissions: ['team:read'] });
      const headers = { ...cookie(admin.token), [name]: 'DELETE' };
      for (const url of [
        '/api/api-keys',
        `/api/api-keys/${body.id}`,
        '/api/api-keys?_method=DELETE',
      ])
        await app.server.inject({ method: 'GET', url, headers });
      const { items } = (await admin.get('/api/api-keys')).body;
      expect(items.map(({ id }: { id: string }) => id)).toContain(body.id);
    },
  );
});

describe('sessions', () => {
  test('signing in gives a new token, whatever session the browser had', async () => {
    const planted = 'A'.repeat(43);
    const browser = new Browser(app);
    browser.token = planted;
    await browser.signIn('ann@example.org', PASSWORD);
    expect(browser.token).not.toBe(planted);
    expect((await me(cookie(planted))).statusCode).toBe(401);
    // The session that the browser had before is over.
    const first = browser.token;
    await browser.signIn('ann@example.org', PASSWORD);
    expect([(await me(cookie(first))).statusCode, browser.token === first]).toEqual([401, false]);
  });

  test('over HTTPS only the cookie counts that no other host can set', async () => {
    const secure = await createTestHttp({
      isHttps: true,
      authenticate: ({ headers }, client) => {
        if (client.session !== 'real')
          throw new Error(`session ${client.session} of ${headers.cookie}`);
        return { userId: 'u', name: 'U', teamId: 't', permissions: ['team:read'] };
      },
    });
    secure.http.add(postThing, ({ body }) => body);
    const send = async (text: string) => {
      const payload = { name: 'box', tags: [] };
      const { statusCode } = await secure.server.inject({
        ...{ method: 'POST', url: '/api/things/1', payload, headers: { cookie: text } },
      });
      return statusCode;
    };
    expect(await send('cspm_session=real')).toBe(500);
    expect(await send('cspm_session=planted; __Host-cspm_session=real')).toBe(201);
    expect(await send('__host-cspm_session=real')).toBe(500);
    await secure.server.close();
  });

  test('what opens once opens once: an invitation, a link, a sign-out', async () => {
    const { body } = await admin.post('/api/invitations', {
      ...{ email: 'once@example.org', role: 'VIEWER' },
    });
    const token = body.path.split('#token=')[1];
    const accept = () =>
      new Browser(app).post('/api/invitations/accept', { token, name: 'O', password: PASSWORD });
    const both = await Promise.all([accept(), accept()]);
    expect(both.map(({ status }) => status < 300).sort()).toEqual([false, true]);
    const browser = new Browser(app);
    await browser.signIn('ann@example.org', PASSWORD);
    const { token: session } = browser;
    await browser.post('/api/auth/logout');
    expect((await me(cookie(session))).statusCode).toBe(401);
  });
});

describe('requests', () => {
  test.each([
    '/api/security-scans/findings?limit=1&limit=200',
    '/api/audit?action=a.&action=b.',
    '/api/users?q=a&q[]=b',
    '/api/security-scans/findings?limit[$gt]=0',
    '/api/audit?actor[$ne]=x',
  ])('with a parameter twice, or as an object, are refused: %s', async (url) => {
    const { statusCode } = await app.server.inject({ url, headers: cookie(admin.token) });
    expect([400, 422]).toContain(statusCode);
  });

  test.each([
    { email: { $ne: null }, password: { $ne: null } },
    { email: ['ann@example.org', 'bob@example.org'], password: PASSWORD },
    { email: 'ann@example.org', password: true },
  ])('with an operator or another type in place of a text are refused: %o', async (payload) => {
    const { statusCode } = await app.server.inject({
      ...{ method: 'POST', url: '/api/auth/login', payload },
    });
    expect(statusCode).toBe(422);
  });

  test.each([
    '/api/evidence/..%2f..%2f..%2fetc%2fpasswd/content',
    '/api/../../../etc/passwd',
    '/api/%2e%2e/%2e%2e/etc/passwd',
    '/..%5c..%5c..%5cetc%5cpasswd',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%252e%252e%252f%252e%252e%252fpackage.json',
    '/api/security-scans/imports/%00',
    '//evil.example/%2e%2e',
  ])('leave no folder and go nowhere else: %s', async (url) => {
    const { statusCode, body, headers } = await app.server.inject({
      url,
      headers: cookie(admin.token),
    });
    expect([400, 403, 404, 422]).toContain(statusCode);
    expect(body).not.toMatch(/root:|"dependencies"/);
    expect(headers.location).toBeUndefined();
  });

  test('with a body over the limit are refused before they are read', async () => {
    const payload = JSON.stringify({ email: 'x'.repeat(2 * 1024 ** 2), password: 'x' });
    const headers = { 'content-type': 'application/json' };
    const { statusCode } = await app.server.inject({
      ...{ method: 'POST', url: '/api/auth/login', payload, headers },
    });
    expect(statusCode).toBe(413);
  });

  test('whose body never ends are ended', async () => {
    const slow = await createTestHttp({ maxBodyMs: 200 });
    slow.http.add(postThing, ({ body }) => body);
    await slow.server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = slow.server.server.address() as { port: number };
    const head = `POST /api/things/1 HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{`;
    const ended = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(head));
      // A byte now and then keeps the connection busy.
      const drip = setInterval(() => socket.write(' '), 50);
      socket.on('error', () => {});
      // Unread, it would not notice the end.
      socket.resume();
      socket.on('close', () => {
        clearInterval(drip);
        resolve('ended');
      });
    });
    expect(ended).toBe('ended');
    await slow.server.close();
  });
});

const nameOf = ({ method, path }: AnyEndpoint) => `${method} ${path}`;

async function aMember(name: string, role: string): Promise<Browser> {
  const { body } = await admin.post('/api/invitations', { email: `${name}@example.org`, role });
  const browser = new Browser(app);
  const token = body.path.split('#token=')[1];
  await browser.post('/api/invitations/accept', { token, name, password: PASSWORD });
  return browser;
}
