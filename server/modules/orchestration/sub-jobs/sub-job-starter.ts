import type { Clock } from '../../../platform/clock.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import { noFindings } from '../scans/scan-status.rules.js';
import { runSubJob } from './sub-jobs.jobs.js';
import type { StoredSubJob, SubJobsRepository } from './sub-jobs.repository.js';

export interface SubJobStarterDeps {
  subJobs: SubJobsRepository;
  queue: Pick<JobQueue, 'enqueueMany' | 'cancel'>;
  clock: Clock;
}

/** Puts sub-jobs into the queue and takes them out of it. */
export class SubJobStarter {
  constructor(private readonly deps: SubJobStarterDeps) {}

  /** Doing it twice is doing it once: a round of a sub-job has one job at a time. */
  async enqueue(subJobs: readonly StoredSubJob[]): Promise<void> {
    const jobIds = await this.deps.queue.enqueueMany(
      runSubJob,
      subJobs.map(({ id, teamId, scanId, round }) => ({
        teamId,
        payload: { scanId, subJobId: id, round },
        dedupeKey: `${id}/${round}`,
      })),
    );
    for (const [i, subJob] of subJobs.entries()) {
      const jobId = jobIds[i] ?? null;
      const { round } = subJob;
      const changed = await this.deps.subJobs.update(subJob, subJob.id, { jobId }, { round });
      // Cancelled before its job was known: the job finds nothing to do, but need not wait for that.
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
    // One that runs says itself how it ended; of one whose job has ended, the reaper says it.
    if (done !== 'cancelled') return;
    const finishedAt = this.deps.clock.now().toISOString();
    const set = { status: 'cancelled', outcome: 'cancelled', finishedAt, token: null };
    // Without its job known it may have begun; with its job cancelled, a worker that had it is lost.
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
