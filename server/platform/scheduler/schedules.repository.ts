import type { Changes, CollectionSpec, Doc, Filter } from '../database/collection.js';
import { GlobalRepository } from '../database/repository.js';
import { ConflictError } from '../errors.js';
import type { Overlap, Timing } from './schedule.rules.js';

export interface StoredSchedule extends Doc, Timing {
  title: string;
  /** The module that owns it. */
  owner: string;
  /** The team it works for; SYSTEM_TEAM for none. */
  team: string;
  /** The job type's name, and its payload as JSON text. */
  job: string;
  payload: string;
  /** The type of the jobs of teams that its job enqueues. */
  teamJob?: string | null;
  jitterMs?: number;
  overlap: Overlap;
  enabled: boolean;
  /** A person changed its timing, so the declared one no longer applies. */
  changed: boolean;
  /** Null while disabled. */
  nextRunAt: string | null;
  /** When a run became due that is not in the queue yet. */
  owedRunAt?: string | null;
  lastRunAt?: string | null;
  lastSkippedAt?: string | null;
  lastJobId?: string | null;
  lastOutcome?: RunOutcome | null;
  lastError?: string | null;
}

/** `lost`: its job record is gone. */
export type RunOutcome = 'running' | 'completed' | 'failed' | 'cancelled' | 'lost';

interface Leader extends Doc {
  holder: string;
  expiresAt: string;
}

const schedules: CollectionSpec<StoredSchedule> = {
  name: 'schedules',
  scope: 'global',
  fields: {
    owner: 'string',
    team: 'string',
    nextRunAt: 'string',
    owedRunAt: 'string',
    lastJobId: 'string',
    lastOutcome: 'string',
  },
  indexes: [['nextRunAt'], ['team'], ['owedRunAt'], ['lastOutcome']],
};

const leaders: CollectionSpec<Leader> = {
  name: 'scheduler_leaders',
  scope: 'global',
  fields: { holder: 'string', expiresAt: 'string' },
};
const LEADER = 'scheduler';
const AT_ONCE = 1_000;

export class SchedulesRepository extends GlobalRepository<StoredSchedule> {
  static readonly database = 'orchestration';
  static readonly specs = [schedules, leaders];
  protected readonly spec = schedules;

  get(id: string) {
    return this.all().get(id);
  }

  async list(team?: string): Promise<StoredSchedule[]> {
    const found: StoredSchedule[] = [];
    for await (const page of this.all().each({ team })) found.push(...page);
    return found;
  }

  /** False when the id exists. */
  async add(schedule: StoredSchedule): Promise<boolean> {
    try {
      await this.all().insert(schedule);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  change(id: string, set: Partial<StoredSchedule>, only?: Filter) {
    return this.all().update(id, { set } as Changes, only);
  }

  remove(id: string) {
    return this.all().remove(id);
  }

  removeTeam(team: string): Promise<number> {
    return this.all().removeMany({ team });
  }

  due(now: string) {
    return this.#some({ nextRunAt: { lte: now } }, 'nextRunAt');
  }

  withOwedRun() {
    return this.#some({ owedRunAt: { exists: true } }, 'owedRunAt');
  }

  running() {
    return this.#some({ lastOutcome: 'running' }, 'lastOutcome');
  }

  /** Makes this holder the leader or renews it; false while another one leads. */
  async lead(holder: string, now: string, expiresAt: string): Promise<boolean> {
    const lease = { holder, expiresAt };
    const free = { id: LEADER, or: [{ holder }, { expiresAt: { lte: now } }] };
    const collection = this.all(leaders);
    if (await collection.claim(free, { set: lease })) return true;
    if (await collection.get(LEADER)) return false;
    try {
      await collection.insert({ id: LEADER, ...lease });
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  /** A leader from before the clock went back must lead again. */
  repairLeader({ now, limit }: { now: string; limit: string }): Promise<number> {
    return this.all(leaders).updateMany({ expiresAt: { gt: limit } }, { set: { expiresAt: now } });
  }

  async resign(holder: string, now: string): Promise<void> {
    await this.all(leaders).update(LEADER, { set: { expiresAt: now } }, { holder });
  }

  /** Sorted by the filter's field: otherwise its index is not used. */
  async #some(filter: Filter, sort: string): Promise<StoredSchedule[]> {
    return (await this.all().find(filter, { sort: [sort], limit: AT_ONCE })).items;
  }
}
