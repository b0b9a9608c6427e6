import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { PATIENT } from '../../testing/patient.js';
import { RedisStatus } from './redis-status.js';

const url = process.env.TEST_REDIS_URL;
const log = pino({ level: 'silent' });
const open: RedisStatus[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

function status(prefix: string, { to = url as string, keptMs = 10_000 } = {}): RedisStatus {
  const made = new RedisStatus({ url: to, prefix, log, keptMs });
  open.push(made);
  return made;
}

if (!url) {
  it.skip('RedisStatus is NOT TESTED: TEST_REDIS_URL is not set (.ci/redis/start.sh prints one)', () => {});
}
describe.skipIf(!url)('RedisStatus', () => {
  it('shows the parts of running work to every process with the same prefix, until they are removed', async () => {
    const prefix = `test-${randomUUID()}`;
    const [one, two, stranger] = [status(prefix), status(prefix), status(`${prefix}-x`)];
    expect(await one.put('scan', 'a', { progress: 0.5 })).toBe(true);
    await one.put('scan', 'a', { progress: 0.7 });
    await two.put('scan', 'b', { progress: 0.1 });
    await two.put('other', 'c', {});
    const both = new Map(Object.entries({ a: { progress: 0.7 }, b: { progress: 0.1 } }));
    expect(await two.of('scan')).toEqual(both);
    expect(await stranger.of('scan')).toEqual(new Map());
    await one.remove('scan', 'a');
    expect([...(await two.of('scan')).keys()]).toEqual(['b']);
  });

  it('forgets the parts of a process that died', async () => {
    const prefix = `test-${randomUUID()}`;
    const [dead, alive] = [status(prefix, { keptMs: 300 }), status(prefix)];
    await dead.put('scan', 'a', {});
    await alive.put('scan', 'b', {});
    const parts = async () => [...(await alive.of('scan')).keys()].sort();
    expect(await parts()).toEqual(['a', 'b']);
    await expect.poll(parts, PATIENT).toEqual(['b']);
  });
});

it('neither fails nor waits when Redis is unreachable', async () => {
  const lonely = status('test', { to: 'redis://127.0.0.1:1' });
  expect(await lonely.put('scan', 'a', {})).toBe(false);
  const startedMs = performance.now();
  expect([await lonely.of('scan'), await lonely.put('scan', 'a', {})]).toEqual([new Map(), false]);
  await lonely.remove('scan', 'a');
  // It was away a moment ago, so it is not asked again yet.
  expect(performance.now() - startedMs).toBeLessThan(500);
});
