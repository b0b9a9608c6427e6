import type { SubJobsRepository } from '../sub-jobs/sub-jobs.repository.js';
import type { ScansRepository } from './scans.repository.js';

/** Where scans and their sub-jobs are stored. */
export interface ScanStores {
  scans: ScansRepository;
  subJobs: SubJobsRepository;
}
