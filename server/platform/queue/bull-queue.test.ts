import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNewId, systemClock } from '../clock.js';
import { UnavailableError } from '../errors.js';
import { momentsAt } from '../time/future-times.rules.js';
import { createBullQueue } from './bull-queue.js';
import { jobQueueContract, type QueueSuite } from './job-queue.contract.js';
import { BLUE, noted, RED, until, untilState } from './suite-jobs.contract.js';
import { STUCK_PACE } from './testing/stuck-worker.js';

const DAY_MS = 86_400_000;

const parts = {
  newId: createNewId(systemClock),
  log: pino({ level: 'silent' }),
  random: () => 0.5,
  pace: STUCK_PACE,
  stalledMs: 50,
};

async function removeAll(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url);
  const keys = await redis.keys(`${prefix}:*`);
  for (let at = 0; at < keys.length; at += 1_000) await redis.del(keys.slice(at, at + 1_000));
  await redis.quit();
}

async function suiteOn(url: string): Promise<QueueSuite> {
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  return {
    place: { url, prefix },
    open: ({ graceMs, waits } = {}) => createBullQueue({ ...parts, url, prefix, graceMs, waits }),
    dispose: () => removeAll(url, prefix),
  };
}

const url = process.env.TEST_REDIS_URL;
if (url) {
  jobQueueContract('BullQueue', () => suiteOn(url));
} else {
  it.skip('BullQueue is NOT TESTED: TEST_REDIS_URL is not set (.ci/redis/start.sh prints one)', () => {});
}

const folder = process.env.TEST_REDIS_FOLDER;
describe.skipIf(!url || !folder)('BullQueue when Redis restarts (TEST_REDIS_FOLDER)', () => {
  it('loses no job', async () => {
    const suite = await suiteOn(url as string);
    const queue = suite.open();
    const requests = Array.from({ length: 400 }, (_, n) => ({
      teamId: `t${n % 3}`,
      payload: { n },
    }));
    await queue.enqueueMany(noted, requests);
    const ran = new Map<number, number>();
    queue.work({ ...noted, concurrency: 4, leaseMs: 2_000, attempts: 9 }, async ({ payload }) => {
      ran.set(payload.n, (ran.get(payload.n) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
    });
    await until(() => expect(ran.size).toBeGreaterThan(100));
    execFileSync('.ci/redis/stop.sh', [folder as string]);
    expect(ran.size).toBeLessThan(400);
    execFileSync('.ci/redis/start.sh', [folder as string]);
    await until(async () => {
      expect(ran.size).toBe(400);
      const [counts] = await queue.counts();
      expect(counts ?? { waiting: 0, delayed: 0, active: 0 }).toMatchObject({
        waiting: 0,
        delayed: 0,
        active: 0,
      });
    }, 60_000);
    const again = [...ran.values()].filter((times) => times > 1).length;
    expect(again).toBeLessThanOrEqual(8);
    await queue.close({ drain: true });
    await suite.dispose();
  }, 90_000);
});

describe.skipIf(!url)('BullQueue after the clock went a month forward and back', () => {
  afterEach(() => void vi.useRealTimers());

  it('lets jobs run: delays count from now, retries are due, locks end', async () => {
    const suite = await suiteOn(url as string);
    const queue = suite.open();
    const redis = new Redis(url as string);
    const { prefix } = suite.place as { prefix: string };
    const delayed = (teamId: string, delayMs: number) =>
      queue.enqueue(noted, { teamId, payload: { n: 1 }, delayMs });
    const planned = await delayed(RED, 80 * DAY_MS);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30 * DAY_MS });
    const ahead = await delayed(RED, 2 * DAY_MS);
    const retried = await queue.enqueue(noted, { teamId: BLUE, payload: { n: 2 } });
    const first = suite.open();
    first.work({ ...noted, backoffMs: 60_000 }, async () => {
      throw new Error('not yet');
    });
    await untilState(queue, retried, 'delayed');
    await first.close({ drain: true });
    vi.useRealTimers();
    const [lock, check] = [`${prefix}:suite.noted~${RED}:a:lock`, `${prefix}:suite.noted~${RED}`];
    await redis.rpush(`${check}:active`, 'a');
    await redis.set(lock, 'dead', 'PX', 700 * DAY_MS);
    await redis.set(`${check}:stalled-check`, '1', 'PX', 700 * DAY_MS);
    expect(await queue.repairTimes(momentsAt(new Date()))).toBe(3);
    expect(await redis.pttl(lock)).toBeLessThanOrEqual(60_000);
    expect(await redis.exists(`${check}:stalled-check`)).toBe(0);
    await redis.lrem(`${check}:active`, 1, 'a');
    expect(await queue.repairTimes(momentsAt(new Date()))).toBe(0);
    const dueInDays = async (id: string) => {
      const score = await redis.zscore(`${check}:delayed`, id);
      return Math.round((Number(score) / 4_096 - Date.now()) / DAY_MS);
    };
    expect([await dueInDays(planned), await dueInDays(ahead)]).toEqual([80, 2]);
    queue.work(noted, async () => {});
    await untilState(queue, retried, 'completed');
    await redis.quit();
    await suite.dispose();
  });
});

describe('BullQueue without a server', () => {
  it('fails with UnavailableError in bounded time', async () => {
    const queue = createBullQueue({ ...parts, url: 'redis://127.0.0.1:9' });
    const adding = queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
    await expect(adding).rejects.toThrow(UnavailableError);
    await expect(queue.get('job_1~suite.noted~t')).rejects.toThrow(UnavailableError);
    expect(await queue.problem()).toBe('the job queue is unreachable');
    await queue.close({ drain: false });
  }, 30_000);
});

describe.skipIf(!url)('BullQueue on a Redis with limited memory', () => {
  let admin: Redis;
  beforeEach(() => {
    admin = new Redis(url as string);
  });
  afterEach(async () => {
    await admin.config('SET', 'maxmemory', '0');
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    await admin.quit();
  });

  it('reports a server that deletes keys when it is full', async () => {
    const suite = await suiteOn(url as string);
    const queue = suite.open();
    expect(await queue.problem()).toBeNull();
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await queue.problem()).toContain('maxmemory-policy allkeys-lru');
    await queue.close({ drain: false });
    await suite.dispose();
  });

  it('refuses jobs while the server is full, and takes them again later', async () => {
    const suite = await suiteOn(url as string);
    const queue = suite.open();
    const request = { teamId: RED, payload: { n: 1 } };
    await queue.enqueue(noted, request);
    await admin.config('SET', 'maxmemory', '1');
    await expect(queue.enqueue(noted, request)).rejects.toThrow(UnavailableError);
    expect(await queue.problem()).toContain('full');
    await admin.config('SET', 'maxmemory', '0');
    await queue.enqueue(noted, request);
    expect((await queue.counts())[0]).toMatchObject({ waiting: 2 });
    await queue.close({ drain: false });
    await suite.dispose();
  });
});
