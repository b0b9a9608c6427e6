import type { CollectionSpec, Doc } from '../database/collection.js';
import { GlobalRepository } from '../database/repository.js';
import { ConflictError } from '../errors.js';
import type { Moments } from '../time/future-times.rules.js';
import { delayAfterRepair, RENEWED_WITHIN_MS } from './job.rules.js';
import type { JobListQuery, JobState } from './job-queue.js';

/** A job of the embedded queue. `dueAt`: ready since, delayed until, or leased until. */
export interface StoredJob extends Doc {
  type: string;
  /** The owner. The collection is global because workers query across teams, by type first. */
  team: string;
  state: JobState;
  /** 0 is the most urgent. */
  priority: number;
  dueAt: string;
  /** JSON text, so that every database stores it alike. */
  payload: string;
  attempts: number;
  createdAt: string;
  token?: string | null;
  dedupe?: string | null;
  cancelRequested?: boolean | null;
  progress?: string | null;
  error?: string | null;
  startedAt?: string | null;
  finishedAt?: string | null;
}

const jobs: CollectionSpec<StoredJob> = {
  name: 'jobs',
  scope: 'global',
  fields: {
    type: 'string',
    team: 'string',
    state: 'string',
    priority: 'number',
    dueAt: 'string',
    token: 'string',
    dedupe: 'string',
    cancelRequested: 'boolean',
    finishedAt: 'string',
  },
  unique: [['dedupe']],
  indexes: [
    ['type', 'state', 'team', 'priority'],
    ['type', 'state', 'dueAt'],
    ['team', 'state', '-id'],
    ['finishedAt'],
    ['state', 'dueAt'],
  ],
};

const LIVE = ['waiting', 'delayed', 'active'] as const;
const AT_ONCE = 500;
const OLD = { collection: 'jobs', field: 'finishedAt' };

/** The jobs of all teams: the queue is global, and callers check which team's jobs they return. */
export class JobsRepository extends GlobalRepository<StoredJob> {
  static readonly database = 'orchestration';
  static readonly specs = [jobs];
  static readonly retention = [
    { kind: 'dead_jobs', ...OLD, only: { state: 'failed' } },
    { kind: 'completed_jobs', ...OLD, only: { state: { in: ['completed', 'cancelled'] } } },
  ];
  protected readonly spec = jobs;

  removeTeam(team: string): Promise<number> {
    return this.all().removeMany({ team });
  }

  get(id: string) {
    return this.all().get(id);
  }

  /** Returns the id of a live job with the same dedupe key, if there is one. */
  async add(job: StoredJob): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.all().insert(job);
        return job.id;
      } catch (error) {
        if (!(error instanceof ConflictError) || !job.dedupe || tries === 5) throw error;
        const { items } = await this.all().find({ dedupe: job.dedupe }, { limit: 1 });
        if (items[0]) return items[0].id;
      }
    }
  }

  addMany(many: readonly StoredJob[]) {
    return this.all().putMany(many);
  }

  countsByTeam(types: readonly string[]) {
    const filter = { type: { in: types }, state: { in: ['waiting', 'active'] } };
    return this.all().groupCount(filter, ['type', 'state', 'team']);
  }

  countsByState() {
    return this.all().groupCount({ state: { in: [...LIVE, 'failed'] } }, ['type', 'state']);
  }

  async oldestWaiting(type: string): Promise<StoredJob | null> {
    const page = await this.all().find({ type, state: 'waiting' }, { sort: ['dueAt'], limit: 1 });
    return page.items[0] ?? null;
  }

  /** Makes due delayed jobs wait. */
  async wakeDue(types: readonly string[], now: string): Promise<void> {
    const due = { type: { in: types }, state: 'delayed', dueAt: { lte: now } };
    const { items } = await this.all().find(due, { sort: ['dueAt'], limit: 1 });
    if (items.length > 0) await this.all().updateMany(due, { set: { state: 'waiting' } });
  }

  /** Claims the team's next job; `token` proves that the lease is held. */
  claim(
    type: string,
    teamId: string,
    lease: { token: string; dueAt: string; startedAt: string },
  ): Promise<StoredJob | null> {
    return this.all().claim(
      { type, state: 'waiting', team: teamId },
      { set: { state: 'active', ...lease }, inc: { attempts: 1 } },
      ['priority', 'id'],
    );
  }

  /** Changes a job that is leased under this token. */
  async changeHeld(
    { id, token }: { id: string; token: string },
    set: Partial<StoredJob>,
    inc: Record<string, number> = {},
  ): Promise<boolean> {
    return (await this.all().update(id, { set, inc }, { token })) !== null;
  }

  /** Takes back an attempt of a job that has not ended. */
  async forgive(id: string): Promise<void> {
    await this.all().update(id, { inc: { attempts: -1 } }, { state: { in: [...LIVE] } });
  }

  /** Revokes expired leases, so that their holders can no longer change the jobs. */
  async returnExpired(types: readonly string[], now: string): Promise<number> {
    const expired = { type: { in: types }, state: 'active', dueAt: { lt: now } };
    const { items } = await this.all().find(expired, { sort: ['dueAt'], limit: AT_ONCE });
    for (const { id, token } of items) {
      const set = { state: 'waiting', token: null, dueAt: now };
      await this.all().update(id, { set }, { ...expired, token: token ?? null });
    }
    return items.length;
  }

  async cancelRequested(ids: readonly string[]): Promise<string[]> {
    const filter = { id: { in: ids }, cancelRequested: true };
    const { items } = await this.all().find(filter, { limit: AT_ONCE });
    return items.map((job) => job.id);
  }

  cancelWaiting(id: string, now: string) {
    const set = { state: 'cancelled', finishedAt: now, dedupe: null };
    return this.all().update(id, { set }, { state: { in: ['waiting', 'delayed'] } });
  }

  cancelActive(id: string) {
    return this.all().update(
      id,
      { set: { cancelRequested: true, dedupe: null } },
      { state: 'active' },
    );
  }

  retryFailed(id: string, now: string) {
    const cleared = { attempts: 0, error: null, progress: null, startedAt: null, finishedAt: null };
    const set = { state: 'waiting', dueAt: now, ...cleared };
    return this.all().update(id, { set }, { state: 'failed' });
  }

  /**
   * Jobs from before the clock went back: leases end, delays count from now, and a retry does not wait. Returns the
   * number of changed jobs.
   */
  async repairTimes({ now, limit }: Moments): Promise<number> {
    const ahead = { dueAt: { gt: limit } };
    const waiting = { ...ahead, state: 'waiting' };
    let changed = await this.all().updateMany(waiting, { set: { dueAt: now } });
    const lease = new Date(Date.parse(now) + RENEWED_WITHIN_MS).toISOString();
    changed += await this.all().updateMany(
      { ...ahead, state: 'active' },
      { set: { dueAt: lease } },
    );
    for await (const page of this.all().each({ ...ahead, state: 'delayed' })) {
      for (const { id, createdAt, dueAt, attempts, startedAt } of page) {
        const wasTried = attempts > 0 || Boolean(startedAt);
        const delayMs = delayAfterRepair({ createdAt, dueAt, wasTried }, { now, limit });
        if (delayMs === null) continue;
        const set = { dueAt: new Date(Date.parse(now) + delayMs).toISOString() };
        if (await this.all().update(id, { set }, { dueAt, state: 'delayed' })) changed += 1;
      }
    }
    return changed;
  }

  list({ state, type, teamId, limit, cursor }: JobListQuery & { limit: number }) {
    const filter = { state, type, team: teamId };
    return this.all().find(filter, { sort: ['-id'], limit, after: cursor });
  }
}
