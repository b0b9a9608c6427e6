import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { RedisBroadcast } from './redis-broadcast.js';

const url = process.env.TEST_REDIS_URL;
const log = pino({ level: 'silent' });
const open: RedisBroadcast[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

function broadcast(prefix: string, to = url as string): RedisBroadcast {
  const made = new RedisBroadcast({ url: to, prefix, log });
  open.push(made);
  return made;
}

if (!url) {
  it.skip('RedisBroadcast is NOT TESTED: TEST_REDIS_URL is not set (.ci/redis/start.sh prints one)', () => {});
}
describe.skipIf(!url)('RedisBroadcast', () => {
  it('sends messages to other processes on the same channel and prefix, but not to itself', async () => {
    const prefix = `test-${randomUUID()}`;
    const [one, two, stranger] = [broadcast(prefix), broadcast(prefix), broadcast(`${prefix}-x`)];
    const received: [string, unknown][] = [];
    one.listen('scans', (message) => received.push(['one', message]));
    two.listen('scans', (message) => received.push(['two', message]));
    two.listen('other', (message) => received.push(['two on other', message]));
    stranger.listen('scans', (message) => received.push(['stranger', message]));
    await expect
      .poll(() => {
        one.publish('scans', { scanId: 's', progress: 0.5 });
        return received.length;
      })
      .toBeGreaterThan(0);
    expect(new Set(received.map(([who]) => who))).toEqual(new Set(['two']));
    expect(received[0]?.[1]).toEqual({ scanId: 's', progress: 0.5 });
  });
});

it('neither fails to publish nor delays the exit when Redis is unreachable', async () => {
  const lonely = broadcast('test', 'redis://127.0.0.1:1');
  lonely.listen('scans', () => {});
  lonely.publish('scans', {});
  await new Promise((resolve) => setTimeout(resolve, 300));
  await lonely.close();
});
