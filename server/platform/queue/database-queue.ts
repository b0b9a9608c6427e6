import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Page } from '../database/collection.js';
import type { Moments } from '../time/future-times.rules.js';
import {
  JOB_PRIORITIES,
  type JobInfo,
  type JobListQuery,
  type JobProgress,
  type JobType,
  type QueueCounts,
} from './job-queue.js';
import type { HeldJob, JobEnding, JobStore, NewJob, ReadyTeam } from './job-store.js';
import type { JobsRepository, StoredJob } from './jobs.repository.js';
import { type QueueParts, StoredJobQueue } from './stored-queue.js';

/** The embedded queue: jobs are documents of the orchestration database, on either backend. */
export function createDatabaseQueue(
  parts: QueueParts & { jobs: JobsRepository; clock: Clock },
): StoredJobQueue {
  return new StoredJobQueue(new DatabaseJobStore(parts.jobs, parts.clock), parts);
}

class DatabaseJobStore implements JobStore {
  readonly #jobs: JobsRepository;
  readonly #clock: Clock;

  constructor(jobs: JobsRepository, clock: Clock) {
    this.#jobs = jobs;
    this.#clock = clock;
  }

  add(job: NewJob): Promise<string> {
    return this.#jobs.add(this.#stored(job));
  }

  async addMany(jobs: readonly NewJob[]): Promise<string[]> {
    await this.#jobs.addMany(jobs.filter((job) => !job.dedupeKey).map((job) => this.#stored(job)));
    const ids: string[] = [];
    for (const job of jobs) ids.push(job.dedupeKey ? await this.add(job) : job.id);
    return ids;
  }

  async ready(types: readonly JobType[]): Promise<ReadyTeam[]> {
    const names = types.map((type) => type.name);
    await this.#jobs.wakeDue(names, this.#at());
    const teams = new Map<string, ReadyTeam>();
    for (const { key, count } of await this.#jobs.countsByTeam(names)) {
      const [type, state, teamId] = key as [string, string, string];
      const team = teams.get(`${type}/${teamId}`) ?? { type, teamId, active: 0, ready: false };
      teams.set(`${type}/${teamId}`, team);
      if (state === 'active') team.active = count;
      else team.ready = true;
    }
    return [...teams.values()];
  }

  async claim(type: JobType, teamId: string): Promise<HeldJob | null> {
    const token = randomUUID();
    const lease = { token, dueAt: this.#at(type.leaseMs), startedAt: this.#at() };
    const job = await this.#jobs.claim(type.name, teamId, lease);
    if (!job) return null;
    const { id, payload, attempts: attempt, error = null } = job;
    const cancelRequested = job.cancelRequested === true;
    return { id, type: type.name, teamId, payload, attempt, cancelRequested, error, token };
  }

  heartbeat(held: HeldJob, leaseMs: number): Promise<boolean> {
    return this.#jobs.changeHeld(held, { dueAt: this.#at(leaseMs) });
  }

  async progress(held: HeldJob, value: JobProgress): Promise<void> {
    await this.#jobs.changeHeld(held, { progress: JSON.stringify(value) });
  }

  settle(held: HeldJob, ending: JobEnding): Promise<boolean> {
    const token = null;
    if (ending.as === 'released') {
      const back = { state: 'waiting', token, dueAt: this.#at() } as const;
      return this.#jobs.changeHeld(held, back, { attempts: -1 });
    }
    if (ending.as === 'delayed' || ending.as === 'postponed') {
      const { as, error, delayMs } = ending;
      const set = { state: 'delayed', token, error, dueAt: this.#at(delayMs) } as const;
      return this.#jobs.changeHeld(held, set, as === 'postponed' ? { attempts: -1 } : {});
    }
    const error = ending.as === 'failed' ? ending.error : null;
    const ended = { state: ending.as, token, error, dedupe: null, finishedAt: this.#at() };
    return this.#jobs.changeHeld(held, ended);
  }

  forgive(held: HeldJob): Promise<void> {
    return this.#jobs.forgive(held.id);
  }

  cancelRequested(ids: readonly string[]): Promise<string[]> {
    return this.#jobs.cancelRequested(ids);
  }

  async cancel(id: string): Promise<'cancelled' | 'cancelling' | 'ended' | null> {
    for (;;) {
      if (await this.#jobs.cancelWaiting(id, this.#at())) return 'cancelled';
      if (await this.#jobs.cancelActive(id)) return 'cancelling';
      const job = await this.#jobs.get(id);
      if (!job) return null;
      if (job.finishedAt) return 'ended';
      // It changed between the queries, from running to waiting for a retry: check again.
    }
  }

  async get(id: string): Promise<JobInfo | null> {
    const job = await this.#jobs.get(id);
    return job && infoOf(job);
  }

  async list(query: JobListQuery & { limit: number }): Promise<Page<JobInfo>> {
    const { items, nextCursor } = await this.#jobs.list(query);
    return { items: items.map(infoOf), nextCursor };
  }

  async retry(id: string): Promise<boolean | null> {
    if (await this.#jobs.retryFailed(id, this.#at())) return true;
    return (await this.#jobs.get(id)) ? false : null;
  }

  async recover(types: readonly JobType[]): Promise<void> {
    const names = types.map((type) => type.name);
    await this.#jobs.returnExpired(names, this.#at());
  }

  repairTimes(moments: Moments): Promise<number> {
    return this.#jobs.repairTimes(moments);
  }

  removeTeam(teamId: string): Promise<number> {
    return this.#jobs.removeTeam(teamId);
  }

  async counts(): Promise<QueueCounts[]> {
    const queues = new Map<string, QueueCounts>();
    for (const { key, count } of await this.#jobs.countsByState()) {
      const [queue, state] = key as [string, 'waiting' | 'delayed' | 'active' | 'failed'];
      const none = { waiting: 0, delayed: 0, active: 0, failed: 0, oldestWaitingMs: 0 };
      const counts = queues.get(queue) ?? { queue, ...none };
      queues.set(queue, { ...counts, [state]: count });
    }
    const now = this.#clock.now().getTime();
    for (const counts of queues.values()) {
      const oldest = counts.waiting > 0 ? await this.#jobs.oldestWaiting(counts.queue) : null;
      if (oldest) counts.oldestWaitingMs = Math.max(0, now - Date.parse(oldest.dueAt));
    }
    return [...queues.values()];
  }

  /** The platform closes the database. */
  async close(): Promise<void> {}

  #stored({ id, type, teamId, payload, priority, delayMs, dedupeKey }: NewJob): StoredJob {
    return {
      id,
      type,
      team: teamId,
      payload,
      state: delayMs > 0 ? 'delayed' : 'waiting',
      priority: JOB_PRIORITIES.indexOf(priority),
      dueAt: this.#at(delayMs),
      attempts: 0,
      createdAt: this.#at(),
      dedupe: dedupeKey && JSON.stringify([type, teamId, dedupeKey]),
    };
  }

  #at(inMs = 0): string {
    return new Date(this.#clock.now().getTime() + inMs).toISOString();
  }
}

function infoOf(job: StoredJob): JobInfo {
  return {
    id: job.id,
    type: job.type,
    teamId: job.team,
    state: job.state,
    priority: JOB_PRIORITIES[job.priority] ?? 'normal',
    payload: JSON.parse(job.payload),
    attempts: job.attempts,
    progress: job.progress ? JSON.parse(job.progress) : null,
    error: job.error ?? null,
    createdAt: job.createdAt,
    startedAt: job.startedAt ?? null,
    finishedAt: job.finishedAt ?? null,
  };
}
