import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { it } from 'vitest';
import { MongoDatabase } from '../database/mongo-database.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { leasesContract } from './leases.contract.js';

leasesContract(
  'SQLite in memory',
  async () => {
    const database = new SqliteDatabase(':memory:');
    return { database, dispose: () => database.close() };
  },
  { inMemory: true },
);

leasesContract('a SQLite file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cspm-leases-'));
  const file = join(folder, 'platform.sqlite');
  const database = new SqliteDatabase(file, { durability: 'full' });
  const dispose = async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { database, place: { file }, dispose };
});

const uri = process.env.TEST_MONGODB_URI;
if (uri) {
  leasesContract('MongoDB', async () => {
    const name = `test_${randomUUID().slice(0, 8)}`;
    const database = new MongoDatabase(name, uri);
    const dispose = async () => {
      await database.close();
      const client = new MongoClient(uri);
      await client.db(name).dropDatabase();
      await client.close();
    };
    return { database, place: { mongoUri: uri, name }, dispose };
  });
} else {
  it.skip('leases on MongoDB are NOT TESTED: TEST_MONGODB_URI is not set (.ci/mongodb/start.sh prints one)', () => {});
}
