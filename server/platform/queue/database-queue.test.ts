import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createNewId, systemClock } from '../clock.js';
import type { Database } from '../database/collection.js';
import { MongoDatabase } from '../database/mongo-database.js';
import { RepositoryFactory } from '../database/repository-factory.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { outage } from '../outages/outage.js';
import { createDatabaseQueue } from './database-queue.js';
import { jobQueueContract, type QueueSuite } from './job-queue.contract.js';
import { JobsRepository } from './jobs.repository.js';
import { gate, noted, RED, untilState } from './suite-jobs.contract.js';
import { STUCK_PACE, type StuckWorkerPlace } from './testing/stuck-worker.js';

async function suiteOn(
  database: Database,
  place: StuckWorkerPlace | null,
  clean: () => Promise<void>,
): Promise<QueueSuite> {
  const repositories = new RepositoryFactory({ get: () => database });
  const jobs = repositories.create(JobsRepository);
  await repositories.prepareAll();
  const log = pino({ level: 'silent' });
  const newId = createNewId(systemClock);
  const random = () => 0.5;
  return {
    place,
    open: ({ clock = systemClock, ...rest } = {}) =>
      createDatabaseQueue({ jobs, clock, newId, log, random, ...rest, pace: STUCK_PACE }),
    dispose: async () => {
      await database.close();
      await clean();
    },
  };
}

jobQueueContract(
  'DatabaseQueue on SQLite in memory',
  () => suiteOn(new SqliteDatabase(':memory:'), null, async () => {}),
  { inMemory: true },
);

jobQueueContract('DatabaseQueue on a SQLite file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cspm-queue-'));
  const file = join(folder, 'orchestration.sqlite');
  const clean = () => rm(folder, { recursive: true, force: true });
  const database = new SqliteDatabase(file, { durability: 'full' });
  return suiteOn(database, { file, durability: 'full' }, clean);
});

const uri = process.env.TEST_MONGODB_URI;
if (uri) {
  jobQueueContract('DatabaseQueue on MongoDB', async () => {
    const name = `test_${randomUUID().slice(0, 8)}`;
    return suiteOn(new MongoDatabase(name, uri), { mongoUri: uri, name }, async () => {
      const client = new MongoClient(uri);
      await client.db(name).dropDatabase();
      await client.close();
    });
  });
} else {
  it.skip('DatabaseQueue on MongoDB is NOT TESTED: TEST_MONGODB_URI is not set (.ci/mongodb/start.sh prints one)', () => {});
}

it('uses the platform’s clock, so that tests need not wait for a backoff', async () => {
  const suite = await suiteOn(new SqliteDatabase(':memory:'), null, async () => {});
  let now = Date.parse('2026-03-01T12:00:00Z');
  const queue = suite.open({ clock: { now: () => new Date(now) } });
  queue.work({ ...noted, backoffMs: 60_000 }, async (job) => {
    if (job.attempt === 1) throw new Error('not yet');
  });
  const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
  expect(await untilState(queue, id, 'delayed')).toMatchObject({ error: 'not yet' });
  now += 60_000;
  const done = { attempts: 2, finishedAt: '2026-03-01T12:01:00.000Z' };
  expect(await untilState(queue, id, 'completed')).toMatchObject(done);
  await queue.close({ drain: true });
  await suite.dispose();
});

it('stores nothing that a job writes after its lease has ended', async () => {
  const database = new SqliteDatabase(':memory:');
  const suite = await suiteOn(database, null, async () => {});
  const written = database.global({ name: 'written', scope: 'global', fields: {} });
  const queue = suite.open({});
  const errors: unknown[] = [];
  queue.work({ ...noted, leaseMs: 100 }, async (job) => {
    const startedMs = performance.now();
    // The process stalls: no timer of it runs, so the lease is not renewed.
    while (job.attempt === 1 && performance.now() - startedMs < 150);
    await written.insert({ id: `attempt-${job.attempt}` }).catch((error: unknown) => {
      errors.push(error);
      throw error;
    });
  });
  const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
  await untilState(queue, id, 'completed');
  expect((await written.find({}, { limit: 9 })).items).toEqual([{ id: 'attempt-2' }]);
  expect(errors).toMatchObject([{ name: 'JobAbortedError', why: 'lost' }]);
  await queue.close({ drain: true });
  await suite.dispose();
});

it('counts no attempt whose lease ended while the store of the jobs was away', async () => {
  const store = new SqliteDatabase(':memory:');
  let isAway = false;
  const database = new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (isAway && name === 'global') throw outage('database', 'MongoDB does not respond');
        return value.apply(target, args);
      };
    },
  });
  const suite = await suiteOn(database, null, async () => {});
  const queue = suite.open();
  const [started, lost] = [gate(), gate()];
  const attempts: number[] = [];
  queue.work({ ...noted, leaseMs: 200, attempts: 1 }, async ({ attempt }, { signal }) => {
    attempts.push(attempt);
    if (attempts.length > 1) return;
    started.open();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    lost.open();
    throw signal.reason;
  });
  const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
  await started.pass;
  isAway = true;
  await lost.pass;
  isAway = false;
  expect(await untilState(queue, id, 'completed')).toMatchObject({ attempts: 1 });
  expect(attempts).toEqual([1, 1]);
  await queue.close({ drain: true });
  await suite.dispose();
});
