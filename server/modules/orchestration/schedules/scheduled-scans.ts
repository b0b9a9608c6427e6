import type { ScheduleRun } from '../../../../contract/scan-schedules.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';
import { SCANNER } from '../scans/scan-settler.js';
import type { ScanSchedulesRepository, StoredScanSchedule } from './scan-schedules.repository.js';
import { ignoreMissing } from './scan-schedules.service.js';
import type { Scheduler } from './system-jobs.service.js';

export interface ScheduledScansDeps {
  schedules: ScanSchedulesRepository;
  scheduler: Pick<Scheduler, 'remove' | 'change'>;
  scans: Pick<ScanOrchestrationService, 'start'>;
  audit: Audit;
  clock: Clock;
  log: Logger;
}

type Result = Omit<ScheduleRun, 'at'>;

/** Starts scans on schedule, and records what became of each run. */
export class ScheduledScans {
  constructor(private readonly deps: ScheduledScansDeps) {}

  async start({ teamId }: TeamScope, scheduleId: string): Promise<void> {
    const { schedules, scheduler, audit, clock, log } = this.deps;
    const schedule = await schedules.get({ teamId }, scheduleId);
    if (!schedule) {
      await ignoreMissing(scheduler.remove(scheduleId));
      return;
    }
    const at = clock.now().toISOString();
    const result = await this.#run(schedule);
    await schedules.noteRun({ teamId }, scheduleId, { at, ...result });
    if (result.outcome === 'started') return;
    const { outcome, reason } = result;
    log.info({ teamId, schedule: scheduleId, outcome, reason }, 'scheduled scan not started');
    const actor = { teamId, userId: SCANNER.userId };
    await audit.record(actor, `schedule.${outcome}`, scheduleId, { reason: reason ?? '' });
  }

  /** Throws what a retry may help against. */
  async #run({ id, teamId, request }: StoredScanSchedule): Promise<Result> {
    const { scans, scheduler } = this.deps;
    try {
      const actor = { ...SCANNER, teamId, permissions: [] };
      const scan = await scans.start(actor, request, 'schedule');
      return { outcome: 'started', scanId: scan.id, reason: null };
    } catch (error) {
      if (error instanceof ConflictError) return skipped(error);
      if (error instanceof NotFoundError) {
        await ignoreMissing(scheduler.change(id, { enabled: false }));
        const reason = `${error.message}: the schedule was paused`;
        return { outcome: 'failed', scanId: null, reason };
      }
      if (error instanceof InvalidInputError) {
        return { outcome: 'failed', scanId: null, reason: error.message };
      }
      throw error;
    }
  }
}

function skipped({ message, details }: ConflictError): Result {
  const scanId = typeof details.scanId === 'string' ? details.scanId : null;
  const reason = scanId ? 'a scan of this target was still active' : message;
  return { outcome: 'skipped', scanId, reason };
}
