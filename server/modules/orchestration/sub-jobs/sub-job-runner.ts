import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { AppError, UnavailableError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { type Job, JobAbortedError, type JobContext } from '../../../platform/queue/job-queue.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { LiveScans } from '../live/live-scans.js';
import type { ScanSettler } from '../scans/scan-settler.js';
import { isEnded, noFindings, statusOfSubJob } from '../scans/scan-status.rules.js';
import type { ScansRepository } from '../scans/scans.repository.js';
import { LiveWriter } from './live-writer.js';
import type { ScanWork, WorkDone } from './scan-work.js';
import { runSubJob } from './sub-jobs.jobs.js';
import type { StoredSubJob, SubJobsRepository } from './sub-jobs.repository.js';

export interface SubJobRunnerDeps {
  scans: ScansRepository;
  subJobs: SubJobsRepository;
  work: ScanWork;
  settler: ScanSettler;
  live: LiveScans;
  clock: Clock;
  log: Logger;
  /** One sub-job has ended; for metrics. */
  onEnd?: (tool: string, outcome: string, seconds: number) => void;
}

type SubJobJob = Job<{ scanId: string; subJobId: string; round: number }>;

/**
 * Runs a sub-job: takes it over, has the work done, and writes what came of it. Whoever takes it over
 * leaves a token, and what is written counts only under the last one: a worker that was taken for
 * dead and lives changes nothing any more.
 */
export class SubJobRunner {
  constructor(private readonly deps: SubJobRunnerDeps) {}

  async run(job: SubJobJob, { signal }: JobContext): Promise<void> {
    const { subJobs, settler, live, work } = this.deps;
    const scope: TeamScope = { teamId: job.teamId };
    const subJob = await this.#takeOver(scope, job);
    if (!subJob) return;
    await settler.settle(scope, subJob.scanId);
    live.begin(subJob.id);
    const writer = new LiveWriter({ subJobs, live }, subJob);
    let done: WorkDone;
    try {
      done = await work.do(subJob, {
        signal,
        onLine: (line) => writer.line(line),
        onProgress: (share) => live.progress(subJob.scanId, subJob.id, share),
      });
      if (signal.aborted && abortedBy(signal) !== 'cancelled') throw signal.reason;
      // What it found before it was told to stop stays.
      if (signal.aborted) done = { ...done, verdict: { outcome: 'cancelled', problem: null } };
    } catch (error) {
      done = await this.#afterThrow(job, subJob, signal, error);
    } finally {
      await writer.close();
      live.end(subJob.id);
    }
    await this.#write(subJob, done, writer.lines);
  }

  /** Null when there is nothing to do: it ended, was cancelled, or belongs to an earlier round. */
  async #takeOver(scope: TeamScope, job: SubJobJob): Promise<StoredSubJob | null> {
    const { scans, subJobs, settler, clock } = this.deps;
    const { scanId, subJobId, round } = job.payload;
    const [scan, known] = await Promise.all([
      scans.get(scope, scanId),
      subJobs.get(scope, subJobId),
    ]);
    if (!scan || !known || known.round !== round || isEnded(known.status)) return null;
    const now = clock.now().toISOString();
    const begun = { status: 'running', startedAt: now, token: randomUUID(), progress: 0, log: [] };
    const cancelled = { status: 'cancelled', outcome: 'cancelled', finishedAt: now, token: null };
    const set = scan.cancelRequested
      ? cancelled
      : { ...begun, attempt: known.attempt + 1, jobId: job.id };
    const only = { status: known.status, token: known.token, round };
    const taken = await subJobs.update(scope, subJobId, set, only);
    if (taken?.status === 'running') return taken;
    await settler.settle(scope, scanId);
    return null;
  }

  /** What a throw means: another try, or the end with a reason. */
  async #afterThrow(
    job: SubJobJob,
    subJob: StoredSubJob,
    signal: AbortSignal,
    error: unknown,
  ): Promise<WorkDone> {
    const why = abortedBy(signal);
    if (why === 'lost') throw error; // not ours any more
    if (why === 'closing') {
      await this.#putBack(subJob);
      throw error;
    }
    if (why === 'cancelled') return ended('cancelled', null);
    if (why === 'timeout') return ended('timed_out', 'the scan took longer than it may');
    const isTheirs = error instanceof AppError && !(error instanceof UnavailableError);
    if (isTheirs) return ended('failed', error.message);
    const facts = { err: error, subJobId: subJob.id, scanId: subJob.scanId, attempt: job.attempt };
    this.deps.log.error(facts, 'scan sub-job failed');
    if (job.attempt < runSubJob.attempts) {
      await this.#putBack(subJob);
      throw error;
    }
    const problem =
      error instanceof AppError
        ? error.message
        : 'an internal error ended the scan; the log has the details';
    return ended('failed', problem);
  }

  async #putBack({ id, teamId, token }: StoredSubJob): Promise<void> {
    const set = { status: 'queued', token: null, progress: 0 };
    await this.deps.subJobs.update({ teamId }, id, set, { token, status: 'running' });
  }

  async #write(subJob: StoredSubJob, done: WorkDone, log: readonly string[]): Promise<void> {
    const { subJobs, settler, clock, onEnd } = this.deps;
    const { verdict, stored } = done;
    const now = clock.now();
    const durationMs = now.getTime() - Date.parse(subJob.startedAt ?? now.toISOString());
    const failedImport = stored?.status === 'failed' ? stored.problem : null;
    const set = {
      status: statusOfSubJob(verdict, stored),
      outcome: verdict.outcome,
      // Why the report could not be read says more than that there is no result.
      problem: shortened(failedImport ?? verdict.problem),
      coverage: done.coverage,
      results: stored?.results ?? 0,
      findings: stored?.findings ?? noFindings(),
      importId: stored?.id ?? null,
      finishedAt: now.toISOString(),
      durationMs,
      progress: 1,
      token: null,
      log,
    };
    const only = { token: subJob.token, status: 'running' };
    if (await subJobs.update(subJob, subJob.id, set, only)) {
      onEnd?.(subJob.unit.scanner, verdict.outcome, durationMs / 1000);
    }
    await settler.settle(subJob, subJob.scanId);
  }
}

function abortedBy({ reason }: AbortSignal): JobAbortedError['why'] | null {
  return reason instanceof JobAbortedError ? reason.why : null;
}

function ended(outcome: WorkDone['verdict']['outcome'], problem: string | null): WorkDone {
  return { verdict: { outcome, problem }, coverage: null, stored: null };
}

function shortened(problem: string | null): string | null {
  return problem === null ? null : maskSecrets(problem).slice(0, 2_000);
}
