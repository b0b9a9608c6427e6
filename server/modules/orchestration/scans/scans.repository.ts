import type {
  Changes,
  CollectionSpec,
  Filter,
  Page,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { StoredScan } from './stored-scan.js';

const scans: CollectionSpec<StoredScan> = {
  name: 'scan_runs',
  scope: 'team',
  fields: {
    kind: 'string',
    status: 'string',
    targetKey: 'string',
    activeKey: 'string',
    cancelRequested: 'boolean',
    round: 'number',
    createdAt: 'string',
    finishedAt: 'string',
  },
  unique: [['activeKey']],
  indexes: [['-createdAt'], ['status', '-createdAt'], ['targetKey', '-createdAt'], ['activeKey']],
  acrossTeams: [['status'], ['finishedAt']],
};

export const ACTIVE = ['queued', 'running'] as const;

export class ScansRepository extends TeamRepository<StoredScan> {
  static readonly database = 'orchestration';
  static readonly specs = [scans];
  static readonly retention = [
    { kind: 'scans', collection: 'scan_runs', field: 'finishedAt', linkedAs: 'scan' },
  ];
  protected readonly spec = scans;

  get(scope: TeamScope, id: string) {
    return this.of(scope).get(id);
  }

  /** Throws ConflictError when a scan of the target is active. */
  add(scan: StoredScan) {
    return this.of(scan).insert(scan);
  }

  async activeOf(scope: TeamScope, activeKey: string): Promise<StoredScan | null> {
    return (await this.of(scope).find({ activeKey }, { limit: 1 })).items[0] ?? null;
  }

  page(scope: TeamScope, filter: Filter, limit: number, cursor?: string) {
    return this.of(scope).find(filter, { sort: ['-createdAt'], limit, after: cursor ?? null });
  }

  /** Changes a scan that still matches `only`. Throws ConflictError when `activeKey` is taken. */
  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>, only: Filter) {
    return this.of(scope).update(id, { set }, only);
  }

  /** The last scans of a target with results, newest first. */
  async lastOf(scope: TeamScope, targetKey: string, limit: number): Promise<StoredScan[]> {
    const filter = { targetKey, status: { in: ['completed', 'partial'] } };
    return (await this.of(scope).find(filter, { sort: ['-createdAt'], limit })).items;
  }

  /** Ended scans of every team. */
  async *endedSince(instant: string): AsyncIterable<StoredScan[]> {
    const filter = { finishedAt: { gte: instant } };
    let after: string | null = null;
    do {
      const page: Page<StoredScan> = await this.acrossTeams().find(filter, {
        ...{ sort: ['finishedAt'], limit: 200, after },
      });
      yield page.items;
      after = page.nextCursor;
    } while (after);
  }

  /** Active scans of every team, for the reaper. */
  async *active(): AsyncIterable<StoredScan[]> {
    yield* this.acrossTeams().each({ status: { in: ACTIVE } }, { batch: 200 });
  }
}
