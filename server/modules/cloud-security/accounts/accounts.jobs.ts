import { z } from 'zod';
import { type JobQueue, jobType } from '../../../platform/queue/job-queue.js';
import type { AccountTestsService } from './account-tests.service.js';

/** Tests the credentials of an account with the cheapest call of its tool. */
export const testAccount = jobType(
  'cloud-security.test-account',
  z.object({ accountId: z.string() }),
  { attempts: 2, leaseMs: 20_000, concurrency: 1, timeoutMs: 10 * 60_000 },
);

export function workAccountTests(queue: JobQueue, tests: Pick<AccountTestsService, 'run'>): void {
  queue.work(testAccount, (job, context) => tests.run(job, context));
}
