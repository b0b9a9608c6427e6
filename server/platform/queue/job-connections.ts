import type { z } from 'zod';
import type { CSPMDatabaseManager } from '../database/database-manager.js';
import { DATABASE_KEYS } from '../database/names.js';
import { withDatabases } from '../database/task-databases.js';
import { WorkerDatabaseManager } from '../database/worker-database-manager.js';
import { JobAbortedError, type JobHandler } from './job-queue.js';

/**
 * Runs each job on separate connections to MongoDB, closed when the job ends in any way. A job that breaks
 * its connections or exhausts the pool does not affect others, and a job whose lease is lost stops waiting for
 * the server, which would refuse its writes. SQLite's connections are file handles in threads of this process,
 * where none of this can happen: reopening them would cost a job 20 ms and memory for caches, and gain nothing.
 */
export class JobConnections {
  readonly #worker: WorkerDatabaseManager;

  constructor(private readonly databases: CSPMDatabaseManager) {
    this.#worker = new WorkerDatabaseManager(databases.settings);
  }

  /** The handler with separate connections per job, where that helps. */
  isolate(handler: JobHandler<z.ZodType>): JobHandler<z.ZodType> {
    const { databases } = this;
    const remote = DATABASE_KEYS.filter((key) => databases.backendOf(key) === 'mongodb');
    if (remote.length === 0) return handler;
    return async (job, context) => {
      const lost = abortedWhenLost(context.signal);
      try {
        return await this.#worker.run(
          (own) => {
            const jobDatabases = {
              get: (key: (typeof remote)[number]) =>
                (remote.includes(key) ? own : databases).get(key),
            };
            return withDatabases(jobDatabases, () => handler(job, context));
          },
          { signal: lost.signal },
        );
      } finally {
        lost.end();
      }
    };
  }
}

/** A cancelled or closing job may still write its progress; one that lost its lease must not. */
function abortedWhenLost(signal: AbortSignal): { signal: AbortSignal; end: () => void } {
  const lost = new AbortController();
  const onAbort = () => {
    const { reason } = signal;
    if (reason instanceof JobAbortedError && reason.why === 'lost') lost.abort(reason);
  };
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return { signal: lost.signal, end: () => signal.removeEventListener('abort', onAbort) };
}
