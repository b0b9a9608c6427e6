import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '../../../contract/problem.js';
import { createTestHttp, getThings, type TestHttp } from '../../testing/test-http.js';

let parts: TestHttp;
beforeAll(async () => {
  parts = await createTestHttp({ requestsPerMinute: 20 });
  parts.http.add(getThings, () => ({ text: 'x' }));
});
afterAll(() => parts.server.close());

const ask = (remoteAddress: string) =>
  parts.server.inject({ method: 'GET', url: getThings.path, remoteAddress });

test('answers say how many requests are left', async () => {
  const { headers } = await ask('192.0.2.1');
  expect(headers).toMatchObject({ 'ratelimit-limit': '20', 'ratelimit-remaining': '19' });
});

test('rejects an address that asks too often, and no other', async () => {
  const floods: Awaited<ReturnType<typeof ask>>[] = [];
  for (let n = 0; n < 23; n += 1) floods.push(await ask('192.0.2.2'));
  const refused = floods.filter(({ statusCode }) => statusCode === 429);
  expect(refused).toHaveLength(3);
  expect(Problem.parse(refused[0]?.json())).toMatchObject({ code: 'rate_limited' });
  expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
  expect((await ask('192.0.2.3')).statusCode).toBe(200);
});

test('an empty body with a JSON type is accepted where none is wanted', async () => {
  const { statusCode } = await parts.server.inject({
    method: 'GET',
    url: getThings.path,
    headers: { 'content-type': 'application/json' },
    payload: '',
  });
  expect(statusCode).toBe(200);
});
