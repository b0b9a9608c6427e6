import { expect, test } from 'vitest';
import { createTestHttp } from '../../testing/test-http.js';
import { Secret } from '../config/secret.js';

const TOKEN = '3f9c0d2e7a61b85490ce12f47d3ab608';
const OURS = { metricsToken: new Secret(TOKEN) };
const BEARER = { authorization: `Bearer ${TOKEN}` };
const PUBLIC = { publicUrl: 'https://cspm.example.org' };
const BEYOND = '192.0.2.7';

test.each<[string, number, object, string, Record<string, string>]>([
  ['a program on this machine', 200, {}, '127.0.0.1', {}],
  ['a program on this machine over IPv6', 200, OURS, '::ffff:127.0.0.1', {}],
  ['another machine', 401, {}, BEYOND, {}],
  ['another machine without the token', 401, OURS, BEYOND, {}],
  ['another machine with a wrong token', 401, OURS, BEYOND, { authorization: 'Bearer x' }],
  ['another machine with the token', 200, OURS, BEYOND, BEARER],
  [
    'a scraper that names the server as its network does',
    200,
    OURS,
    BEYOND,
    {
      ...BEARER,
      host: 'worker:8081',
    },
  ],
  ['another host without the token', 403, OURS, '127.0.0.1', { host: 'worker:8081' }],
  ['a proxy on this machine', 401, {}, '127.0.0.1', { 'x-forwarded-for': BEYOND }],
  ['anybody, at a server with a public address', 401, PUBLIC, '127.0.0.1', {}],
  ['anybody with the token there', 200, { ...PUBLIC, ...OURS }, '127.0.0.1', BEARER],
])('%s gets %i', async (_who, expected, overrides, remoteAddress, headers) => {
  const { server } = await createTestHttp(overrides);
  const answer = await server.inject({ method: 'GET', url: '/metrics', remoteAddress, headers });
  expect([answer.statusCode, answer.body.includes('cspm_')]).toEqual([expected, expected === 200]);
  expect(answer.body).not.toContain(TOKEN);
  await server.close();
});

test('the token opens nothing else to other hosts', async () => {
  const { server } = await createTestHttp(OURS);
  const headers = { ...BEARER, host: 'worker:8081' };
  for (const url of ['/', '/api/health', '/metricsx', '//metrics']) {
    expect((await server.inject({ method: 'GET', url, headers })).statusCode, url).toBe(403);
  }
  await server.close();
});
