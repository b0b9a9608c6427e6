import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PATIENT } from '../../testing/patient.js';
import { createNewId, systemClock } from '../clock.js';
import type { Database, TeamScope } from '../database/collection.js';
import { RepositoryFactory } from '../database/repository-factory.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { createBullQueue } from '../queue/bull-queue.js';
import { createDatabaseQueue } from '../queue/database-queue.js';
import { type JobQueue, PermanentJobError } from '../queue/job-queue.js';
import { JobsRepository } from '../queue/jobs.repository.js';
import { SchedulesRepository } from './schedules.repository.js';
import { TeamSchedule, type TeamWork } from './team-schedule.js';
import { UnifiedLifecycleScheduler } from './unified-lifecycle-scheduler.js';

const log = pino({ level: 'silent' });
const parts = { log, newId: createNewId(systemClock), pace: { pollMs: 5, idleMs: 5, cancelMs: 5 } };

function teamScheduleOn(name: string, queuesOf: (database: Database) => () => JobQueue) {
  describe(`work of teams on ${name}`, () => {
    let database: Database;
    let open: () => JobQueue;
    let queues: JobQueue[];
    let scheduler: UnifiedLifecycleScheduler;
    /** Teams whose lease another process holds. */
    let held: Set<string>;

    beforeEach(async () => {
      database = new SqliteDatabase(':memory:');
      const repositories = new RepositoryFactory({ get: () => database });
      repositories.create(JobsRepository);
      const schedules = repositories.create(SchedulesRepository);
      await repositories.prepareAll();
      queues = [];
      held = new Set();
      const create = queuesOf(database);
      open = () => {
        const queue = create();
        queues.push(queue);
        return queue;
      };
      scheduler = new UnifiedLifecycleScheduler({
        ...{ schedules, queue: open(), clock: systemClock, log },
      });
    });
    afterEach(async () => {
      for (const queue of queues) await queue.close({ drain: false });
      await database.close();
    });

    async function aProcess(run: (team: TeamScope) => Promise<unknown>, work?: Partial<TeamWork>) {
      const leases = { isHeld: async (lease: string) => held.has(lease) };
      const schedule = new TeamSchedule(
        { queue: open(), leases, log },
        {
          ...{ id: 'suite.work', title: 'Work of the suite', owner: 'suite', everyMs: 60_000 },
          teams: async () => ['a', 'b', 'c'],
          run,
          ...work,
        },
      );
      await schedule.define(scheduler);
      schedule.workHere();
      return schedule;
    }
    /** Runs the schedule, and returns it once its outcome is known. */
    async function outcome() {
      const run = () => scheduler.runNow('suite.work').catch(() => null);
      await expect.poll(run, PATIENT).not.toBeNull();
      const ended = async () => {
        await scheduler.tick();
        return (await scheduler.get('suite.work')).lastOutcome;
      };
      await expect.poll(ended, PATIENT).not.toBe('running');
      return scheduler.get('suite.work');
    }

    it('is done for every team that has something to do, by all workers together', async () => {
      const done: string[] = [];
      const oneOf =
        (worker: string) =>
        async ({ teamId }: TeamScope) => {
          done.push(`${worker}${teamId}`);
          // Both workers have to have one before there is another one.
          await expect.poll(() => new Set(done.map(([first]) => first)).size, PATIENT).toBe(2);
        };
      const teams = async () => ['a', 'b', 'c', 'd'];
      await aProcess(oneOf('1'), { teams });
      await aProcess(oneOf('2'), { teams });
      expect(await outcome()).toMatchObject({ lastOutcome: 'completed', lastError: null });
      expect(done.map(([, team]) => team).sort()).toEqual(['a', 'b', 'c', 'd']);
    });

    it('of a stuck or failing team delays no other', async () => {
      const done: string[] = [];
      let free = () => {};
      const stuck = new Promise<void>((resolve) => {
        free = resolve;
      });
      await aProcess(async ({ teamId }) => {
        if (teamId === 'a') await stuck;
        if (teamId === 'b') throw new PermanentJobError('the results of b are wrong');
        done.push(teamId);
      });
      await scheduler.runNow('suite.work');
      await expect.poll(() => done, PATIENT).toEqual(['c']);
      // The next run reaches the others too.
      await expect
        .poll(async () => (await scheduler.get('suite.work')).lastOutcome, PATIENT)
        .toBe('running');
      const again = async () => {
        await scheduler.tick();
        return scheduler.runNow('suite.work').then(
          () => done.length,
          () => 0,
        );
      };
      await expect.poll(again, PATIENT).toBeGreaterThan(1);
      expect(new Set(done)).toEqual(new Set(['c']));
      free();
      expect(await outcome()).toMatchObject({
        lastOutcome: 'failed',
        lastError: expect.stringContaining('the results of b are wrong'),
      });
      expect(done).toContain('a');
    });

    it('is requested once while it waits or runs', async () => {
      const started: string[] = [];
      let free = () => {};
      const stuck = new Promise<void>((resolve) => {
        free = resolve;
      });
      const schedule = await aProcess(async ({ teamId }) => {
        started.push(teamId);
        await stuck;
      });
      for (let times = 0; times < 3; times += 1) await schedule.enqueue();
      await expect.poll(() => started.length, PATIENT).toBe(2);
      await schedule.enqueue(started);
      free();
      await expect.poll(() => started.length, PATIENT).toBe(3);
      expect(started.sort()).toEqual(['a', 'b', 'c']);
    });

    it('waits without a worker while another process has the team', async () => {
      const done: string[] = [];
      held = new Set(['lease/a', 'lease/b']);
      await aProcess(async ({ teamId }) => done.push(teamId), {
        lease: ({ teamId }) => `lease/${teamId}`,
      });
      const ended = outcome();
      await expect.poll(() => done, PATIENT).toEqual(['c']);
      held.clear();
      expect(await ended).toMatchObject({ lastOutcome: 'completed' });
      expect(done.sort()).toEqual(['a', 'b', 'c']);
    });
  });
}

teamScheduleOn('the embedded queue', (database) => () => {
  const jobs = new JobsRepository(database);
  return createDatabaseQueue({ ...parts, jobs, clock: systemClock });
});

const url = process.env.TEST_REDIS_URL;
if (url) {
  const used: string[] = [];
  afterEach(async () => {
    const redis = new Redis(url);
    for (const prefix of used.splice(0)) {
      const keys = await redis.keys(`${prefix}:*`);
      if (keys.length > 0) await redis.del(keys);
    }
    await redis.quit();
  });
  teamScheduleOn('Redis', () => {
    const prefix = `test-${randomUUID().slice(0, 8)}`;
    used.push(prefix);
    return () => createBullQueue({ ...parts, url, prefix });
  });
} else {
  it.skip('work of teams on Redis is NOT TESTED: TEST_REDIS_URL is not set (.ci/redis/start.sh prints one)', () => {});
}
