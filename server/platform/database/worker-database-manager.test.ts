import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { built } from '../../package-root.js';
import { propertyRuns } from '../../testing/property-runs.js';
import { UnavailableError } from '../errors.js';
import type { CollectionSpec, Doc } from './collection.js';
import type { CSPMDatabaseManager, DatabaseSettings } from './database-manager.js';
import { DATABASE_KEYS, DATABASES } from './names.js';
import { SqliteDatabase } from './sqlite-database.js';
import { proxied, type TcpProxy } from './testing/tcp-proxy.js';
import { WorkerDatabaseManager } from './worker-database-manager.js';

const folder = mkdtempSync(join(tmpdir(), 'cspm-worker-databases-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notes: CollectionSpec<Doc> = { name: 'notes', scope: 'global', fields: {} };
const TASKS = propertyRuns(500, 60);

function settings(dataDir: string, more: Partial<DatabaseSettings> = {}): DatabaseSettings {
  const names = DATABASE_KEYS.map((key) => [key, { name: DATABASES[key].defaultName }]);
  return { dataDir: join(folder, dataDir), databases: Object.fromEntries(names), ...more };
}

const write = (id: string) => async (databases: CSPMDatabaseManager) => {
  await databases.get('orchestration').global(notes).insert({ id });
  await databases.get('platform').global(notes).count({});
};

/** Runs ten at a time, every third of which throws; returns how many succeeded. */
async function runAll(worker: WorkerDatabaseManager): Promise<number> {
  let succeeded = 0;
  for (let from = 0; from < TASKS; from += 10) {
    const some = Array.from({ length: 10 }, (_, at) =>
      worker.run(async (databases) => {
        await write(`n${from + at}`)(databases);
        if ((from + at) % 3 === 0) throw new Error('task failed');
      }),
    );
    const results = await Promise.allSettled(some);
    // SQLite's binding frees its handles between two turns of the event loop.
    await new Promise(setImmediate);
    succeeded += results.filter(({ status }) => status === 'fulfilled').length;
  }
  return succeeded;
}
const SUCCEEDED = TASKS - Math.ceil(TASKS / 3);

const handles = () => process.getActiveResourcesInfo().length;
const files = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);

describe('a task', () => {
  it('has separate connections', async () => {
    const worker = new WorkerDatabaseManager(settings('own'));
    const seen = new Set<CSPMDatabaseManager>();
    await Promise.all([1, 2, 3].map(() => worker.run(async (databases) => seen.add(databases))));
    expect(seen.size).toBe(3);
    for (const databases of seen) expect(() => databases.get('platform')).toThrow(UnavailableError);
  });

  it('over its time limit finds its databases closed', async () => {
    const worker = new WorkerDatabaseManager(settings('slow'));
    let held: CSPMDatabaseManager | undefined;
    let received: AbortSignal | undefined;
    const slow = worker.run(
      (databases, signal) => {
        [held, received] = [databases, signal];
        return new Promise(() => {});
      },
      { timeoutMs: 20 },
    );
    await expect(slow).rejects.toThrow(UnavailableError);
    expect(received?.aborted).toBe(true);
    expect(() => held?.get('platform')).toThrow(UnavailableError);
  });

  it('that is cancelled finds them closed, even before it starts', async () => {
    const worker = new WorkerDatabaseManager(settings('cancelled'));
    const cancel = new AbortController();
    const running = worker.run(() => new Promise(() => {}), { signal: cancel.signal });
    cancel.abort(new Error('cancelled by a user'));
    await expect(running).rejects.toThrow('cancelled by a user');
    let hasStarted = false;
    const late = worker.run(
      async () => {
        hasStarted = true;
      },
      { signal: cancel.signal },
    );
    await expect(late).rejects.toThrow('cancelled by a user');
    expect(hasStarted).toBe(false);
  });
});

const threadEntry = built('server', 'sqlite-thread.js');

describe.each([
  ['in this thread', {}],
  ['in threads (of dist)', { threadEntry: new URL(`file://${threadEntry}`) }],
])('on SQLite %s', (_, options) => {
  it.skipIf('threadEntry' in options && !existsSync(threadEntry))(
    `${TASKS} tasks leave no handle open`,
    async () => {
      const dataDir = mkdtempSync(join(folder, 'tasks-'));
      const worker = new WorkerDatabaseManager(
        settings('tasks', {
          open: (_key, name) => new SqliteDatabase(join(dataDir, `${name}.sqlite`), options),
        }),
      );
      await worker.run(write('first'));
      const before = { handles: handles(), files: files() };
      expect(await runAll(worker)).toBe(SUCCEEDED);
      await expect.poll(handles).toBeLessThanOrEqual(before.handles + 5);
      // SQLite closes the last few files when their statements are garbage-collected.
      await expect.poll(files, { timeout: 5_000 }).toBeLessThanOrEqual(before.files + 8 * 4);
      await worker.run(async (databases) => {
        expect(await databases.get('orchestration').global(notes).count({})).toBe(TASKS + 1);
      });
    },
    300_000,
  );
});

const mongoUri = process.env.TEST_MONGODB_URI;
if (mongoUri) {
  describe('on MongoDB', () => {
    let proxy: TcpProxy;
    let worker: WorkerDatabaseManager;
    const suffix = randomUUID().slice(0, 8);
    const databases = Object.fromEntries(
      DATABASE_KEYS.map((key) => [key, { name: `t_${key}_${suffix}` }]),
    ) as DatabaseSettings['databases'];

    beforeEach(async () => {
      const through = await proxied(mongoUri);
      proxy = through.proxy;
      worker = new WorkerDatabaseManager(settings('', { mongoUri: through.uri, databases }));
    });
    afterEach(async () => {
      await proxy.close();
      const client = new MongoClient(mongoUri);
      await Promise.all(Object.values(databases).map(({ name }) => client.db(name).dropDatabase()));
      await client.close();
    });

    it(`${TASKS} tasks leave no connection and no handle open`, async () => {
      await worker.run(write('first'));
      const before = handles();
      expect(await runAll(worker)).toBe(SUCCEEDED);
      await expect.poll(() => proxy.connections, { timeout: 10_000 }).toBe(0);
      await expect.poll(handles, { timeout: 10_000 }).toBeLessThanOrEqual(before + 5);
      await worker.run(async (own) => {
        expect(await own.get('orchestration').global(notes).count({})).toBe(TASKS + 1);
      });
    }, 300_000);

    it('cutting connections between two tasks does not affect the second', async () => {
      let held: CSPMDatabaseManager | undefined;
      await worker.run(async (own) => {
        held = own;
        await write('a')(own);
        expect(proxy.connections).toBeGreaterThan(0);
      });
      proxy.cut();
      await worker.run(write('b'));
      expect(() => held?.get('platform')).toThrow(UnavailableError);
    }, 30_000);

    it('cutting connections during a task affects that task only', async () => {
      let cut = () => {};
      const isCut = new Promise<void>((resolve) => {
        cut = resolve;
      });
      let started = () => {};
      const hasBegun = new Promise<void>((resolve) => {
        started = resolve;
      });
      const first = worker.run(async (own) => {
        await write('a')(own);
        started();
        await isCut;
        throw new Error('failed on its own');
      });
      await hasBegun;
      proxy.cut();
      cut();
      await expect(first).rejects.toThrow('failed on its own');
      await worker.run(write('b'));
      await expect.poll(() => proxy.connections, { timeout: 10_000 }).toBe(0);
    }, 30_000);
  });
} else {
  it.skip('WorkerDatabaseManager on MongoDB is NOT TESTED: TEST_MONGODB_URI is not set (.ci/mongodb/start.sh prints one)', () => {});
}
