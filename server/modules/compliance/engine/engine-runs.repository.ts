import type { EngineRun } from '../../../../contract/compliance.js';
import type {
  CollectionSpec,
  Filter,
  Page,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** Increase when runs store more for the next run. */
export const KEEPS = 3;

/** The engine's memory of a team between runs. One document per team. */
export interface EngineMemory extends TeamDoc {
  lastRun: EngineRun;
  /** Rules and library that the stored states were made with. */
  ruleVersion: string;
  /** Version of the thresholds, profiles, regions and scopes that they were made with. */
  scoping?: string;
  /** Version of the team's mapping reviews that they were made with; null if one was being written. */
  reviews?: number | null;
  /** Version of this format; a different version causes a full run. */
  keeps?: number;
  /** A run is at work, or was cut short or failed: the stored states may be wrong. */
  distrusted?: boolean;
  /** Accounts and regions in scope at the start of the last run, and what was noted of regions. */
  accounts: string[];
  /** When everything was last computed. */
  fullAt: string;
  /** Decisions that expired by then are included. */
  expiredUntil: string;
  /** When the engine has to look at the team again; empty: at once. Missing until the run has planned it. */
  dueAt?: string;
  /** The build whose rules, library and mapping last looked at the team. */
  build?: string;
}

const memory: CollectionSpec<EngineMemory> = {
  name: 'engine_memory',
  scope: 'team',
  fields: { dueAt: 'string', build: 'string', 'lastRun.startedAt': 'string' },
  acrossTeams: [['dueAt'], ['build'], ['lastRun.startedAt']],
};
const AT_ONCE = '';
const AT_A_TIME = 1_000;

export class EngineRunsRepository extends TeamRepository<EngineMemory> {
  static readonly database = 'assessments';
  static readonly specs = [memory];
  protected readonly spec = memory;

  get(scope: TeamScope): Promise<EngineMemory | null> {
    return this.of(scope).get(scope.teamId);
  }

  put(scope: TeamScope, item: Omit<EngineMemory, 'id' | 'teamId' | 'keeps'>) {
    const own = { id: scope.teamId, teamId: scope.teamId, keeps: KEEPS };
    return this.of(scope).putMany([{ ...item, ...own }]);
  }

  /** Stored states are not reliable: the next run computes everything. */
  async distrust(scope: TeamScope): Promise<void> {
    await this.of(scope).update(scope.teamId, { set: { distrusted: true, dueAt: AT_ONCE } });
  }

  async distrustAll(): Promise<void> {
    await this.acrossTeams().updateMany({}, { set: { distrusted: true, dueAt: AT_ONCE } });
  }

  /** The engine looks at the team within a minute, even if this process dies. */
  async expect(scope: TeamScope): Promise<void> {
    await this.of(scope).update(scope.teamId, { set: { dueAt: AT_ONCE } });
  }

  /** Unless it became due since it was read. */
  async plan(before: EngineMemory, dueAt: string, build: string): Promise<void> {
    const only = { dueAt: before.dueAt ?? null };
    await this.of(before).update(before.id, { set: { dueAt, build } }, only);
  }

  /** The teams that are due, or that another build looked at last. */
  async due(now: string, build: string): Promise<string[]> {
    const found = await Promise.all([
      this.#teams({ dueAt: { lte: now } }, 'dueAt'),
      this.#teams({ dueAt: { exists: false } }, 'dueAt'),
      this.#teams({ build: { lt: build } }, 'build'),
      this.#teams({ build: { gt: build } }, 'build'),
    ]);
    return [...new Set(found.flat())];
  }

  /** The teams with a run since then. */
  ranSince(instant: string): Promise<string[]> {
    return this.#teams({ 'lastRun.startedAt': { gte: instant } }, 'lastRun.startedAt');
  }

  /** The teams that had a run. */
  known(): Promise<string[]> {
    return this.#teams({}, 'dueAt');
  }

  countKnown(): Promise<number> {
    return this.acrossTeams().count({});
  }

  /** Sorted by the filter's field: otherwise its index is not used. */
  async #teams(filter: Filter, sort: string): Promise<string[]> {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const page: Page<EngineMemory> = await this.acrossTeams().find(filter, {
        ...{ sort: [sort], limit: AT_A_TIME, after },
      });
      for (const { teamId } of page.items) found.push(teamId);
      after = page.nextCursor;
    } while (after);
    return found;
  }
}
