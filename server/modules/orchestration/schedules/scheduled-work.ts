import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { Job, JobContext, JobQueue } from '../../../platform/queue/job-queue.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';
import type { ScanReaper } from '../scans/scan-reaper.js';
import { SCANNER } from '../scans/scan-settler.js';
import { expireTriage, purgeOld, reapScans, scanAccount } from './schedules.seeds.js';

export interface ScheduledWorkDeps
  extends Pick<Platform, 'teams' | 'repositories' | 'clock' | 'log'> {
  scans: ScanOrchestrationService;
  reaper: ScanReaper;
  findings: Pick<SecurityScans['findings'], 'expireTriage'>;
}

const DAY_MS = 86_400_000;

/** The jobs that schedules hand to the queue. */
export class ScheduledWork {
  constructor(private readonly deps: ScheduledWorkDeps) {}

  work(queue: JobQueue): void {
    const { reaper, teams, findings } = this.deps;
    queue.work(reapScans, () => reaper.sweep());
    queue.work(scanAccount, (job) => this.#scan(job));
    queue.work(expireTriage, async () => {
      for (const team of await teams.list()) await findings.expireTriage({ teamId: team.id });
    });
    queue.work(purgeOld, (job, context) => this.#purge(job.payload.days, context));
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
      // It runs already, was switched off or removed: nothing that another try would change.
      if (!(error instanceof ConflictError) && !(error instanceof NotFoundError)) throw error;
      log.info({ teamId, accountId, reason: error.message }, 'a scheduled scan was left out');
    }
  }

  async #purge(days: Readonly<Record<string, number>>, { signal }: JobContext): Promise<void> {
    const { repositories, clock, log } = this.deps;
    for (const kind of repositories.retentionKinds()) {
      const keep = days[kind];
      if (keep === undefined || signal.aborted) continue;
      const before = new Date(clock.now().getTime() - keep * DAY_MS);
      const removed = await repositories.purgeOlderThan(kind, { before, signal });
      if (removed > 0) log.info({ kind, removed }, 'old documents were removed');
    }
  }
}
