import { z } from 'zod';
import { jobType } from '../../../platform/queue/job-queue.js';

/**
 * Runs one sub-job of a scan. Three attempts are for lost workers and servers that do not answer: what
 * a tool comes to is a result, and is not tried again by itself.
 */
export const runSubJob = jobType(
  'orchestration.run-sub-job',
  z.object({ scanId: z.string(), subJobId: z.string(), round: z.number().int() }),
  { attempts: 3, backoffMs: 2_000, maxBackoffMs: 30_000, leaseMs: 20_000, concurrency: 2 },
);
