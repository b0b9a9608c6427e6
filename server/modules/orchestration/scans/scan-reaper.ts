import type { Clock } from '../../../platform/clock.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { JobInfo, JobQueue } from '../../../platform/queue/job-queue.js';
import type { StoredSubJob } from '../sub-jobs/stored-sub-job.js';
import type { SubJobStarter } from '../sub-jobs/sub-job-starter.js';
import type { ScanSettler } from './scan-settler.js';
import { isEnded } from './scan-status.rules.js';
import type { ScanStores } from './scan-stores.js';
import type { StoredScan } from './stored-scan.js';

export interface ScanReaperDeps {
  stores: ScanStores;
  starter: SubJobStarter;
  settler: ScanSettler;
  queue: Pick<JobQueue, 'get'>;
  clock: Clock;
  log: Logger;
}

/** A younger scan may still be on its way into the queue. */
const MIN_AGE_MS = 10_000;
const MAX_REQUEUED = 2;

type Decision = 'continue' | 'requeue' | { status: 'failed' | 'cancelled'; problem: string | null };

/** Repairs scans whose jobs are lost, so that none stays running forever. Safe to run in any process at any time. */
export class ScanReaper {
  constructor(private readonly deps: ScanReaperDeps) {}

  /** Returns how many sub-jobs it requeued or ended. */
  async sweep(): Promise<number> {
    const { stores, settler, clock, log } = this.deps;
    let repaired = 0;
    for await (const page of stores.scans.active()) {
      for (const scan of page) {
        if (clock.now().getTime() - Date.parse(scan.queuedAt) < MIN_AGE_MS) continue;
        try {
          repaired += await this.#repair(scan);
          await settler.settle(scan, scan.id);
        } catch (error) {
          log.error({ err: error, scanId: scan.id }, 'scan reaper failed for a scan');
        }
      }
    }
    if (repaired > 0) log.warn({ subJobs: repaired }, 'lost scan jobs re-enqueued');
    return repaired;
  }

  async #repair(scan: StoredScan): Promise<number> {
    const { stores, starter, queue, clock } = this.deps;
    let repaired = 0;
    for (const subJob of await stores.subJobs.ofScan(scan, scan.id)) {
      if (isEnded(subJob.status)) continue;
      const job = subJob.jobId ? await queue.get(subJob.jobId) : null;
      const decision = repairOf(scan, subJob, job);
      if (decision === 'continue') continue;
      // The sub-job was read before its job: if it has changed since, its job is alive.
      const only = { status: subJob.status, token: subJob.token, round: subJob.round };
      const set =
        decision === 'requeue'
          ? { status: 'queued', token: null, jobId: null, requeued: subJob.requeued + 1 }
          : {
              ...decision,
              outcome: decision.status,
              token: null,
              finishedAt: clock.now().toISOString(),
            };
      const changed = await stores.subJobs.update(scan, subJob.id, set, only);
      if (!changed) continue;
      repaired += 1;
      if (decision === 'requeue') await starter.enqueue([changed]);
    }
    return repaired;
  }
}

/** What to do with an unfinished sub-job, by the state of its job. */
export function repairOf(
  { cancelRequested }: Pick<StoredScan, 'cancelRequested'>,
  subJob: Pick<StoredSubJob, 'requeued' | 'jobId'>,
  job: Pick<JobInfo, 'state' | 'error'> | null,
): Decision {
  const cancelled = { status: 'cancelled' as const, problem: null };
  switch (job?.state) {
    case 'waiting':
    case 'delayed':
    case 'active':
      return 'continue';
    case 'cancelled':
      return cancelled;
    case 'failed':
      if (cancelRequested) return cancelled;
      return { status: 'failed', problem: `the scan gave up: ${job.error ?? 'its job failed'}` };
    default:
      if (cancelRequested) return cancelled;
      if (subJob.requeued < MAX_REQUEUED) return 'requeue';
      return { status: 'failed', problem: 'its job was lost from the queue repeatedly' };
  }
}
