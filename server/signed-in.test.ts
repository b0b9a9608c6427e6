import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PERMISSIONS } from '../contract/endpoint.js';
import { permissionsOf, ROLES } from '../contract/roles.js';
import {
  aSignInApp,
  Browser,
  PASSWORD,
  type SignInApp,
  setUpAdmin,
} from './modules/identity/testing/browser.js';

// Every route of the product, called by whoever must not: by the table of permissions, so that a new route is covered.

let app: SignInApp;
let admin: Browser;
beforeAll(async () => {
  app = await aSignInApp();
  admin = await setUpAdmin(app);
});
afterAll(() => app.close());

const guarded = () => app.http.endpoints.filter(({ access }) => access !== 'public');
const call = (
  headers: Record<string, string>,
  { method, path }: { method: string; path: string },
) => app.server.inject({ method: method as 'GET', url: path.replace(/:\w+/g, 'x'), headers });

async function statuses(headers: Record<string, string>): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const endpoint of guarded()) {
    const { statusCode } = await call(headers, endpoint);
    found[`${endpoint.method} ${endpoint.path}`] = statusCode;
  }
  return found;
}

test.each([
  ['no session', async () => ({})],
  ['a made-up session', async () => ({ cookie: 'cspm_session=made-up' })],
  [
    'an ended session',
    async () => {
      const browser = new Browser(app);
      await browser.signIn('ann@example.org', PASSWORD);
      const { token } = browser;
      await browser.post('/api/auth/logout');
      return { cookie: `cspm_session=${token}` };
    },
  ],
  ['a made-up key', async () => ({ 'x-api-key': 'osk_AAAAAAAA_x' })],
  ['a made-up bearer', async () => ({ authorization: 'Bearer xyz' })],
])('every route but public ones rejects %s', async (_what, headersOf) => {
  const found = await statuses(await headersOf());
  expect(Object.keys(found).length).toBeGreaterThan(200);
  expect(Object.entries(found).filter(([, status]) => status !== 401)).toEqual([]);
});

test('every route rejects a key whose scope lacks its permission', async () => {
  const { body } = await admin.post('/api/api-keys', { name: 'k', permissions: ['team:read'] });
  const headers = { 'x-api-key': body.key };
  for (const endpoint of guarded()) {
    const { method, path, access } = endpoint;
    if (access === 'team:read' || access === 'signed-in') continue;
    expect((await call(headers, endpoint)).statusCode, `${method} ${path}`).toBe(403);
  }
});

test('every role is refused what the table does not give it', async () => {
  for (const role of ROLES) {
    const { body } = await admin.post('/api/invitations', { email: `${role}@example.org`, role });
    const browser = new Browser(app);
    const token = body.path.split('#token=')[1];
    await browser.post('/api/invitations/accept', { token, name: role, password: PASSWORD });
    const held = permissionsOf([role]);
    for (const endpoint of guarded()) {
      const { method, path, access } = endpoint;
      if (access === 'signed-in') continue;
      // What it may do is called with nothing to do it with, which changes nothing.
      if (held.includes(access as (typeof PERMISSIONS)[number])) continue;
      const { statusCode } = await call({ cookie: `cspm_session=${browser.token}` }, endpoint);
      expect(statusCode, `${role} ${method} ${path}`).toBe(403);
    }
  }
});
