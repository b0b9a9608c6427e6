import type { Platform } from '../../../platform/platform.js';
import type { CloudAccounts } from '../orchestration-parts.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';
import type { ScanPlanner } from '../scans/scan-planner.js';
import { AccountSchedules } from './account-schedules.js';
import { ScanSchedulesRepository } from './scan-schedules.repository.js';
import { ScanSchedulesService } from './scan-schedules.service.js';
import { ScheduledScans } from './scheduled-scans.js';
import { type Scheduler, SystemJobsService } from './system-jobs.service.js';

export interface ScheduleParts {
  scheduler: Scheduler;
  planner: ScanPlanner;
  accounts: Pick<CloudAccounts['accounts'], 'get' | 'active'>;
  scans: Pick<ScanOrchestrationService, 'start'>;
}

/** Builds the schedules of teams and the recurring jobs of the installation. */
export function createSchedules(platform: Platform, parts: ScheduleParts) {
  const { repositories, audit, clock, newId, log } = platform;
  const { scheduler, planner, accounts, scans } = parts;
  const schedules = repositories.create(ScanSchedulesRepository);
  const systemJobs = new SystemJobsService({ scheduler, audit });
  const ofAccounts = new AccountSchedules({ schedules, scheduler, accounts });
  return {
    scanSchedules: new ScanSchedulesService({ schedules, scheduler, planner, audit, clock, newId }),
    scheduledScans: new ScheduledScans({ schedules, scheduler, scans, audit, clock, log }),
    systemJobs,
    ofAccounts,
    /** Accounts that earlier processes or releases left without their schedules. */
    defineForAccounts: async () => {
      for (const account of await accounts.active()) await ofAccounts.defineFor(account);
    },
  };
}
export type Schedules = ReturnType<typeof createSchedules>;
