import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createNewId, systemClock } from '../clock.js';
import type { Database } from '../database/collection.js';
import { RepositoryFactory } from '../database/repository-factory.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.js';
import { createDatabaseQueue } from '../queue/database-queue.js';
import { type JobQueue, type JobState, jobType } from '../queue/job-queue.js';
import { JobsRepository } from '../queue/jobs.repository.js';
import type { ScheduleSeed } from './schedule.js';
import { SchedulesRepository } from './schedules.repository.js';
import { UnifiedLifecycleScheduler } from './unified-lifecycle-scheduler.js';

const log = pino({ level: 'silent' });
const sweep = jobType('suite.sweep', z.object({ depth: z.number() }), { attempts: 1 });
const nightly: ScheduleSeed<typeof sweep.schema> = {
  id: 'suite.nightly',
  title: 'Nightly sweep',
  owner: 'suite',
  job: sweep,
  payload: { depth: 2 },
  cron: '0 2 * * *',
  timeZone: 'Europe/Berlin',
};

let database: Database;
let queue: JobQueue;
let schedules: SchedulesRepository;
let now: Date;
const clock = { now: () => new Date(now) };

beforeEach(async () => {
  now = new Date('2026-03-01T12:00:00Z');
  database = new SqliteDatabase(':memory:');
  const repositories = new RepositoryFactory({ get: () => database });
  const jobs = repositories.create(JobsRepository);
  schedules = repositories.create(SchedulesRepository);
  await repositories.prepareAll();
  const pace = { pollMs: 5, idleMs: 5, cancelMs: 5 };
  queue = createDatabaseQueue({ jobs, clock, log, newId: createNewId(systemClock), pace });
});
afterEach(async () => {
  await queue.close({ drain: false });
  await database.close();
});

const scheduler = () => new UnifiedLifecycleScheduler({ schedules, queue, clock, log });
const at = (time: string) => {
  now = new Date(time);
};
const jobs = async (state: JobState = 'waiting') => (await queue.list({ state })).items;
const ends = (id: string | null, state: JobState) =>
  vi.waitFor(async () => expect(await queue.get(id as string)).toMatchObject({ state }));

describe('a schedule', () => {
  it('enqueues its job when due and shows the outcome', async () => {
    const one = scheduler();
    await one.define(nightly);
    expect(await one.tick()).toBe(0);
    const [shown] = await one.list();
    expect(shown).toMatchObject({
      id: 'suite.nightly',
      owner: 'suite',
      overlap: 'skip',
      enabled: true,
    });
    expect(shown).toMatchObject({ nextRunAt: '2026-03-02T01:00:00.000Z', lastRunAt: null });
    at('2026-03-02T01:00:00Z');
    expect([await one.tick(), await one.tick()]).toEqual([1, 0]);
    const [job] = await jobs();
    expect(job).toMatchObject({ type: 'suite.sweep', teamId: 'system', payload: { depth: 2 } });
    const ran = { lastOutcome: 'running', lastJobId: job?.id, lastRunAt: now.toISOString() };
    expect(await one.get('suite.nightly')).toMatchObject(ran);
    queue.work(sweep, async () => {
      throw new Error('no disk');
    });
    await ends(job?.id as string, 'failed');
    await one.tick();
    const failed = { lastOutcome: 'failed', lastError: 'no disk' };
    const next = '2026-03-03T01:00:00.000Z';
    expect(await one.get('suite.nightly')).toMatchObject({ ...failed, nextRunAt: next });
  });

  it('delays a due run by its jitter, but not a run that a person starts', async () => {
    const one = scheduler();
    await one.define({ ...nightly, jitterMs: 3_600_000 });
    await one.runNow('suite.nightly');
    expect(await jobs('delayed')).toEqual([]);
    const [requested] = await jobs();
    await queue.cancel(requested?.id as string);
    at('2026-03-02T01:00:00Z');
    expect(await one.tick()).toBe(1);
    expect([await jobs(), await jobs('delayed')]).toMatchObject([[], [{ type: 'suite.sweep' }]]);
    await one.change('suite.nightly', { jitterMs: 0 });
    expect(await one.get('suite.nightly')).toMatchObject({ jitterMs: 0, cron: '0 2 * * *' });
  });

  it('runs once after a long downtime', async () => {
    const one = scheduler();
    await one.define(nightly);
    await one.define({ ...nightly, id: 'suite.often', cron: undefined, everyMs: 60_000 });
    at('2026-03-20T12:34:56Z');
    expect([await one.tick(), await one.tick()]).toEqual([2, 0]);
    expect(await one.list()).toMatchObject([
      { id: 'suite.nightly', nextRunAt: '2026-03-21T01:00:00.000Z' },
      { id: 'suite.often', nextRunAt: '2026-03-20T12:35:00.000Z' },
    ]);
  });

  it('runs once on the days when the clocks change', async () => {
    const one = scheduler();
    at('2026-03-27T00:00:00Z');
    await one.define({ ...nightly, cron: '30 2 * * *' });
    queue.work(sweep, async () => {});
    const runs: string[] = [];
    for (const [from, to] of [
      ['2026-03-27T00:00:00Z', '2026-03-31T00:00:00Z'],
      ['2026-10-24T00:00:00Z', '2026-10-27T00:00:00Z'],
    ] as const) {
      for (let time = Date.parse(from); time < Date.parse(to); time += 15 * 60_000) {
        at(new Date(time).toISOString());
        if ((await one.tick()) === 0) continue;
        runs.push(now.toISOString().slice(5, 16));
        await ends((await one.get('suite.nightly')).lastJobId, 'completed');
      }
    }
    // The first run in October replaces all missed since March.
    const spring = ['03-27T01:30', '03-28T01:30', '03-29T01:30', '03-30T00:30'];
    expect(runs).toEqual([...spring, '10-24T00:00', '10-24T00:30', '10-25T00:30', '10-26T01:30']);
  });

  it('can be changed, disabled and removed, and changes survive a new declaration', async () => {
    const one = scheduler();
    await one.define(nightly);
    await one.change('suite.nightly', { cron: '0 5 * * *', timeZone: 'UTC', overlap: 'queue' });
    await scheduler().define({ ...nightly, title: 'Sweep', cron: '0 3 * * *' });
    const kept = { title: 'Sweep', cron: '0 5 * * *', overlap: 'queue' };
    const next = '2026-03-02T05:00:00.000Z';
    expect(await one.get('suite.nightly')).toMatchObject({ ...kept, nextRunAt: next });
    await one.change('suite.nightly', { enabled: false });
    await scheduler().define(nightly);
    at('2026-03-09T00:00:00Z');
    expect(await one.tick()).toBe(0);
    expect(await one.get('suite.nightly')).toMatchObject({ enabled: false, nextRunAt: null });
    await one.change('suite.nightly', { enabled: true, cron: null, everyMs: 5_000 });
    const soon = { cron: null, everyMs: 5_000, nextRunAt: '2026-03-09T00:00:05.000Z' };
    expect(await one.get('suite.nightly')).toMatchObject(soon);
    const wrong = one.change('suite.nightly', { everyMs: null, cron: '99 * * * *' });
    await expect(wrong).rejects.toThrow(InvalidInputError);
    const policy = one.change('suite.nightly', { overlap: 'hope' as never });
    await expect(policy).rejects.toThrow(InvalidInputError);
    await one.remove('suite.nightly');
    await expect(one.change('suite.nightly', {})).rejects.toThrow(NotFoundError);
    await expect(one.runNow('suite.nightly')).rejects.toThrow(NotFoundError);
  });

  it('takes a newly declared timing unless a person changed it', async () => {
    await scheduler().define(nightly);
    const two = scheduler();
    await two.define({ ...nightly, cron: '0 4 * * *' });
    const moved = { cron: '0 4 * * *', nextRunAt: '2026-03-02T03:00:00.000Z' };
    expect(await two.get('suite.nightly')).toMatchObject(moved);
  });

  it('belongs to a team and can be run for it immediately', async () => {
    const one = scheduler();
    await one.define({ ...nightly, id: 'suite.nightly.red', teamId: 'red', enabled: false });
    await one.define(nightly);
    expect((await one.list('red')).map(({ id }) => id)).toEqual(['suite.nightly.red']);
    expect(await one.runNow('suite.nightly.red')).toMatchObject({ lastOutcome: 'running' });
    expect(await jobs()).toMatchObject([{ teamId: 'red' }]);
    await expect(one.runNow('suite.nightly.red')).rejects.toThrow(ConflictError);
    expect(await jobs()).toHaveLength(1);
  });
});

describe('overlap', () => {
  const often = { ...nightly, id: 'suite.often', cron: undefined, everyMs: 60_000 };
  let one: UnifiedLifecycleScheduler;
  let done: () => void;
  let reasons: string[];

  /** Starts a first run, which runs until `done`. */
  async function running(overlap: 'skip' | 'queue' | 'cancel_previous') {
    one = scheduler();
    reasons = [];
    const until = new Promise<void>((resolve) => {
      done = resolve;
    });
    queue.work({ ...sweep, concurrency: 5 }, async (_job, { signal }) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason.why);
        done();
      });
      await until;
    });
    await one.define({ ...often, overlap });
    at('2026-03-01T12:01:00Z');
    expect(await one.tick()).toBe(1);
    const { lastJobId } = await one.get('suite.often');
    await ends(lastJobId, 'active');
    at('2026-03-01T12:02:00Z');
    return lastJobId as string;
  }

  it('skip: starts no run while one is running', async () => {
    const first = await running('skip');
    expect([await one.tick(), await one.tick()]).toEqual([0, 0]);
    expect(await one.get('suite.often')).toMatchObject({
      lastJobId: first,
      lastSkippedAt: '2026-03-01T12:02:00.000Z',
      nextRunAt: '2026-03-01T12:03:00.000Z',
    });
    done();
    await ends(first, 'completed');
    expect(await one.tick()).toBe(0);
    at('2026-03-01T12:03:00Z');
    expect(await one.tick()).toBe(1);
  });

  it('queue: runs one after the other, with at most one waiting', async () => {
    const first = await running('queue');
    expect(await one.tick()).toBe(0);
    at('2026-03-01T12:03:00Z');
    expect(await one.tick()).toBe(0);
    done();
    await ends(first, 'completed');
    expect([await one.tick(), await one.tick()]).toEqual([1, 0]);
    expect((await one.get('suite.often')).lastJobId).not.toBe(first);
  });

  it('cancel_previous: cancels the previous run first', async () => {
    const first = await running('cancel_previous');
    expect(await one.tick()).toBe(0);
    await ends(first, 'cancelled');
    expect(reasons).toEqual(['cancelled']);
    expect([await one.tick(), await one.tick()]).toEqual([1, 0]);
    const { lastJobId } = await one.get('suite.often');
    await ends(lastJobId, 'completed');
    expect(lastJobId).not.toBe(first);
  });
});

describe('several schedulers', () => {
  it('run each tick exactly once, and another takes over when one is gone', async () => {
    const all = [scheduler(), scheduler(), scheduler()];
    await Promise.all(all.map((each) => each.define({ ...nightly, overlap: 'queue' })));
    queue.work(sweep, async () => {});
    const leaders: number[][] = [];
    for (let day = 2; day < 8; day += 1) {
      at(`2026-03-0${day}T01:00:00Z`);
      leaders.push(await Promise.all(all.map((each) => each.tick())));
      await ends((await all[0]?.get('suite.nightly'))?.lastJobId ?? null, 'completed');
    }
    for (const counts of leaders) expect(counts.reduce((sum, n) => sum + n)).toBe(1);
    expect(await jobs('completed')).toHaveLength(6);
  });

  it('keep their leader until it stops or its lease expires', async () => {
    const [one, two] = [scheduler(), scheduler()];
    await one.define({ ...nightly, cron: undefined, everyMs: 1_000, overlap: 'queue' });
    queue.work(sweep, async () => {});
    const tickBoth = async (inMs: number) => {
      at(new Date(now.getTime() + inMs).toISOString());
      const counts = [await two.tick(), await one.tick()];
      await ends((await one.get('suite.nightly')).lastJobId, 'completed');
      return counts;
    };
    at('2026-03-01T12:00:01Z');
    expect(await one.tick()).toBe(1);
    await ends((await one.get('suite.nightly')).lastJobId, 'completed');
    for (let second = 0; second < 30; second += 1) expect(await tickBoth(1_000)).toEqual([0, 1]);
    await one.stop();
    expect(await tickBoth(1_000)).toEqual([1, 0]);
    // `two` no longer ticks.
    for (let second = 0; second < 16; second += 1) {
      at(new Date(now.getTime() + 1_000).toISOString());
      if ((await one.tick()) === 1) return expect(second).toBeGreaterThan(12);
    }
    expect.unreachable('no scheduler took over');
  });

  it('keep the schedules across a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cspm-schedules-'));
    const file = join(folder, 'orchestration.sqlite');
    for (const [time, runs] of [
      ['2026-03-01T12:00:00Z', 0],
      ['2026-03-02T01:00:00Z', 1],
      ['2026-03-02T01:05:00Z', 0],
    ] as const) {
      at(time);
      const stored = new SqliteDatabase(file);
      const repositories = new RepositoryFactory({ get: () => stored });
      const parts = { schedules: repositories.create(SchedulesRepository), queue, clock, log };
      const one = new UnifiedLifecycleScheduler(parts);
      await one.define(nightly);
      expect(await one.tick()).toBe(runs);
      await one.stop();
      await stored.close();
    }
    await rm(folder, { recursive: true });
  });

  it('make up for a run lost when a scheduler died', async () => {
    const one = scheduler();
    await one.define(nightly);
    at('2026-03-02T01:00:00Z');
    const broken = { ...queue, enqueue: () => Promise.reject(new Error('killed')) } as never;
    const dying = new UnifiedLifecycleScheduler({ schedules, queue: broken, clock, log });
    expect(await dying.tick()).toBe(0);
    at('2026-03-02T01:01:00Z');
    expect([await one.tick(), await one.tick()]).toEqual([1, 0]);
    expect(await jobs()).toHaveLength(1);
  });

  it('tick periodically once started', async () => {
    const one = new UnifiedLifecycleScheduler({ schedules, queue, clock, log, tickMs: 5 });
    await one.define(nightly);
    at('2026-03-02T01:00:00Z');
    one.start();
    await vi.waitFor(async () => expect(await jobs()).toHaveLength(1));
    await one.stop();
  });
});
