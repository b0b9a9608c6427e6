import { AppError, UnavailableError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { outageIn, waitingFor } from '../../../platform/outages/outage.js';
import { JobAbortedError, type JobContext } from '../../../platform/queue/job-queue.js';
import type { LiveScans } from '../live/live-scans.js';
import { LiveWriter } from './live-writer.js';
import type { ScanWork, WorkDone } from './scan-work.js';
import type { StoredSubJob } from './stored-sub-job.js';
import type { SubJobClaims, SubJobJob } from './sub-job-claims.js';
import { runSubJob } from './sub-jobs.jobs.js';
import type { SubJobsRepository } from './sub-jobs.repository.js';

export interface SubJobRunnerDeps {
  claims: SubJobClaims;
  work: ScanWork;
  subJobs: SubJobsRepository;
  live: LiveScans;
  log: Logger;
}

/** Runs a sub-job: claims it, has the work done, and records the outcome. */
export class SubJobRunner {
  constructor(private readonly deps: SubJobRunnerDeps) {}

  async run(job: SubJobJob, { signal }: JobContext): Promise<void> {
    const { claims, subJobs, live, work } = this.deps;
    const subJob = await claims.claim(job);
    if (!subJob) return;
    const writer = new LiveWriter({ subJobs, live }, subJob);
    let done: WorkDone;
    try {
      done = await work.do(subJob, {
        signal,
        onLine: (line) => writer.line(line),
        onProgress: (share) => writer.progress(share),
      });
      if (signal.aborted && abortReason(signal) !== 'cancelled') throw signal.reason;
      // Results found before the cancellation stay.
      if (signal.aborted) done = { ...done, verdict: { outcome: 'cancelled', problem: null } };
    } catch (error) {
      done = await this.#afterThrow(job, subJob, signal, error).catch(async (reason: unknown) => {
        await writer.close();
        await writer.end();
        throw reason;
      });
    }
    await writer.close();
    try {
      await claims.finish(subJob, done, writer.lines);
    } finally {
      await writer.end();
    }
  }

  /** Rethrows for another attempt, or ends the sub-job with a reason. */
  async #afterThrow(
    job: SubJobJob,
    subJob: StoredSubJob,
    signal: AbortSignal,
    error: unknown,
  ): Promise<WorkDone> {
    const { claims, log } = this.deps;
    const why = abortReason(signal);
    if (why === 'lost') throw error; // another worker runs it
    if (why === 'closing') {
      await claims.release(subJob);
      throw error;
    }
    if (why === 'cancelled') return ended('cancelled', null);
    if (why === 'timeout') return ended('timed_out', 'the scan exceeded its time limit');
    const isTheirs = error instanceof AppError && !(error instanceof UnavailableError);
    if (isTheirs) return ended('failed', error.message);
    const away = outageIn(error);
    if (away) {
      // The store may be back for others: the attempt is not lost with it.
      await claims.release(subJob, waitingFor(away));
      throw error;
    }
    const facts = { err: error, subJobId: subJob.id, scanId: subJob.scanId, attempt: job.attempt };
    log.error(facts, 'scan sub-job failed');
    if (job.attempt < runSubJob.attempts) {
      await claims.release(subJob);
      throw error;
    }
    const problem =
      error instanceof AppError
        ? error.message
        : 'the scan failed with an internal error; see the server log';
    return ended('failed', problem);
  }
}

function abortReason({ reason }: AbortSignal): JobAbortedError['why'] | null {
  return reason instanceof JobAbortedError ? reason.why : null;
}

function ended(outcome: WorkDone['verdict']['outcome'], problem: string | null): WorkDone {
  return { verdict: { outcome, problem }, coverage: null, stored: null };
}
