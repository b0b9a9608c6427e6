import type { SubJob } from '../../../../contract/orchestration.js';
import type {
  Changes,
  CollectionSpec,
  Filter,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { ScanUnit } from '../../../scanners/runs/scanner.js';

export type StoredSubJob = TeamDoc &
  Omit<SubJob, 'tool'> & {
    scanId: string;
    /** Its place among the sub-jobs of its scan. */
    place: number;
    unit: ScanUnit;
    round: number;
    /** Its job in the queue; null until it is there. */
    jobId: string | null;
    /** Who runs it: what a worker writes counts only while this is its own. */
    token: string | null;
    /** How often its job was gone from the queue and was put there again. */
    requeued: number;
    /** 0 … 1, as far as its worker can tell. */
    progress: number;
    durationMs: number | null;
  };

const subJobs: CollectionSpec<StoredSubJob> = {
  name: 'scan_sub_jobs',
  scope: 'team',
  fields: {
    scanId: 'string',
    place: 'number',
    status: 'string',
    round: 'number',
    token: 'string',
    jobId: 'string',
    finishedAt: 'string',
  },
  indexes: [['scanId', 'place']],
};

const MOST = 1_000;

export class SubJobsRepository extends TeamRepository<StoredSubJob> {
  static readonly database = 'orchestration';
  static readonly specs = [subJobs];
  static readonly retention = [{ kind: 'scans', collection: 'scan_sub_jobs', field: 'finishedAt' }];
  protected readonly spec = subJobs;

  get(scope: TeamScope, id: string) {
    return this.of(scope).get(id);
  }

  async ofScan(scope: TeamScope, scanId: string): Promise<StoredSubJob[]> {
    return (await this.of(scope).find({ scanId }, { sort: ['place'], limit: MOST })).items;
  }

  async addMany(scope: TeamScope, many: readonly StoredSubJob[]): Promise<void> {
    await this.of(scope).putMany(many);
  }

  /** Changes a sub-job that is still as `only` says; null when it is not. */
  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>, only: Filter) {
    return this.of(scope).update(id, { set }, only);
  }
}
