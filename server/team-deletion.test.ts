import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catchUpDeletions } from './modules/identity/teams/team-deletion.jobs.js';
import { localOperator } from './platform/auth/actor.js';
import { CSPMDatabaseManager } from './platform/database/database-manager.js';
import { sqliteBinding } from './platform/database/sqlite-binding.js';
import { databaseSettings } from './platform/platform.js';
import { readServerConfig } from './server-config.js';
import { freshOnServers } from './testing/fresh-on-servers.js';
import { type TwoTeams, twoTeams } from './testing/two-teams.js';

// A team with something in every module is deleted; afterwards every collection of every database is read.

type Row = Record<string, unknown>;
interface Store {
  env: Record<string, string>;
  /** Every document of every collection there is, whoever declared it. */
  rows(): Promise<{ where: string; row: Row }[]>;
  /** Keys outside the databases. */
  keys(): Promise<string[]>;
  clean(): Promise<void>;
}

async function files(dir: string): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

async function embedded(): Promise<Store> {
  const dir = await mkdtemp(join(tmpdir(), 'cspm-deletion-'));
  const rows = async () => {
    const { DatabaseSync } = sqliteBinding();
    const found: { where: string; row: Row }[] = [];
    for (const path of (await files(dir)).filter((each) => each.endsWith('.sqlite'))) {
      const db = new DatabaseSync(path, { readOnly: true });
      const tables = db.prepare("select name from sqlite_master where type = 'table'").all();
      for (const { name } of tables as { name: string }[]) {
        for (const row of db.prepare(`select * from "${name}"`).all() as Row[]) {
          const where = `${path.replace(/.*\//, '')} ${name}`;
          found.push({
            where,
            row: typeof row.doc === 'string' ? { ...row, doc: JSON.parse(row.doc) } : row,
          });
        }
      }
      db.close();
    }
    return found;
  };
  const clean = () => rm(dir, { recursive: true, force: true });
  return { env: { DATA_DIR: dir }, rows, keys: async () => [], clean };
}

async function onServers(mongoUri: string, redisUrl: string): Promise<Store> {
  const { env, clean } = await freshOnServers({ mongoUri, redisUrl }, 11);
  const dir = await mkdtemp(join(tmpdir(), 'cspm-deletion-'));
  const rows = async () => {
    const client = new MongoClient(mongoUri);
    const found: { where: string; row: Row }[] = [];
    const names = new Set(Object.values(env));
    for (const { name } of (await client.db().admin().listDatabases()).databases) {
      if (!names.has(name)) continue;
      for (const collection of await client.db(name).collections()) {
        // Parts of files: their names are in the collection beside them.
        if (collection.collectionName.endsWith('.chunks')) continue;
        const docs = await collection.find().toArray();
        found.push(...docs.map((row) => ({ where: `${name} ${collection.collectionName}`, row })));
      }
    }
    await client.close();
    return found;
  };
  const keys = async () => {
    const redis = new Redis(env.REDIS_URL ?? '');
    const all = await redis.keys('*');
    const members = await redis.smembers(all.find((key) => key.endsWith(':queues')) ?? 'none');
    await redis.quit();
    return [...all, ...members];
  };
  return {
    ...{ env: { ...env, DATA_DIR: dir }, rows, keys },
    clean: async () => {
      await clean();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Whether some text in the value is this team’s id, or ends with it as the names of leases do. */
function names(value: unknown, teamId: string): boolean {
  if (typeof value === 'string') return value === teamId || value.endsWith(`/${teamId}`);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, each]) => key !== 'name' && names(each, teamId));
}

const isOfInstallation = ({ row }: { row: Row }) => JSON.stringify(row).includes('"installation"');

function deletion(open: () => Promise<Store>): void {
  let store: Store;
  let teams: TwoTeams;
  beforeAll(async () => {
    store = await open();
    const config = readServerConfig({ LOG_LEVEL: 'silent', PORT: '0', ...store.env });
    const databases = new CSPMDatabaseManager(databaseSettings(config, { inProcess: true }));
    teams = await twoTeams({ env: store.env, databases });
  }, 120_000);
  afterAll(async () => {
    await teams.app.close();
    await store.clean();
  });

  const ofTeam = async (teamId: string) => {
    const found = (await store.rows()).filter(({ row }) => names(row, teamId));
    // What all teams share records who imported it.
    return found.filter((each) => !isOfInstallation(each) && !each.where.endsWith('scf_releases'));
  };
  const service = () => teams.app.container.get('identity').teamDeletion;
  const remove = (teamId: string, name: string) =>
    teams.call('b', { method: 'POST', url: `/api/teams/${teamId}/deletion`, payload: { name } });

  test('says what would go, and asks for the team’s name', async () => {
    const url = '/api/teams/a/deletion';
    const preview = (await teams.call('b', { method: 'GET', url })).json();
    expect(preview).toMatchObject({ id: 'a', name: 'Team a' });
    const counts = new Map(
      preview.counts.map((each: { kind: string; count: number }) => [each.kind, each.count]),
    );
    for (const kind of ['findings', 'evidence_items', 'audit', 'api_keys', 'scan_runs']) {
      expect([kind, counts.get(kind)]).toEqual([kind, expect.any(Number)]);
    }
    expect((await remove('a', 'Team b')).statusCode).toBe(422);
    expect((await remove('default', 'Default team')).statusCode).toBe(409);
    expect((await remove('never_was', 'x')).statusCode).toBe(404);
    expect((await ofTeam('a')).length).toBeGreaterThan(100);
  });

  test('leaves no row, file or key of the team, and all of the other team', async () => {
    const { app, made } = teams;
    const before = (await ofTeam('b')).map(({ where }) => where).sort();
    const scan = await teams.call('a', {
      method: 'POST',
      url: '/api/scans',
      payload: { kind: 'cloud', accountId: made.accountId },
    });
    expect(scan.statusCode).toBe(202);
    expect((await remove('a', 'Team a')).statusCode).toBe(202);
    // A run that ends in the middle leaves the rest to the next one.
    const evidence = app.platform.blobs.evidence as { remove: unknown };
    evidence.remove = () => Promise.reject(new Error('the disk is away'));
    await expect(service().run('a')).rejects.toThrow('the disk is away');
    delete evidence.remove;
    expect((await ofTeam('a')).length).toBeGreaterThan(0);
    await service().run('a');
    const left = (await ofTeam('a')).filter(({ where }) => !where.includes('jobs'));
    expect(left).toEqual([]);
    for (const { where, row } of await store.rows()) {
      if (isOfInstallation({ row })) continue;
      const text = JSON.stringify(row);
      for (const mark of [made.evidenceId, made.packageId, made.findingId, made.importId]) {
        expect([where, text.includes(mark)]).toEqual([where, false]);
      }
    }
    const after = (await ofTeam('b')).map(({ where }) => where).sort();
    expect(after).toEqual(before);
    expect((await store.keys()).filter((key) => /~a$|~a:/.test(key))).toEqual([]);
    const dir = store.env.DATA_DIR ?? '';
    const blobs = (await files(dir)).filter((path) =>
      /\/(raw-reports|evidence|incoming)/.test(path),
    );
    expect(blobs).toEqual([]);
    expect(await app.platform.teams.get('a')).toBeNull();
    const trail = await app.platform.audit.page({ teamId: 'installation' }, { action: 'team.' }, 9);
    // The clock stands still, so the order of the chain counts.
    const entries = trail.items.sort((one, other) => (one.seq ?? 0) - (other.seq ?? 0));
    expect(entries.map(({ action }) => action)).toEqual(['team.deletion_started', 'team.deleted']);
    expect(entries[0]?.details).toMatchObject({ name: 'Team a', counts: expect.any(Object) });
  });

  test('continues after a process died in the middle', async () => {
    const { app } = teams;
    await app.platform.audit.record({ teamId: 'b', userId: 'x' }, 'something.done', 'b');
    await service().begin(localOperator, 'b', 'Team b');
    expect(await app.platform.teams.ids()).not.toContain('b');
    const { queue } = app.container.scanning;
    await catchUpDeletions(queue, app.platform.teams);
    const { items } = await queue.list({ state: 'waiting', type: 'identity.delete-team' });
    expect(items.map(({ payload }) => payload)).toContainEqual({ teamId: 'b' });
    await service().run('b');
    // The job may run again.
    await service().run('b');
    expect((await ofTeam('b')).filter(({ where }) => !where.includes('jobs'))).toEqual([]);
  });
}

describe('deleting a team in SQLite', () => {
  deletion(embedded);
});

const { TEST_MONGODB_URI: mongoUri, TEST_REDIS_URL: redisUrl } = process.env;
describe.skipIf(!mongoUri || !redisUrl)('deleting a team in MongoDB and Redis', () => {
  deletion(() => onServers(mongoUri ?? '', redisUrl ?? ''));
});
