import { CSPMDatabaseManager } from '../../platform/database/database-manager.js';
import { DATABASE_KEYS } from '../../platform/database/names.js';
import { StoreRecords } from '../../platform/database/store-records.js';
import { InvalidInputError } from '../../platform/errors.js';
import { databaseSettings } from '../../platform/platform.js';
import { readServerConfig } from '../../server-config.js';
import type { Shell } from '../shell.js';

/** Lets the store go on without the data of a database that is gone. */
export async function startEmpty(shell: Shell, name: string): Promise<void> {
  const config = readServerConfig({ ...shell.env, LOG_LEVEL: 'silent' });
  const lost = DATABASE_KEYS.find((key) => config.databases[key].name === name);
  if (!lost) throw new InvalidInputError(`there is no database ${name}`);
  const databases = new CSPMDatabaseManager(databaseSettings(config, { inProcess: true }));
  try {
    if (await databases.hasData(lost)) {
      throw new InvalidInputError(`the database ${name} is not empty: move its file away first`);
    }
    await new StoreRecords(databases).forget(DATABASE_KEYS, lost);
  } finally {
    await databases.close();
  }
}
