import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { systemClock } from '../../clock.js';
import { MongoDatabase } from '../../database/mongo-database.js';
import { SqliteDatabase } from '../../database/sqlite-database.js';
import { Leases } from '../leases.js';
import { LeasesRepository } from '../leases.repository.js';

/**
 * A holder in a separate process, for suites that kill or stop it: takes the lease, prints it, and checks
 * the lease every few milliseconds as if it wrote. `node lease-holder.js '<json of LeasePlace>'`
 */
export type LeasePlace = { file: string } | { mongoUri: string; name: string };

export const SHARED = 'suite/shared';
export const SUITE_PACE = { leaseMs: 1_800, maxSkewMs: 200, pollMs: 20 };

const [, , given] = process.argv;
if (given?.startsWith('{')) {
  const place = JSON.parse(given) as LeasePlace;
  const database =
    'file' in place
      ? new SqliteDatabase(place.file)
      : new MongoDatabase(place.name, place.mongoUri);
  const log = pino({ level: 'silent' });
  const repository = new LeasesRepository(database);
  const leases = new Leases({ leases: repository, clock: systemClock, log, pace: SUITE_PACE });
  await leases
    .hold(SHARED, async (lease) => {
      process.stdout.write('held\n');
      for (;;) {
        await pause(5);
        lease.check();
      }
    })
    .catch((error: Error) => process.stdout.write(`${error.name}\n`));
  await database.close();
}
