import { z } from 'zod';
import { type JobHandler, type JobQueue, jobType } from '../../../platform/queue/job-queue.js';

/**
 * Runs one sub-job of a scan. The three attempts are for lost workers and unreachable servers: a failed tool
 * is a result, and is not retried automatically.
 */
export const runSubJob = jobType(
  'orchestration.run-sub-job',
  z.object({ scanId: z.string(), subJobId: z.string(), round: z.number().int() }),
  { attempts: 3, backoffMs: 2_000, maxBackoffMs: 30_000, leaseMs: 20_000, concurrency: 2 },
);

export function workSubJobs(queue: JobQueue, handler: JobHandler<typeof runSubJob.schema>): void {
  queue.work(runSubJob, handler);
}
