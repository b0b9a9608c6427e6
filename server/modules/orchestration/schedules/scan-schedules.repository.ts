import type { ScanSchedule, ScheduleRun } from '../../../../contract/scan-schedules.js';
import type {
  CollectionSpec,
  Filter,
  Page,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** What a schedule scans; its timing is the scheduler's, under the same id. */
export interface StoredScanSchedule
  extends TeamDoc,
    Pick<
      ScanSchedule,
      'name' | 'kind' | 'target' | 'targetKey' | 'request' | 'madeBy' | 'createdBy' | 'createdAt'
    > {
  /** Searchable text in lower case. */
  searchText: string;
  /** A person changed its name or target, so those of its account no longer apply. */
  edited: boolean;
  /** Newest first. */
  runs: ScheduleRun[];
  lastRunAt: string | null;
  /** Of a deleted schedule of an account, which must not come back at the next start. */
  removedAt: string | null;
}

const scanSchedules: CollectionSpec<StoredScanSchedule> = {
  name: 'scan_schedules',
  scope: 'team',
  fields: {
    name: 'string',
    kind: 'string',
    targetKey: 'string',
    searchText: 'string',
    lastRunAt: 'string',
    removedAt: 'string',
  },
  indexes: [['removedAt', 'name'], ['targetKey']],
};

const PRESENT = { removedAt: null } as const;
const MAX_RUNS = 20;

export class ScanSchedulesRepository extends TeamRepository<StoredScanSchedule> {
  static readonly database = 'orchestration';
  static readonly specs = [scanSchedules];
  protected readonly spec = scanSchedules;

  /** Null for a deleted one. */
  async get(scope: TeamScope, id: string): Promise<StoredScanSchedule | null> {
    const schedule = await this.of(scope).get(id);
    return schedule?.removedAt === null ? schedule : null;
  }

  /** Also a deleted one of an account. */
  find(scope: TeamScope, id: string): Promise<StoredScanSchedule | null> {
    return this.of(scope).get(id);
  }

  page(
    scope: TeamScope,
    { kind, target, q }: { kind?: readonly string[]; target?: string; q?: string },
    limit: number,
    cursor?: string,
  ): Promise<Page<StoredScanSchedule>> {
    const where: Filter = {
      ...PRESENT,
      ...(kind ? { kind: { in: kind } } : {}),
      ...(target === undefined ? {} : { targetKey: target }),
      ...(q?.trim() ? { searchText: { contains: q.trim().toLowerCase() } } : {}),
    };
    return this.of(scope).find(where, { sort: ['name'], limit, after: cursor ?? null });
  }

  count(scope: TeamScope): Promise<number> {
    return this.of(scope).count(PRESENT);
  }

  async ofTarget(scope: TeamScope, targetKey: string): Promise<StoredScanSchedule[]> {
    const found: StoredScanSchedule[] = [];
    for await (const page of this.of(scope).each({ targetKey })) found.push(...page);
    return found;
  }

  /** Throws ConflictError when the id exists. */
  add(schedule: StoredScanSchedule): Promise<void> {
    return this.of(schedule).insert(schedule);
  }

  change(scope: TeamScope, id: string, set: Partial<StoredScanSchedule>) {
    return this.of(scope).update(id, { set }, PRESENT);
  }

  /** Keeps the last runs; repeats when another run was noted meanwhile. */
  async noteRun(scope: TeamScope, id: string, run: ScheduleRun): Promise<void> {
    for (;;) {
      const known = await this.get(scope, id);
      if (!known) return;
      const set = { runs: [run, ...known.runs].slice(0, MAX_RUNS), lastRunAt: run.at };
      const only = { ...PRESENT, lastRunAt: known.lastRunAt };
      if (await this.of(scope).update(id, { set }, only)) return;
    }
  }

  remove(scope: TeamScope, id: string): Promise<boolean> {
    return this.of(scope).remove(id);
  }
}
