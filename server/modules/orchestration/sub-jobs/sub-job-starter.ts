import type { Clock } from '../../../platform/clock.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import { noFindings } from '../scans/scan-status.rules.js';
import type { StoredSubJob } from './stored-sub-job.js';
import { runSubJob } from './sub-jobs.jobs.js';
import type { SubJobsRepository } from './sub-jobs.repository.js';

export interface SubJobStarterDeps {
  subJobs: SubJobsRepository;
  queue: Pick<JobQueue, 'enqueueMany' | 'cancel'>;
  clock: Clock;
  log: Logger;
}

/** Enqueues sub-jobs, and cancels their jobs. */
export class SubJobStarter {
  constructor(private readonly deps: SubJobStarterDeps) {}

  /** Idempotent: a round of a sub-job has one job at a time. */
  async enqueue(subJobs: readonly StoredSubJob[]): Promise<void> {
    const jobIds = await this.deps.queue.enqueueMany(
      runSubJob,
      subJobs.map(({ id, teamId, scanId, round }) => ({
        teamId,
        payload: { scanId, subJobId: id, round },
        dedupeKey: `${id}/${round}`,
      })),
    );
    const [first] = subJobs;
    if (first) {
      const { teamId, scanId, round } = first;
      this.deps.log.info({ teamId, scanId, round, subJobs: subJobs.length }, 'scan queued');
    }
    for (const [i, subJob] of subJobs.entries()) {
      const jobId = jobIds[i] ?? null;
      const { round } = subJob;
      const changed = await this.deps.subJobs.update(subJob, subJob.id, { jobId }, { round });
      // Cancelled before its job id was stored: the job would find nothing to do, so cancel it now.
      if (changed?.status === 'cancelled' && jobId) await this.#cancelJob(jobId);
    }
  }

  async restart(subJobs: readonly StoredSubJob[], round: number): Promise<void> {
    const fresh: StoredSubJob[] = [];
    for (const { id, teamId, round: before } of subJobs) {
      const set = {
        ...{ round, status: 'queued', attempt: 0, requeued: 0, jobId: null, token: null },
        ...{ progress: 0, problem: null, outcome: null, coverage: null, results: 0, log: [] },
        ...{ findings: noFindings(), importId: null, startedAt: null, finishedAt: null },
        durationMs: null,
      };
      const changed = await this.deps.subJobs.update({ teamId }, id, set, { round: before });
      if (changed) fresh.push(changed);
    }
    await this.enqueue(fresh);
  }

  async cancel(subJob: StoredSubJob): Promise<void> {
    const { id, jobId, round } = subJob;
    const done = jobId ? await this.#cancelJob(jobId) : 'cancelled';
    // A running job records its end itself; for a job that has ended already, the reaper records it.
    if (done !== 'cancelled') return;
    const finishedAt = this.deps.clock.now().toISOString();
    const set = { status: 'cancelled', outcome: 'cancelled', finishedAt, token: null };
    // Without a known job, its job may be running; with a cancelled job, a worker that had it is lost.
    const only = { status: { in: jobId ? ['queued', 'running'] : ['queued'] }, round };
    await this.deps.subJobs.update(subJob, id, set, only);
  }

  async #cancelJob(jobId: string): Promise<'cancelled' | 'cancelling' | 'ended'> {
    try {
      return await this.deps.queue.cancel(jobId);
    } catch (error) {
      if (error instanceof NotFoundError) return 'ended';
      throw error;
    }
  }
}
