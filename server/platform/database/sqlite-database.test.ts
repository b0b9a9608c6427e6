import { expect, it } from 'vitest';
import { databaseContract } from './database.contract.js';
import { fuzzDatabases } from './database-fuzz.contract.js';
import { OracleDatabase } from './oracle-database.contract.js';
import { SqliteDatabase } from './sqlite-database.js';

databaseContract('SqliteDatabase in memory', async () => new SqliteDatabase(':memory:'));

it('returns the same results as the oracle', async () => {
  const db = new SqliteDatabase(':memory:');
  expect(await fuzzDatabases(db, new OracleDatabase(), { seed: 1, timeMs: 5_000 })).toBeGreaterThan(
    500,
  );
  await db.close();
}, 30_000);
