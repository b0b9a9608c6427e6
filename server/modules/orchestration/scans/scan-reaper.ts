import type { Clock } from '../../../platform/clock.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { JobInfo, JobQueue } from '../../../platform/queue/job-queue.js';
import type { SubJobStarter } from '../sub-jobs/sub-job-starter.js';
import type { StoredSubJob, SubJobsRepository } from '../sub-jobs/sub-jobs.repository.js';
import type { ScanSettler } from './scan-settler.js';
import { isEnded } from './scan-status.rules.js';
import type { ScansRepository, StoredScan } from './scans.repository.js';

export interface ScanReaperDeps {
  scans: ScansRepository;
  subJobs: SubJobsRepository;
  starter: SubJobStarter;
  settler: ScanSettler;
  queue: Pick<JobQueue, 'get'>;
  clock: Clock;
  log: Logger;
}

/** So young, a scan may still be on its way into the queue. */
const YOUNG_MS = 10_000;
const MOST_REQUEUED = 2;

type Fate = 'goes_on' | 'requeue' | { status: 'failed' | 'cancelled'; problem: string | null };

/** Looks after scans whose jobs are gone, so that nothing stays running for ever. Safe to run anywhere, any time. */
export class ScanReaper {
  constructor(private readonly deps: ScanReaperDeps) {}

  /** Answers how many sub-jobs it took up again or ended. */
  async sweep(): Promise<number> {
    const { scans, settler, clock, log } = this.deps;
    let found = 0;
    for await (const page of scans.active()) {
      for (const scan of page) {
        if (clock.now().getTime() - Date.parse(scan.queuedAt) < YOUNG_MS) continue;
        try {
          found += await this.#see(scan);
          await settler.settle(scan, scan.id);
        } catch (error) {
          log.error({ err: error, scanId: scan.id }, 'scan reaper failed for a scan');
        }
      }
    }
    if (found > 0) log.warn({ subJobs: found }, 'lost scan jobs re-enqueued');
    return found;
  }

  async #see(scan: StoredScan): Promise<number> {
    const { subJobs, starter, queue, clock } = this.deps;
    let found = 0;
    for (const subJob of await subJobs.ofScan(scan, scan.id)) {
      if (isEnded(subJob.status)) continue;
      const job = subJob.jobId ? await queue.get(subJob.jobId) : null;
      const fate = fateOf(scan, subJob, job);
      if (fate === 'goes_on') continue;
      // Read before its job was asked for: if it changed since, its job is well.
      const only = { status: subJob.status, token: subJob.token, round: subJob.round };
      const set =
        fate === 'requeue'
          ? { status: 'queued', token: null, jobId: null, requeued: subJob.requeued + 1 }
          : {
              ...fate,
              outcome: fate.status,
              token: null,
              finishedAt: clock.now().toISOString(),
            };
      const changed = await subJobs.update(scan, subJob.id, set, only);
      if (!changed) continue;
      found += 1;
      if (fate === 'requeue') await starter.enqueue([changed]);
    }
    return found;
  }
}

/** What becomes of a sub-job that has not ended, by its job. */
export function fateOf(
  { cancelRequested }: Pick<StoredScan, 'cancelRequested'>,
  subJob: Pick<StoredSubJob, 'requeued' | 'jobId'>,
  job: Pick<JobInfo, 'state' | 'error'> | null,
): Fate {
  const cancelled = { status: 'cancelled' as const, problem: null };
  switch (job?.state) {
    case 'waiting':
    case 'delayed':
    case 'active':
      return 'goes_on';
    case 'cancelled':
      return cancelled;
    case 'failed':
      if (cancelRequested) return cancelled;
      return { status: 'failed', problem: `the scan gave up: ${job.error ?? 'its job failed'}` };
    default:
      if (cancelRequested) return cancelled;
      if (subJob.requeued < MOST_REQUEUED) return 'requeue';
      return { status: 'failed', problem: 'its job was lost from the queue again and again' };
  }
}
