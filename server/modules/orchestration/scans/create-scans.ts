import type { Platform } from '../../../platform/platform.js';
import type { LiveScans } from '../live/live-scans.js';
import type { OrchestrationParts } from '../orchestration-parts.js';
import type { OwnTargetsService } from '../own-targets/own-targets.service.js';
import { ScanMaterials } from '../sub-jobs/scan-materials.js';
import { ScanWork } from '../sub-jobs/scan-work.js';
import { SubJobClaims } from '../sub-jobs/sub-job-claims.js';
import { SubJobRunner } from '../sub-jobs/sub-job-runner.js';
import { SubJobStarter } from '../sub-jobs/sub-job-starter.js';
import { SubJobsRepository } from '../sub-jobs/sub-jobs.repository.js';
import { logScans } from './log-scans.js';
import { ScanOrchestrationService } from './scan-orchestration.service.js';
import { ScanPlanner } from './scan-planner.js';
import { ScanReaper } from './scan-reaper.js';
import { ScanRecords } from './scan-records.js';
import { ScanSettler } from './scan-settler.js';
import { ScanViews } from './scan-views.js';
import { ScansRepository } from './scans.repository.js';

export interface ScanParts
  extends Pick<
    OrchestrationParts,
    'securityScans' | 'cloud' | 'queue' | 'scan' | 'scanners' | 'allowedFolders' | 'resolve'
  > {
  live: LiveScans;
  ownTargets: OwnTargetsService;
  onSubJobEnd?: OrchestrationParts['onSubJobEnd'];
}

/** Builds the services that start, run and repair scans. */
export function createScans(platform: Platform, parts: ScanParts) {
  const { repositories, audit, events, clock, newId, log, references } = platform;
  const { live, ownTargets, cloud, scanners, scan, queue, resolve, allowedFolders } = parts;
  const stores = {
    scans: repositories.create(ScansRepository),
    subJobs: repositories.create(SubJobsRepository),
  };
  const { subJobs } = stores;
  const { imports, scannedPlaces } = parts.securityScans;
  const settler = new ScanSettler({ stores, scannedPlaces, live, audit, events, clock });
  const starter = new SubJobStarter({ subJobs, queue, clock, log });
  const planner = new ScanPlanner({ cloud, ownTargets, scanners, allowedFolders, resolve });
  const scans = new ScanOrchestrationService({
    records: new ScanRecords({ stores, clock, newId }),
    views: new ScanViews({ stores, live, clock }),
    ...{ planner, starter, settler, audit },
  });
  const { accounts } = cloud;
  const materials = new ScanMaterials({ scans: stores.scans, accounts, ownTargets, resolve });
  const runner = new SubJobRunner({
    claims: new SubJobClaims({ stores, settler, clock, onEnd: parts.onSubJobEnd }),
    work: new ScanWork({ materials, scanners, scan, imports, references }),
    ...{ subJobs, live, log },
  });
  logScans({ events, scans: stores.scans, log });
  const reaper = new ScanReaper({ stores, starter, settler, queue, clock, log });
  return { scans, planner, runner, reaper, repositories: stores };
}
