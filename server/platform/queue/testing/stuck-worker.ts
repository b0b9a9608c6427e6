import { pino } from 'pino';
import { z } from 'zod';
import { createNewId, systemClock } from '../../clock.js';
import { MongoDatabase } from '../../database/mongo-database.js';
import { RepositoryFactory } from '../../database/repository-factory.js';
import { SqliteDatabase } from '../../database/sqlite-database.js';
import { createBullQueue } from '../bull-queue.js';
import { createDatabaseQueue } from '../database-queue.js';
import { type JobQueue, jobType } from '../job-queue.js';
import { JobsRepository } from '../jobs.repository.js';

/**
 * A worker in a separate process, for suites that kill or stop it: claims one job, prints it, and runs it
 * until the signal aborts. `node stuck-worker.js '<json of StuckWorkerPlace>'`
 */
export type StuckWorkerPlace =
  | { file: string; durability: 'normal' | 'full' }
  | { mongoUri: string; name: string }
  | { url: string; prefix: string };

export const stuckJob = jobType('suite.stuck', z.object({ n: z.number() }), {
  leaseMs: 600,
  backoffMs: 20,
});
export const STUCK_PACE = { pollMs: 20, idleMs: 20, recoverMs: 50, cancelMs: 30 };

function open(place: StuckWorkerPlace): JobQueue {
  const log = pino({ level: 'silent' });
  const parts = { newId: createNewId(systemClock), log, pace: STUCK_PACE };
  if ('url' in place) return createBullQueue({ ...parts, ...place, stalledMs: 50 });
  const database =
    'file' in place
      ? new SqliteDatabase(place.file, { durability: place.durability })
      : new MongoDatabase(place.name, place.mongoUri);
  const jobs = new RepositoryFactory({ get: () => database }).create(JobsRepository);
  return createDatabaseQueue({ ...parts, jobs, clock: systemClock });
}

const [, , given] = process.argv;
if (given?.startsWith('{')) {
  open(JSON.parse(given) as StuckWorkerPlace).work(stuckJob, async (job, { signal }) => {
    process.stdout.write(`started ${job.id} ${job.attempt}\n`);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    process.stdout.write(`aborted ${signal.reason.why}\n`);
  });
}
