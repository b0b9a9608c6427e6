import type { Platform } from '../../../platform/platform.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import type { ScanResults } from '../orchestration-parts.js';
import type { ScanReaper } from '../scans/scan-reaper.js';
import {
  expireTriage,
  formerAccountScan,
  purgeOld,
  reapScans,
  scanOnSchedule,
} from './schedule-seeds.jobs.js';
import type { ScheduledScans } from './scheduled-scans.js';

export interface ScheduledJobsDeps extends Pick<Platform, 'retention'> {
  /** Null in a process without the scheduler. */
  scheduledScans: ScheduledScans | null;
  reaper: ScanReaper;
  expireTriage: ScanResults['expireTriage'];
}

/** Works on the jobs that schedules enqueue. */
export class ScheduledJobs {
  constructor(private readonly deps: ScheduledJobsDeps) {}

  work(queue: JobQueue): void {
    const { reaper, retention, scheduledScans, expireTriage: expire } = this.deps;
    queue.work(reapScans, () => reaper.sweep());
    queue.work(expireTriage, expire);
    queue.work(formerAccountScan, async () => {});
    queue.work(purgeOld, (_job, { signal }) => retention.purge(signal));
    if (scheduledScans) {
      queue.work(scanOnSchedule, (job) => scheduledScans.start(job, job.payload.scheduleId));
    }
  }
}
