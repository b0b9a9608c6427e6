import type { z } from 'zod';
import type { DeadLetter } from '../../../../contract/scan-operations.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Page } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';
import { runSubJob } from '../sub-jobs/sub-jobs.jobs.js';

export interface DeadLettersDeps {
  queue: Pick<JobQueue, 'list' | 'get' | 'retry'>;
  scans: Pick<ScanOrchestrationService, 'retry'>;
  audit: Audit;
}

/** The team's jobs that ran out of retries. */
export class DeadLettersService {
  constructor(private readonly deps: DeadLettersDeps) {}

  async list(
    { teamId }: Actor,
    limit: number,
    cursor?: string,
  ): Promise<Page<z.infer<typeof DeadLetter>>> {
    const page = await this.deps.queue.list({ state: 'failed', teamId, limit, cursor });
    const items = page.items.map(({ id: jobId, ...job }) => ({ jobId, ...job }));
    return { ...page, items };
  }

  async retry(actor: Actor, jobId: string): Promise<{ jobId: string }> {
    const { queue, scans, audit } = this.deps;
    const job = await queue.get(jobId);
    if (!job || job.teamId !== actor.teamId) throw new NotFoundError('no such job', { jobId });
    const subJob = job.type === runSubJob.name ? runSubJob.schema.safeParse(job.payload) : null;
    // Its scan has ended without it, so the scan must be retried.
    if (subJob?.success) await scans.retry(actor, subJob.data.scanId, subJob.data.subJobId);
    else await queue.retry(jobId);
    await audit.record(actor, 'job.retried', jobId, { type: job.type });
    return { jobId };
  }
}
