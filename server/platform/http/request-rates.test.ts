import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../contract/problem.js';
import { anActor } from '../../testing/test-core.js';
import { createTestHttp, getThings, type TestHttp } from '../../testing/test-http.js';
import { LocalRateCounts } from './rate-counts.js';
import { RedisRateCounts } from './redis-rate-counts.js';
import { RequestRates } from './request-rates.js';

let parts: TestHttp;
beforeAll(async () => {
  parts = await createTestHttp({
    rates: new RequestRates({ perMinute: 20 }),
    authenticate: ({ headers }) => ({
      ...anActor('a'),
      userId: String(headers['x-user']),
      ...(headers['x-api-key'] ? { keyId: String(headers['x-api-key']) } : {}),
    }),
  });
  parts.http.add(getThings, () => ({ text: 'x' }));
});
afterAll(() => parts.server.close());

let people = 0;
const ask = (
  remoteAddress: string,
  headers: Record<string, string> = { 'x-user': `usr_${++people}` },
) => parts.server.inject({ method: 'GET', url: getThings.path, remoteAddress, headers });

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

test.each([
  ['an account', { 'x-user': 'ann' }, { 'x-user': 'bob' }],
  ['an API key', { 'x-user': 'eve', 'x-api-key': 'key_1' }, { 'x-user': 'eve' }],
])('rejects %s that asks too often from many addresses, and no other', async (_what, one, two) => {
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  for (let n = 0; n < 22; n += 1) answers.push(await ask(`198.51.100.${n}`, one));
  expect(answers.map(({ statusCode }) => statusCode === 429)).toEqual(
    answers.map((_, at) => at >= 20),
  );
  expect(answers[4]?.headers).toMatchObject({ 'ratelimit-remaining': '15' });
  const { headers } = answers[21] as (typeof answers)[number];
  expect(headers).toMatchObject({ 'ratelimit-remaining': '0', 'ratelimit-limit': '20' });
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect((await ask('198.51.100.200', two)).statusCode).toBe(200);
});

test('an empty body with a JSON type is accepted where none is wanted', async () => {
  const { statusCode } = await parts.server.inject({
    method: 'GET',
    url: getThings.path,
    headers: { 'content-type': 'application/json', 'x-user': 'zoe' },
    payload: '',
  });
  expect(statusCode).toBe(200);
});

test('a window ends, and a caller of another process counts apart', async () => {
  const counts = new LocalRateCounts();
  const next = async (caller: string, windowMs: number) =>
    (await counts.count(caller, windowMs)).current;
  expect([await next('a', 60_000), await next('a', 60_000), await next('b', 60_000)]).toEqual([
    1, 2, 1,
  ]);
  expect([await next('c', 0), await next('c', 0)]).toEqual([1, 1]);
  expect((await new LocalRateCounts().count('a', 60_000)).current).toBe(1);
});

const url = process.env.TEST_REDIS_URL;
const log = pino({ level: 'silent' });
if (!url) {
  test.skip('RedisRateCounts is NOT TESTED: TEST_REDIS_URL is not set (.ci/redis/start.sh prints one)', () => {});
}
describe.skipIf(!url)('RedisRateCounts', () => {
  test('counts the requests to all processes together', async () => {
    const prefix = `test-${randomUUID()}`;
    const [one, two] = [0, 1].map(() => new RedisRateCounts({ url: url as string, prefix, log }));
    const all = await Promise.all([one, two, one, two].map((each) => each?.count('a', 60_000)));
    expect(all.map((each) => each?.current).sort()).toEqual([1, 2, 3, 4]);
    expect(all.every((each) => each && each.leftMs > 0 && each.leftMs <= 60_000)).toBe(true);
    await one?.close();
    await two?.close();
  });
});

test('counts in this process while Redis is unreachable, without waiting', async () => {
  const lonely = new RedisRateCounts({ url: 'redis://127.0.0.1:1', log });
  const first = await lonely.count('a', 60_000);
  const startedMs = performance.now();
  expect([first.current, (await lonely.count('a', 60_000)).current]).toEqual([1, 2]);
  expect(performance.now() - startedMs).toBeLessThan(300);
  await lonely.close();
});
