import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../errors.js';
import type { Database } from './collection.js';
import { databaseContract } from './database.contract.js';
import { fuzzDatabases } from './database-fuzz.contract.js';
import { fencedDatabase } from './fences.contract.js';
import { MongoDatabase } from './mongo-database.js';
import { SqliteDatabase } from './sqlite-database.js';

const uri = process.env.TEST_MONGODB_URI;

async function drop(db: Database): Promise<void> {
  await db.close();
  const client = new MongoClient(uri as string);
  await client.db(db.name).dropDatabase();
  await client.close();
}

if (uri) {
  const open = async () => new MongoDatabase(`test_${randomUUID().slice(0, 8)}`, uri);
  databaseContract('MongoDatabase', open, { close: drop });
  databaseContract('MongoDatabase behind a fence', async () => fencedDatabase(await open()), {
    close: drop,
  });

  it('returns the same results as SQLite', async () => {
    const [sqlite, mongo] = [new SqliteDatabase(':memory:'), await open()];
    const seed = Number(process.env.TEST_FUZZ_SEED ?? 2);
    const timeMs = Number(process.env.TEST_FUZZ_MS ?? 5_000);
    expect(await fuzzDatabases(sqlite, mongo, { seed, timeMs })).toBeGreaterThan(100);
    await sqlite.close();
    await drop(mongo);
  }, 600_000);
} else {
  it.skip('MongoDatabase is NOT TESTED: TEST_MONGODB_URI is not set (.ci/mongodb/start.sh prints one)', () => {});
}

describe('MongoDatabase without a server', () => {
  it('fails with UnavailableError in bounded time', async () => {
    const db = new MongoDatabase('nowhere', 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300');
    await expect(db.ping()).rejects.toThrow(UnavailableError);
    await db.close();
    await expect(db.ping()).rejects.toThrow(UnavailableError);
  }, 10_000);
});
