import type { Platform } from '../../../platform/platform.js';
import type { LiveScans } from '../live/live-scans.js';
import type { OrchestrationParts } from '../orchestration-parts.js';
import type { OwnTargetsService } from '../own-targets/own-targets.service.js';
import { ScanWork } from '../sub-jobs/scan-work.js';
import { SubJobRunner } from '../sub-jobs/sub-job-runner.js';
import { SubJobStarter } from '../sub-jobs/sub-job-starter.js';
import { SubJobsRepository } from '../sub-jobs/sub-jobs.repository.js';
import { ScanOrchestrationService } from './scan-orchestration.service.js';
import { ScanPlanner } from './scan-planner.js';
import { ScanReaper } from './scan-reaper.js';
import { ScanSettler } from './scan-settler.js';
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

/** What starts scans, what runs them, and what looks after them. */
export function createScans(platform: Platform, parts: ScanParts) {
  const { repositories, audit, events, clock, newId, log, references } = platform;
  const { live, ownTargets, cloud, scanners, scan, queue, resolve } = parts;
  const runs = repositories.create(ScansRepository);
  const subJobs = repositories.create(SubJobsRepository);
  const { imports, scannedPlaces } = parts.securityScans;
  const settler = new ScanSettler({
    ...{ scans: runs, subJobs, scannedPlaces, live, audit, events, clock },
  });
  const starter = new SubJobStarter({ subJobs, queue, clock });
  const { allowedFolders } = parts;
  const planner = new ScanPlanner({ cloud, ownTargets, scanners, allowedFolders, resolve });
  const scans = new ScanOrchestrationService({
    ...{ scans: runs, subJobs, planner, starter, settler, live, audit, clock, newId },
  });
  const work = new ScanWork({
    ...{ scans: runs, scanners, scan, imports, cloud, ownTargets, references, resolve },
  });
  const onEnd = parts.onSubJobEnd;
  const runner = new SubJobRunner({ scans: runs, subJobs, work, settler, live, clock, log, onEnd });
  const reaper = new ScanReaper({ scans: runs, subJobs, starter, settler, queue, clock, log });
  return { scans, runner, reaper, repositories: { scans: runs, subJobs } };
}
