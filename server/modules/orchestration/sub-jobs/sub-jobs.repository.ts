import type {
  Changes,
  CollectionSpec,
  Filter,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { StoredSubJob } from './stored-sub-job.js';

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
  acrossTeams: [['finishedAt']],
};

const MAX_PER_SCAN = 1_000;

export class SubJobsRepository extends TeamRepository<StoredSubJob> {
  static readonly database = 'orchestration';
  static readonly specs = [subJobs];
  static readonly retention = [{ kind: 'scans', collection: 'scan_sub_jobs', field: 'finishedAt' }];
  protected readonly spec = subJobs;

  get(scope: TeamScope, id: string) {
    return this.of(scope).get(id);
  }

  async ofScan(scope: TeamScope, scanId: string): Promise<StoredSubJob[]> {
    return (await this.of(scope).find({ scanId }, { sort: ['place'], limit: MAX_PER_SCAN })).items;
  }

  async addMany(scope: TeamScope, many: readonly StoredSubJob[]): Promise<void> {
    await this.of(scope).putMany(many);
  }

  /** Changes a sub-job that still matches `only`; null otherwise. */
  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>, only: Filter) {
    return this.of(scope).update(id, { set }, only);
  }
}
