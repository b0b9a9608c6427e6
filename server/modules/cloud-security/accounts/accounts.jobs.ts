import { z } from 'zod';
import { type JobHandler, type JobQueue, jobType } from '../../../platform/queue/job-queue.js';

/** Tests the credentials of an account with the cheapest call of its tool. */
export const testAccount = jobType(
  'cloud-security.test-account',
  z.object({ accountId: z.string() }),
  { attempts: 2, leaseMs: 20_000, concurrency: 1, timeoutMs: 10 * 60_000 },
);

export function workAccountTests(
  queue: JobQueue,
  handler: JobHandler<typeof testAccount.schema>,
): void {
  queue.work(testAccount, handler);
}
