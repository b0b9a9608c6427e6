import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServerConfig } from '../../server-config.js';
import { createTestCore } from '../../testing/test-core.js';
import { databaseSettings } from '../platform.js';
import type { Collection, CollectionSpec, Database, Doc, Filter } from './collection.js';
import { shapeOf } from './collection-shape.js';
import { CSPMDatabaseManager } from './database-manager.js';
import { parseFilter } from './filter-tree.js';
import { MongoDatabase } from './mongo-database.js';
import { toMongo, toMongoSort } from './mongo-filter.js';
import { parseSort } from './sort-order.js';
import { SqliteConnection } from './sqlite-connection.js';
import { SqliteDatabase } from './sqlite-database.js';
import { orderSql, toSql } from './sqlite-filter.js';

// What the product asks about all teams, at its start and in its periodic work, finds its documents by an index.

interface Question {
  spec: CollectionSpec<Doc>;
  team: string | null;
  filter: Filter;
  sort: readonly string[];
}

/** Records what is asked of collections without a team, and what retention asks of a team. */
class Questions {
  readonly asked = new Map<string, Question>();
  ofTeams: readonly string[] = [];

  listening(database: Database): Database {
    const heard = <T extends Doc>(
      collection: Collection<T>,
      spec: CollectionSpec<T>,
      team: string | null,
    ): Collection<T> =>
      new Proxy(collection, {
        get: (target, property) => {
          const value: unknown = Reflect.get(target, property);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            if (property === 'find' || property === 'each') {
              const [filter, { sort = [] } = {}] = args as [Filter, { sort?: readonly string[] }?];
              const question = { spec: spec as CollectionSpec<Doc>, team, filter, sort };
              const isAll = Object.values(filter).every((value) => value === undefined);
              if (!isAll)
                this.asked.set(`${spec.name} ${JSON.stringify([filter, sort])}`, question);
            }
            return value.apply(target, args);
          };
        },
      });
    return {
      name: database.name,
      team: (spec, scope) => {
        const collection = database.team(spec, scope);
        return this.ofTeams.includes(spec.name)
          ? heard(collection, spec, scope.teamId)
          : collection;
      },
      global: (spec) => heard(database.global(spec), spec, null),
      acrossTeams: (spec) => heard(database.acrossTeams(spec), spec, null),
      prepare: (specs) => database.prepare(specs),
      ping: () => database.ping(),
      close: () => database.close(),
    };
  }
}

const questions = new Questions();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-questions-'));
  const settings = databaseSettings(readServerConfig({}));
  const databases = new CSPMDatabaseManager({
    ...settings,
    open: (_key, name) => questions.listening(new SqliteDatabase(':memory:', { name })),
  });
  const core = await createTestCore({ databases, role: 'all' });
  questions.ofTeams = ['check_results'];
  await core.platform.retention.purge();
  await core.scans.recovery.resume();
  await core.scans.triageExpiry.teams();
  await core.close();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const asked = () => [...questions.asked.values()];

describe('a question about all teams', () => {
  it('is asked about imports, scans, accounts, jobs and what is too old', () => {
    const names = new Set(asked().map(({ spec }) => spec.name));
    expect([...names]).toEqual(
      expect.arrayContaining(['imports', 'pending_triages', 'scan_runs', 'cloud_accounts', 'jobs']),
    );
    expect(names.size).toBeGreaterThan(15);
  });

  it('is answered by SQLite with an index', async () => {
    const slow: string[] = [];
    for (const [at, { spec, team, filter, sort }] of asked().entries()) {
      const file = join(folder, `${at}.sqlite`);
      const database = new SqliteDatabase(file);
      await database.prepare([spec]);
      await database.close();
      const shape = shapeOf(spec);
      const where = toSql(shape, team, parseFilter(shape, filter));
      const connection = new SqliteConnection(file, { durability: 'normal', cacheMb: 1 });
      const plan = connection.all(
        `EXPLAIN QUERY PLAN SELECT doc FROM "${spec.name}" WHERE ${where.sql}
          ORDER BY ${orderSql(parseSort(shape, sort))} LIMIT 1000`,
        ...where.values,
      );
      connection.close();
      const steps = plan.map(({ detail }) => String(detail));
      if (steps.some((step) => /^SCAN (?!json_each)/.test(step))) {
        slow.push(`${spec.name} ${JSON.stringify(filter)}: ${steps.join('; ')}`);
      }
    }
    expect(slow).toEqual([]);
  });

  const uri = process.env.TEST_MONGODB_URI;
  it.skipIf(!uri)('is answered by MongoDB with an index (needs TEST_MONGODB_URI)', async () => {
    const name = `test_${randomUUID().slice(0, 8)}`;
    const database = new MongoDatabase(name, uri as string);
    const client = await new MongoClient(uri as string).connect();
    const slow: string[] = [];
    const filled = new Set<string>();
    for (const { spec, team, filter, sort } of asked()) {
      await database.prepare([spec]);
      // In an empty collection every plan ends at once, so that a walk may win.
      if (!filled.has(spec.name)) {
        const others = Array.from({ length: 300 }, (_, n) => ({ _id: `other_${n}` }));
        await client.db(name).collection<{ _id: string }>(spec.name).insertMany(others);
        filled.add(spec.name);
      }
      const shape = shapeOf(spec);
      const plan = await client
        .db(name)
        .collection(spec.name)
        .find(toMongo(team, parseFilter(shape, filter)), {
          sort: toMongoSort(parseSort(shape, sort)),
          limit: 1_000,
        })
        .explain('queryPlanner');
      const text = JSON.stringify(plan.queryPlanner.winningPlan);
      const isWalk = text.includes('"COLLSCAN"') || text.includes('"keyPattern":{"_id":1}');
      if (isWalk && !('id' in filter)) slow.push(`${spec.name} ${JSON.stringify(filter)}: ${text}`);
    }
    await client.db(name).dropDatabase();
    await client.close();
    await database.close();
    expect(slow).toEqual([]);
  });
});
