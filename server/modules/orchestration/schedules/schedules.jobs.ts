import type { Platform } from '../../../platform/platform.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import { TeamSchedule } from '../../../platform/scheduler/team-schedule.js';
import type { ScanResults } from '../orchestration-parts.js';
import type { ScanReaper } from '../scans/scan-reaper.js';
import { formerAccountScan, purgeOld, reapScans, scanOnSchedule } from './schedule-seeds.jobs.js';
import type { ScheduledScans } from './scheduled-scans.js';
import type { Scheduler } from './system-jobs.service.js';

export interface ScheduledJobsDeps {
  /** Null in a process without the scheduler. */
  scheduledScans: ScheduledScans | null;
  reaper: ScanReaper;
  triageExpiry: ScanResults['triageExpiry'];
  queue: JobQueue;
  platform: Pick<Platform, 'retention' | 'leases' | 'log'>;
}

/** Works on the jobs that schedules enqueue. */
export class ScheduledJobs {
  readonly #triage: TeamSchedule;

  constructor(private readonly deps: ScheduledJobsDeps) {
    const { triageExpiry, queue, platform } = deps;
    this.#triage = new TeamSchedule(
      { queue, leases: platform.leases, log: platform.log },
      {
        id: 'orchestration.expire-triage',
        title: 'Reopen findings whose triage has expired',
        owner: 'orchestration',
        everyMs: 10 * 60_000,
        teams: () => triageExpiry.teams(),
        lease: (team) => triageExpiry.lease(team),
        run: (team) => triageExpiry.run(team),
      },
    );
  }

  define(scheduler: Pick<Scheduler, 'define'>): Promise<void> {
    return this.#triage.define(scheduler);
  }

  work(): void {
    const { queue, reaper, platform, scheduledScans } = this.deps;
    queue.work(reapScans, () => reaper.sweep());
    this.#triage.workHere();
    queue.work(formerAccountScan, async () => {});
    queue.work(purgeOld, (_job, { signal }) => platform.retention.purge(signal));
    if (scheduledScans) {
      queue.work(scanOnSchedule, (job) => scheduledScans.start(job, job.payload.scheduleId));
    }
  }
}
