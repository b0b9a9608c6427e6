import { pino } from 'pino';
import { z } from 'zod';
import { createNewId, systemClock } from '../../clock.js';
import type { Database } from '../../database/collection.js';
import { MongoDatabase } from '../../database/mongo-database.js';
import { RepositoryFactory } from '../../database/repository-factory.js';
import { SqliteDatabase } from '../../database/sqlite-database.js';
import { createDatabaseQueue } from '../../queue/database-queue.js';
import { jobType } from '../../queue/job-queue.js';
import { JobsRepository } from '../../queue/jobs.repository.js';
import { SchedulesRepository } from '../schedules.repository.js';
import { UnifiedLifecycleScheduler } from '../unified-lifecycle-scheduler.js';

/** A scheduler in a separate process, for suites that kill it. `node ticking-scheduler.js '<json of SchedulerPlace>'` */
export type SchedulerPlace = { file: string } | { mongoUri: string; name: string };

export const beat = jobType('suite.beat', z.object({}), { attempts: 1 });
export const BEAT_MS = 1_000;
export const LEADER_LEASE_MS = 1_500;

export function databaseAt(place: SchedulerPlace): Database {
  return 'file' in place
    ? new SqliteDatabase(place.file, { durability: 'full' })
    : new MongoDatabase(place.name, place.mongoUri);
}

export function schedulingOn(database: Database) {
  const repositories = new RepositoryFactory({ get: () => database });
  const parts = { clock: systemClock, log: pino({ level: 'silent' }) };
  const queue = createDatabaseQueue({
    ...parts,
    jobs: repositories.create(JobsRepository),
    newId: createNewId(systemClock),
    pace: { pollMs: 20, idleMs: 20, recoverMs: 200, cancelMs: 50 },
  });
  const scheduler = new UnifiedLifecycleScheduler({
    ...parts,
    schedules: repositories.create(SchedulesRepository),
    queue,
    tickMs: 20,
    leaseMs: LEADER_LEASE_MS,
  });
  return { repositories, queue, scheduler };
}

const [, , given] = process.argv;
if (given?.startsWith('{')) {
  const { scheduler } = schedulingOn(databaseAt(JSON.parse(given) as SchedulerPlace));
  scheduler.start();
  process.stdout.write('ticking\n');
}
