import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { it } from 'vitest';
import { readConfig } from '../../../platform/config/config.js';
import { CSPMDatabaseManager } from '../../../platform/database/database-manager.js';
import { SqliteDatabase } from '../../../platform/database/sqlite-database.js';
import { databaseSettings } from '../../../platform/platform.js';
import { stoppedHolderContract } from './stopped-holder.contract.js';

const settings = databaseSettings(readConfig({}));

stoppedHolderContract(
  'SQLite',
  () =>
    new CSPMDatabaseManager({
      ...settings,
      open: (_key, name) => new SqliteDatabase(':memory:', { name }),
    }),
  (databases) => databases.close(),
);

const uri = process.env.TEST_MONGODB_URI;
if (uri) {
  const prefix = `test_${randomUUID().slice(0, 8)}`;
  const named = Object.entries(settings.databases).map(([key]) => [
    key,
    { name: `${prefix}_${key}` },
  ]);
  stoppedHolderContract(
    'MongoDB',
    () =>
      new CSPMDatabaseManager({
        ...settings,
        mongoUri: uri,
        databases: Object.fromEntries(named),
      }),
    async (databases) => {
      await databases.close();
      const client = new MongoClient(uri);
      for (const [, { name }] of named as [string, { name: string }][]) {
        await client.db(name).dropDatabase();
      }
      await client.close();
    },
  );
} else {
  it.skip('stopped holders on MongoDB are NOT TESTED: TEST_MONGODB_URI is not set (.ci/mongodb/start.sh prints one)', () => {});
}
