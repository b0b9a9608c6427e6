import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UnavailableError } from '../errors.js';
import type { CollectionSpec, Doc } from './collection.js';
import { CSPMDatabaseManager, type DatabaseSettings } from './database-manager.js';
import { DATABASE_KEYS, DATABASES } from './names.js';
import { WorkerDatabaseManager } from './worker-database-manager.js';

const folder = mkdtempSync(join(tmpdir(), 'cspm-databases-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notes: CollectionSpec<Doc> = { name: 'notes', scope: 'global', fields: {} };

function settings(dataDir: string, more: Partial<DatabaseSettings> = {}): DatabaseSettings {
  const names = DATABASE_KEYS.map((key) => [key, { name: DATABASES[key].defaultName }]);
  return { dataDir: join(folder, dataDir), databases: Object.fromEntries(names), ...more };
}

describe('CSPMDatabaseManager', () => {
  it('opens a file per database at its first use, in a folder of its own', async () => {
    const embedded = settings('lazy');
    const manager = new CSPMDatabaseManager(embedded);
    expect(existsSync(embedded.dataDir)).toBe(false);
    expect(manager.get('platform')).toBe(manager.get('platform'));
    await manager.get('riskManagement').global(notes).insert({ id: 'a' });
    expect(readdirSync(embedded.dataDir).filter((name) => name.endsWith('.sqlite'))).toEqual([
      'cspm_risk_management.sqlite',
    ]);
    expect(statSync(embedded.dataDir).mode & 0o777).toBe(0o700);
    expect(await manager.get('platform').global(notes).count({})).toBe(0);
    await manager.close();
    expect(() => manager.get('platform')).toThrow(UnavailableError);
  });

  it('pings all nine', async () => {
    const manager = new CSPMDatabaseManager(settings('ping'));
    const health = await manager.ping(DATABASE_KEYS);
    expect(health.map(({ key, ok, backend }) => [key, ok, backend])).toEqual(
      DATABASE_KEYS.map((key) => [key, true, 'sqlite']),
    );
    await manager.close();
  });

  it('puts one with a URI of its own on that server, and says what is wrong with it', async () => {
    const nowhere = 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200';
    const mixed = settings('mixed');
    const databases = { ...mixed.databases, assessments: { name: 'elsewhere', uri: nowhere } };
    const manager = new CSPMDatabaseManager({ ...mixed, databases });
    const health = await manager.ping(DATABASE_KEYS);
    expect(health.filter((each) => !each.ok)).toMatchObject([
      { key: 'assessments', name: 'elsewhere', backend: 'mongodb', problem: expect.any(String) },
    ]);
    expect(
      new CSPMDatabaseManager(settings('x', { mongoUri: nowhere })).backendOf('platform'),
    ).toBe('mongodb');
    await manager.close();
  }, 15_000);
});

describe('WorkerDatabaseManager', () => {
  const open = () => process.getActiveResourcesInfo().length;
  const files = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);

  it('gives each of 100 tasks connections of its own and leaves none behind', async () => {
    const worker = new WorkerDatabaseManager(settings('tasks'));
    const seen = new Set<CSPMDatabaseManager>();
    const task = (at: number) => async (databases: CSPMDatabaseManager) => {
      seen.add(databases);
      await databases
        .get('orchestration')
        .global(notes)
        .insert({ id: `n${at}` });
      if (at % 3 === 0) throw new Error('task failed');
      return at;
    };
    await worker.run(task(1));
    const [handles, descriptors] = [open(), files()];
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, at) => worker.run(task(at + 2))),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(33);
    expect(seen.size).toBe(101);
    expect(open()).toBeLessThanOrEqual(handles + 5);
    // SQLite lets go of the last few files when their statements are collected.
    for (let at = 0; at < 16; at += 1) await worker.run(task(1_000 + at)).catch(() => null);
    await expect.poll(files, { timeout: 5_000 }).toBeLessThanOrEqual(descriptors + 8 * 4);
    await worker.run(async (databases) => {
      expect(await databases.get('orchestration').global(notes).count({})).toBe(117);
    });
  });

  it('closes the databases of a task that takes too long', async () => {
    const worker = new WorkerDatabaseManager(settings('slow'));
    let held: CSPMDatabaseManager | undefined;
    let told: AbortSignal | undefined;
    const slow = worker.run(
      (databases, signal) => {
        [held, told] = [databases, signal];
        return new Promise(() => {});
      },
      { timeoutMs: 20 },
    );
    await expect(slow).rejects.toThrow(UnavailableError);
    expect(told?.aborted).toBe(true);
    expect(() => held?.get('platform')).toThrow(UnavailableError);
  });

  it('closes the databases of a task that is cancelled, also before it begins', async () => {
    const worker = new WorkerDatabaseManager(settings('cancelled'));
    const cancel = new AbortController();
    const running = worker.run(() => new Promise(() => {}), { signal: cancel.signal });
    cancel.abort(new Error('cancelled by a person'));
    await expect(running).rejects.toThrow('cancelled by a person');
    let began = false;
    const late = worker.run(
      async () => {
        began = true;
      },
      { signal: cancel.signal },
    );
    await expect(late).rejects.toThrow('cancelled by a person');
    expect(began).toBe(false);
  });
});
