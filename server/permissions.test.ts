import { afterAll, beforeAll, expect, test } from 'vitest';
import { PERMISSIONS, type Permission } from '../contract/endpoint.js';
import { Problem } from '../contract/problem.js';
import { anActor, createTestApp, type TestApp } from './testing/test-core.js';

let app: TestApp;
let held: readonly Permission[] = [];
beforeAll(async () => {
  app = await createTestApp({ authenticate: () => anActor('a', held) });
});
afterAll(() => app.close());

/** Endpoints that do not answer without a query. */
const QUERIES: Record<string, string> = { '/api/scans/schedule-preview': '?everyMs=3600000' };
/** Shown to those only who may change them. */
const READ_BY_WRITERS = [
  'GET /api/scans/system-jobs',
  'GET /api/users',
  'GET /api/users/:userId',
  'GET /api/teams',
  'GET /api/invitations',
  'GET /api/api-keys',
  'GET /api/service-accounts',
  'GET /api/teams/:teamId/deletion',
  'GET /api/audit/forwards',
  'GET /api/identity-providers',
  'GET /api/identity-providers/identities',
];
const PUBLIC = [
  'GET /api/auth/oidc/providers',
  'GET /api/health',
  'GET /api/health/ready',
  'GET /api/setup',
  'POST /api/auth/cli/poll',
  'POST /api/auth/cli/start',
  'POST /api/auth/link',
  'POST /api/auth/login',
  'POST /api/auth/mfa',
  'POST /api/auth/oidc/providers/:providerId/backchannel-logout',
  'POST /api/auth/oidc/providers/:providerId/callback',
  'POST /api/auth/oidc/providers/:providerId/start',
  'POST /api/auth/password/forgotten',
  'POST /api/auth/password/reset',
  'POST /api/invitations/accept',
  'POST /api/invitations/preview',
  'POST /api/setup',
];

test('only health and the ways to sign in are public', () => {
  const open = app.http.endpoints.filter(({ access }) => access === 'public');
  expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(PUBLIC);
});

test('every endpoint rejects a caller with all permissions but its own, before other errors', async () => {
  for (const { method, path, access } of app.http.endpoints) {
    if (access === 'public' || access === 'signed-in') continue;
    held = PERMISSIONS.filter((permission) => permission !== access);
    const response = await app.server.inject({ method, url: path.replace(/:\w+/g, 'x') });
    expect(response.statusCode, `${method} ${path}`).toBe(403);
    expect(Problem.parse(response.json()).detail).toContain(access);
  }
});

test('every read endpoint admits a caller with only its permission', async () => {
  for (const { method, path, access } of app.http.endpoints) {
    if (method !== 'GET') continue;
    held = access === 'public' || access === 'signed-in' ? [] : [access];
    const url = `${path.replace(/:\w+/g, 'x')}${QUERIES[path] ?? ''}`;
    const response = await app.server.inject({ method, url });
    expect([200, 404], `${method} ${path}`).toContain(response.statusCode);
  }
});

test('no read permission allows a write', () => {
  for (const { method, path, access } of app.http.endpoints) {
    if (access === 'public' || access === 'signed-in') continue;
    const writes = method !== 'GET' || READ_BY_WRITERS.includes(`${method} ${path}`);
    expect(/:(write|triage|run)$/.test(access), `${method} ${path}`).toBe(writes);
  }
});
