import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createNewId, systemClock } from '../clock.js';
import type { CollectionSpec, Doc } from '../database/collection.js';
import { CSPMDatabaseManager } from '../database/database-manager.js';
import { DATABASE_KEYS } from '../database/names.js';
import { GlobalRepository } from '../database/repository.js';
import { RepositoryFactory } from '../database/repository-factory.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { TaskDatabases } from '../database/task-databases.js';
import { proxied, type TcpProxy } from '../database/testing/tcp-proxy.js';
import { Leases } from '../leases/leases.js';
import { LeasesRepository } from '../leases/leases.repository.js';
import { createDatabaseQueue } from './database-queue.js';
import { JobConnections } from './job-connections.js';
import { JobAbortedError, type JobContext, jobType } from './job-queue.js';
import { JobsRepository } from './jobs.repository.js';

const spec: CollectionSpec<Doc> = { name: 'notes', scope: 'global', fields: {} };
class NotesRepository extends GlobalRepository<Doc> {
  static readonly database = 'platform';
  static readonly specs = [spec];
  protected readonly spec = spec;
  add = (id: string) => this.all().insert({ id });
  count = () => this.all().count({});
}
const write = jobType('suite.write', z.object({ id: z.string() }), { attempts: 1 });
const log = pino({ level: 'silent' });
const suffix = randomUUID().slice(0, 8);
const names = Object.fromEntries(
  DATABASE_KEYS.map((key) => [key, { name: `t_${key}_${suffix}` }]),
) as CSPMDatabaseManager['settings']['databases'];

/** A handler as the queue runs it. */
function handlerOf(databases: CSPMDatabaseManager, work: (id: string) => Promise<void>) {
  const given = new JobConnections(databases).isolate(({ payload }) =>
    work((payload as { id: string }).id),
  );
  const base = { id: 'job', type: write.name, teamId: 't', attempt: 1 };
  return async (id: string, context: Partial<JobContext> = {}) => {
    const signal = new AbortController().signal;
    await given({ ...base, payload: { id } }, { signal, progress: () => {}, ...context });
  };
}

it('uses the connections of the process on SQLite', async () => {
  const opened: string[] = [];
  const databases = new CSPMDatabaseManager({
    dataDir: '',
    databases: names,
    open: (key) => {
      opened.push(key);
      return new SqliteDatabase(':memory:');
    },
  });
  const notes = new RepositoryFactory(new TaskDatabases(databases)).create(NotesRepository);
  const run = handlerOf(databases, (id) => notes.add(id));
  await run('a');
  await run('b');
  expect([await notes.count(), opened]).toEqual([2, ['platform']]);
  await databases.close();
});

const mongoUri = process.env.TEST_MONGODB_URI;
if (mongoUri) {
  describe('a job on MongoDB', () => {
    let proxy: TcpProxy;
    let databases: CSPMDatabaseManager;
    let repositories: RepositoryFactory;
    let notes: NotesRepository;

    beforeEach(async () => {
      const through = await proxied(mongoUri);
      proxy = through.proxy;
      databases = new CSPMDatabaseManager({
        dataDir: '',
        mongoUri: through.uri,
        databases: names,
      });
      repositories = new RepositoryFactory(new TaskDatabases(databases));
      notes = repositories.create(NotesRepository);
      await notes.count();
    });
    afterEach(async () => {
      await databases.close();
      await proxy.close();
      const client = new MongoClient(mongoUri);
      await Promise.all(Object.values(names).map(({ name }) => client.db(name).dropDatabase()));
      await client.close();
    });

    it('has separate connections, which are closed when it ends', async () => {
      const before = proxy.connections;
      const run = handlerOf(databases, async (id) => {
        await notes.add(id);
        expect(proxy.connections).toBeGreaterThan(before);
      });
      await run('a');
      await expect.poll(() => proxy.connections).toBeLessThanOrEqual(before);
      expect(await notes.count()).toBe(1);
    });

    it('runs after the connections of the process and of an earlier job were cut', async () => {
      const run = handlerOf(databases, (id) => notes.add(id));
      await run('a');
      proxy.cut();
      await run('b');
      await expect.poll(() => notes.count().catch(() => 0)).toBe(2);
    }, 30_000);

    it('may still write when cancelled, but not after its lease is lost', async () => {
      for (const [why, written] of [
        ['cancelled', 1],
        ['lost', 0],
      ] as const) {
        const abort = new AbortController();
        let ended: Promise<unknown> = Promise.resolve();
        const run = handlerOf(databases, async (id) => {
          await notes.count();
          abort.abort(new JobAbortedError(why, why));
          await new Promise((resolve) => setTimeout(resolve, 50));
          ended = notes.add(id);
          await ended;
        });
        const running = run(why, { signal: abort.signal });
        const before = await notes.count();
        if (why === 'lost') await expect(running).rejects.toBeInstanceOf(JobAbortedError);
        else await running;
        await new Promise((resolve) => setTimeout(resolve, 100));
        await ended.catch(() => {});
        expect((await notes.count()) - before).toBe(written);
      }
    });

    it('adds jobs and takes leases over the connections of the process', async () => {
      const jobs = repositories.create(JobsRepository);
      const parts = { jobs, clock: systemClock, log, newId: createNewId(systemClock) };
      const pace = { pollMs: 20, idleMs: 20, recoverMs: 50, cancelMs: 20 };
      const connections = new JobConnections(databases);
      const isolate = connections.isolate.bind(connections);
      const queue = createDatabaseQueue({ ...parts, pace, isolate });
      const repository = repositories.create(LeasesRepository);
      const leases = new Leases({
        leases: repository,
        clock: systemClock,
        log,
        pace: { leaseMs: 600 },
      });
      const next = jobType('suite.next', z.object({}), { leaseMs: 600, attempts: 1 });
      let over = () => {};
      const until = new Promise<void>((resolve) => {
        over = resolve;
      });
      let held: Promise<void> = Promise.resolve();
      queue.work(next, async (_job, { signal }) => {
        const before = proxy.connections;
        await notes.count();
        expect(proxy.connections).toBeGreaterThan(before);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        signal.throwIfAborted();
        await notes.add('by the job that was added');
        over();
      });
      queue.work(write, async () => {
        await queue.enqueue(next, { teamId: 't', payload: {} });
        held = leases.hold('suite/held', async (lease) => {
          await until;
          lease.check();
        });
      });
      await queue.enqueue(write, { teamId: 't', payload: { id: 'a' } });
      await until;
      await held;
      expect(await notes.count()).toBe(1);
      await queue.close({ drain: true });
      await leases.close();
    }, 30_000);
  });
} else {
  it.skip('JobConnections on MongoDB are NOT TESTED: TEST_MONGODB_URI is not set (.ci/mongodb/start.sh prints one)', () => {});
}
