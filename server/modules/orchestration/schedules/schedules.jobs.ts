import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { Job, JobQueue } from '../../../platform/queue/job-queue.js';
import type { ScanResults } from '../orchestration-parts.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';
import type { ScanReaper } from '../scans/scan-reaper.js';
import { SCANNER } from '../scans/scan-settler.js';
import { expireTriage, purgeOld, reapScans, scanAccount } from './schedule-seeds.jobs.js';

export interface ScheduledJobsDeps extends Pick<Platform, 'retention' | 'log'> {
  scans: Pick<ScanOrchestrationService, 'start'>;
  reaper: ScanReaper;
  expireTriage: ScanResults['expireTriage'];
}

/** Works on the jobs that schedules enqueue. */
export class ScheduledJobs {
  constructor(private readonly deps: ScheduledJobsDeps) {}

  work(queue: JobQueue): void {
    const { reaper, retention, expireTriage: expire } = this.deps;
    queue.work(reapScans, () => reaper.sweep());
    queue.work(scanAccount, (job) => this.#scan(job));
    queue.work(expireTriage, expire);
    queue.work(purgeOld, (_job, { signal }) => retention.purge(signal));
  }

  async #scan({
    teamId,
    payload: { accountId, depth },
  }: Job<{ accountId: string; depth: 'incremental' | 'full' }>): Promise<void> {
    const { scans, log } = this.deps;
    const severe = depth === 'full' ? {} : { severities: ['critical' as const, 'high' as const] };
    const actor = { ...SCANNER, teamId, permissions: [] };
    try {
      await scans.start(actor, { kind: 'cloud', accountId, ...severe }, 'schedule');
    } catch (error) {
      // It runs already, or the account was deactivated or removed: a retry would not help.
      if (!(error instanceof ConflictError) && !(error instanceof NotFoundError)) throw error;
      log.info({ teamId, accountId, reason: error.message }, 'scheduled scan skipped');
    }
  }
}
