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
  it.skip('RedisBroadcast is NOT TESTED: TEST_REDIS_URL is not set (.ci/redis/start.sh gives one)', () => {});
}
describe.skipIf(!url)('RedisBroadcast', () => {
  it('tells the others, on their channel and prefix, and not itself', async () => {
    const prefix = `test-${randomUUID()}`;
    const [one, two, stranger] = [broadcast(prefix), broadcast(prefix), broadcast(`${prefix}-x`)];
    const heard: [string, unknown][] = [];
    one.listen('scans', (message) => heard.push(['one', message]));
    two.listen('scans', (message) => heard.push(['two', message]));
    two.listen('other', (message) => heard.push(['two on other', message]));
    stranger.listen('scans', (message) => heard.push(['stranger', message]));
    await expect
      .poll(() => {
        one.publish('scans', { scanId: 's', progress: 0.5 });
        return heard.length;
      })
      .toBeGreaterThan(0);
    expect(new Set(heard.map(([who]) => who))).toEqual(new Set(['two']));
    expect(heard[0]?.[1]).toEqual({ scanId: 's', progress: 0.5 });
  });
});

it('never fails its sender, nor keeps a process that ends, when nobody listens at the address', async () => {
  const lonely = broadcast('test', 'redis://127.0.0.1:1');
  lonely.listen('scans', () => {});
  lonely.publish('scans', {});
  await new Promise((resolve) => setTimeout(resolve, 300));
  await lonely.close();
});
