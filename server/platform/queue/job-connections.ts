import type { z } from 'zod';
import type { CSPMDatabaseManager } from '../database/database-manager.js';
import { DATABASE_KEYS } from '../database/names.js';
import { withDatabases } from '../database/task-databases.js';
import { WorkerDatabaseManager } from '../database/worker-database-manager.js';
import { JobAbortedError, type JobHandler, type JobQueue, type JobType } from './job-queue.js';

/**
 * Runs jobs on connections of their own to MongoDB, closed when the job ends, however it does. A job that
 * breaks its connections, or uses up the pool, breaks nobody else's; and one whose lease is lost has none
 * any more with which to write. SQLite's connections are file handles in threads of this process, where
 * nothing of that can happen: opening them anew costs a job 20 ms, memory for caches, and gains nothing.
 */
export class JobConnections {
  readonly #worker: WorkerDatabaseManager;

  constructor(private readonly databases: CSPMDatabaseManager) {
    this.#worker = new WorkerDatabaseManager(databases.settings);
  }

  /** As `queue.work` does, each job with connections of its own where that is of use. */
  work<S extends z.ZodType>(
    queue: Pick<JobQueue, 'work'>,
    type: JobType<S>,
    handler: JobHandler<S>,
  ): void {
    queue.work(type, this.#isolated(handler));
  }

  #isolated<S extends z.ZodType>(handler: JobHandler<S>): JobHandler<S> {
    const { databases } = this;
    const remote = DATABASE_KEYS.filter((key) => databases.backendOf(key) === 'mongodb');
    if (remote.length === 0) return handler;
    return async (job, context) => {
      const lost = lostOnly(context.signal);
      try {
        return await this.#worker.run(
          (own) => {
            const its = {
              get: (key: (typeof remote)[number]) =>
                (remote.includes(key) ? own : databases).get(key),
            };
            return withDatabases(its, () => handler(job, context));
          },
          { signal: lost.signal },
        );
      } finally {
        lost.end();
      }
    };
  }
}

/** Who is cancelled or has to close still writes how far it came; who lost its lease must not. */
function lostOnly(signal: AbortSignal): { signal: AbortSignal; end: () => void } {
  const lost = new AbortController();
  const onAbort = () => {
    const { reason } = signal;
    if (reason instanceof JobAbortedError && reason.why === 'lost') lost.abort(reason);
  };
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return { signal: lost.signal, end: () => signal.removeEventListener('abort', onAbort) };
}
