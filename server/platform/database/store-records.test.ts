import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readServerConfig } from '../../server-config.js';
import { CliFolder } from '../../testing/run-cli.js';
import { databaseSettings } from '../platform.js';
import { CSPMDatabaseManager } from './database-manager.js';
import { DATABASE_KEYS, type DatabaseKey } from './names.js';
import { sqliteBinding } from './sqlite-binding.js';
import { StoreRecords } from './store-records.js';

vi.setConfig({ testTimeout: 60_000 });

const KEYS: readonly DatabaseKey[] = ['platform', 'securityScans', 'assessments'];
const LOST = 'cspm_security_scans';

let folder: CliFolder;
beforeEach(async () => {
  folder = await CliFolder.make();
  await check();
});
afterEach(() => folder.remove());

const fileOf = (name: string) => join(folder.path, 'data', `${name}.sqlite`);

/** Starts on the databases of the folder; returns why each of them is refused. */
async function check(keys = KEYS, work?: (databases: CSPMDatabaseManager) => Promise<void>) {
  const config = readServerConfig({ ...folder.env, LOG_LEVEL: 'silent' });
  const databases = new CSPMDatabaseManager(databaseSettings(config, { inProcess: true }));
  try {
    await new StoreRecords(databases).check(keys);
    await work?.(databases);
    return keys.map((key) => databases.refusal(key)?.message ?? null);
  } finally {
    await databases.close();
  }
}

/** Moves what is in the log of a database into its file. */
function settle(): void {
  const { DatabaseSync } = sqliteBinding();
  const database = new DatabaseSync(fileOf(LOST));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

async function removeFile(name: string): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(fileOf(name) + end, { force: true });
}

describe('a store', () => {
  it('uses its databases, and new ones that a later release adds', async () => {
    expect(await check()).toEqual([null, null, null]);
    expect(await check([...KEYS, 'orchestration'])).toEqual([null, null, null, null]);
    expect(existsSync(fileOf('cspm_orchestration'))).toBe(true);
  });

  it.each([
    ['deleted', () => removeFile(LOST)],
    ['emptied', async () => removeFile(LOST).then(() => writeFile(fileOf(LOST), ''))],
  ])('refuses a database that was %s, and creates no new one', async (_how, harm) => {
    await harm();
    const before = existsSync(fileOf(LOST));
    const [platform, lost, other] = await check(KEYS, async (databases) => {
      expect(() => databases.get('securityScans')).toThrow(/is gone or empty/);
      expect((await databases.ping(KEYS)).map(({ ok }) => ok)).toEqual([true, false, true]);
    });
    expect([platform, other]).toEqual([null, null]);
    expect(lost).toMatch(/restore it from a backup, or .*doctor --start-empty cspm_security_scans/);
    expect(existsSync(fileOf(LOST))).toBe(before);
    expect(await check()).toEqual([null, lost, null]);
  });

  it('refuses the platform database when only others remember it', async () => {
    await removeFile('cspm_platform');
    expect((await check())[0]).toMatch(/cspm_platform is gone/);
    expect(existsSync(fileOf('cspm_platform'))).toBe(false);
  });

  it('starts empty on request, and only where nothing is left', async () => {
    const giveUp = () => folder.run(['doctor', '--start-empty', LOST]);
    expect((await giveUp()).stderr).toMatch(/is not empty/);
    await removeFile(LOST);
    expect(await giveUp()).toMatchObject({ code: 0, stdout: `${LOST} starts empty\n` });
    expect(await check()).toEqual([null, null, null]);
  });

  it('accepts a database that was restored', async () => {
    const kept = `${fileOf(LOST)}.kept`;
    await rename(fileOf(LOST), kept);
    expect((await check())[1]).toMatch(/gone/);
    await rename(kept, fileOf(LOST));
    expect(await check()).toEqual([null, null, null]);
  });

  it('refuses a database of another store', async () => {
    const other = await CliFolder.make();
    try {
      const mine = folder;
      folder = other;
      await check();
      settle();
      const foreign = await readFile(fileOf(LOST));
      folder = mine;
      await removeFile(LOST);
      await writeFile(fileOf(LOST), foreign);
      expect(await check()).toEqual([null, expect.stringMatching(/another store/), null]);
    } finally {
      await other.remove();
    }
  });

  it.each([
    ['is something else', () => writeFile(fileOf(LOST), 'not a database at all'.repeat(500))],
    ['lost its end', () => truncate(fileOf(LOST), 4096)],
  ])('refuses a file that %s, and writes nothing to it', async (_how, harm) => {
    settle();
    await harm();
    const before = await readFile(fileOf(LOST));
    expect(await check()).toEqual([null, expect.stringMatching(/is damaged .*restore/), null]);
    expect(await readFile(fileOf(LOST))).toEqual(before);
  });
});

it('writes no more to a file once it is known to be damaged, and says so to health', async () => {
  const spec = { name: 'things', scope: 'global', fields: {} } as const;
  const many = Array.from({ length: 3_000 }, (_, i) => ({ id: `${i}`, text: 'x'.repeat(200) }));
  await check(KEYS, (databases) =>
    databases
      .get('securityScans')
      .global(spec)
      .putMany(many)
      .then(() => undefined),
  );
  settle();
  const file = await open(fileOf(LOST), 'r+');
  try {
    const { size } = await file.stat();
    // All pages but the first ones.
    await file.write(Buffer.alloc(size - 65_536, 7), 0, size - 65_536, 65_536);
  } finally {
    await file.close();
  }
  await check(KEYS, async (databases) => {
    const things = databases.get('securityScans').global(spec);
    const read = async () => {
      for await (const _ of things.each({}));
    };
    await expect(read()).rejects.toThrow(/restore it from a backup/);
    await expect(things.insert({ id: 'new' })).rejects.toMatchObject({
      details: { damaged: true },
    });
    const [health] = await databases.ping(['securityScans']);
    expect(health).toMatchObject({ ok: false, problem: expect.stringMatching(/restore it/) });
  });
});

it('notices that a file is deleted while it is in use', async () => {
  await check(KEYS, async (databases) => {
    await databases.get('securityScans').ping();
    await removeFile(LOST);
    const [health] = await databases.ping(['securityScans']);
    expect(health?.problem).toMatch(/was deleted while it was in use/);
  });
});

it('uses a file again once it is restored from a backup, without a restart', async () => {
  const spec = { name: 'things', scope: 'global', fields: {} } as const;
  await check(KEYS, (databases) =>
    databases.get('securityScans').global(spec).insert({ id: 'old' }),
  );
  settle();
  const backup = await readFile(fileOf(LOST));
  await check(KEYS, async (databases) => {
    const things = databases.get('securityScans').global(spec);
    await things.insert({ id: 'since' });
    await removeFile(LOST);
    expect((await databases.ping(['securityScans']))[0]?.ok).toBe(false);
    await expect(things.insert({ id: 'refused' })).rejects.toThrow(/restore it from a backup/);
    await writeFile(fileOf(LOST), backup);
    expect((await databases.ping(['securityScans']))[0]).toMatchObject({ ok: true });
    await things.insert({ id: 'new' });
    expect((await things.find({}, { limit: 9 })).items).toEqual([{ id: 'new' }, { id: 'old' }]);
  });
});

const uri = process.env.TEST_MONGODB_URI;

describe.runIf(uri)('a store on MongoDB', () => {
  it('refuses a database that is gone, and creates no new one', async () => {
    const names = `test_${randomUUID().slice(0, 8)}`;
    const config = readServerConfig({ ...folder.env, MONGODB_URI: uri ?? '' });
    const settings = databaseSettings(config);
    const databases = Object.fromEntries(
      DATABASE_KEYS.map((key) => [key, { name: `${names}_${key}` }]),
    ) as typeof settings.databases;
    const start = async () => {
      const manager = new CSPMDatabaseManager({ ...settings, databases });
      try {
        await new StoreRecords(manager).check(KEYS);
        return KEYS.map((key) => manager.refusal(key)?.message ?? null);
      } finally {
        await manager.close();
      }
    };
    const client = new MongoClient(uri as string);
    try {
      expect(await start()).toEqual([null, null, null]);
      await client.db(`${names}_securityScans`).dropDatabase();
      expect(await start()).toEqual([null, expect.stringMatching(/is gone or empty/), null]);
      const left = await client.db(`${names}_securityScans`).listCollections().toArray();
      expect(left).toEqual([]);
    } finally {
      for (const key of KEYS) await client.db(`${names}_${key}`).dropDatabase();
      await client.close();
    }
  });
});
