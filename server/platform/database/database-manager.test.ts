import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UnavailableError } from '../errors.js';
import type { CollectionSpec, Doc } from './collection.js';
import { CSPMDatabaseManager, type DatabaseSettings } from './database-manager.js';
import { DATABASE_KEYS, DATABASES } from './names.js';

const folder = mkdtempSync(join(tmpdir(), 'cspm-databases-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notes: CollectionSpec<Doc> = { name: 'notes', scope: 'global', fields: {} };

function settings(dataDir: string, more: Partial<DatabaseSettings> = {}): DatabaseSettings {
  const names = DATABASE_KEYS.map((key) => [key, { name: DATABASES[key].defaultName }]);
  return { dataDir: join(folder, dataDir), databases: Object.fromEntries(names), ...more };
}

describe('CSPMDatabaseManager', () => {
  it('opens one file per database on first use, in a private folder', async () => {
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

  it('connects a database with its own URI to that server and reports its problem', async () => {
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
