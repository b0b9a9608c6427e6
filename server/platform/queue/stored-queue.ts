import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { NewId } from '../clock.js';
import type { Page } from '../database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.js';
import type { Logger } from '../log/structured-logging.js';
import type { Moments } from '../time/future-times.rules.js';
import { problemsOf } from './job.rules.js';
import {
  type JobHandler,
  type JobInfo,
  type JobListQuery,
  type JobQueue,
  type JobRequest,
  type JobType,
  MAX_DELAY_MS,
  type QueueCounts,
} from './job-queue.js';
import type { JobStore, NewJob } from './job-store.js';
import { type QueuePace, QueueWorker } from './queue-worker.js';

export interface QueueParts {
  newId: NewId;
  log: Logger;
  /** For the spread of backoffs; default Math.random. */
  random?: () => number;
  graceMs?: number;
  /** Why jobs of this type have to wait; null when they may run. */
  waits?: (type: string) => string | null;
  /** What every job runs in, such as separate connections. */
  isolate?: (handler: JobHandler<z.ZodType>) => JobHandler<z.ZodType>;
  pace?: Partial<QueuePace>;
}

export const PACE: QueuePace = { pollMs: 250, idleMs: 1_000, recoverMs: 5_000, cancelMs: 500 };
const GRACE_MS = 10_000;
const MAX_LISTED = 1_000;
const MAX_KEY = 300;
/** How long running jobs of a deleted team may take to end. */
const MAX_WAIT_MS = 30_000;

/** The queue over any store of jobs. */
export class StoredJobQueue implements JobQueue {
  readonly #store: JobStore;
  readonly #newId: NewId;
  readonly #log: Logger;
  readonly #worker: QueueWorker;
  readonly #isolate: NonNullable<QueueParts['isolate']>;
  #watching = false;
  #closed: Promise<void> | null = null;

  constructor(store: JobStore, parts: QueueParts) {
    const { newId, log, random = Math.random, graceMs = GRACE_MS, waits, pace } = parts;
    this.#store = store;
    this.#newId = newId;
    this.#log = log;
    this.#isolate = parts.isolate ?? ((handler) => handler);
    this.#worker = new QueueWorker({ store, log, random, graceMs, waits }, { ...PACE, ...pace });
  }

  async enqueue<S extends z.ZodType>(type: JobType<S>, request: JobRequest<S>): Promise<string> {
    const job = this.#newJob(type, request);
    const id = await this.#store.add(job);
    this.#added(job);
    return id;
  }

  async enqueueMany<S extends z.ZodType>(
    type: JobType<S>,
    requests: readonly JobRequest<S>[],
  ): Promise<string[]> {
    const jobs = requests.map((request) => this.#newJob(type, request));
    const ids = await this.#store.addMany(jobs);
    for (const teamId of new Set(jobs.map((job) => job.teamId))) {
      const first = jobs.find((job) => job.teamId === teamId && job.delayMs === 0);
      if (first) this.#added(first);
    }
    if (jobs.some((job) => job.delayMs > 0)) this.#worker.expect(type.name);
    return ids;
  }

  work<S extends z.ZodType>(type: JobType<S>, handler: JobHandler<S>): void {
    this.#worker.work(type, this.#isolate(handler as JobHandler<z.ZodType>));
    if (this.#watching || !this.#store.watch) return;
    this.#watching = true;
    this.#store
      .watch((name, teamId) => this.#worker.added(name, teamId))
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, 'job notifications unavailable, falling back to polling');
      });
  }

  async cancel(jobId: string): Promise<'cancelled' | 'cancelling' | 'ended'> {
    const done = await this.#store.cancel(jobId);
    if (done === null) throw new NotFoundError('no such job', { jobId });
    if (done === 'cancelling') this.#worker.abort(jobId);
    return done;
  }

  get(jobId: string): Promise<JobInfo | null> {
    return this.#store.get(jobId);
  }

  async list(query: JobListQuery): Promise<Page<JobInfo>> {
    const limit = query.limit ?? 100;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED) {
      throw new InvalidInputError(`limit must be a whole number from 1 to ${MAX_LISTED}`);
    }
    return this.#store.list({ ...query, limit });
  }

  async retry(jobId: string): Promise<void> {
    const done = await this.#store.retry(jobId);
    if (done === null) throw new NotFoundError('no such job', { jobId });
    if (!done) throw new ConflictError('only a failed job can be retried', { jobId });
    const job = await this.#store.get(jobId);
    if (job) this.#worker.added(job.type, job.teamId);
  }

  async removeTeam(teamId: string): Promise<number> {
    const end = performance.now() + MAX_WAIT_MS;
    while ((await this.#cancelTeam(teamId)) > 0 && performance.now() < end) await pause(200);
    // A job that still runs loses its lease, and is aborted by its worker.
    return this.#store.removeTeam(teamId);
  }

  /** Returns how many of the team's jobs still run. */
  async #cancelTeam(teamId: string): Promise<number> {
    let running = 0;
    for (const state of ['waiting', 'delayed', 'active'] as const) {
      for (;;) {
        const { items } = await this.#store.list({ state, teamId, limit: MAX_LISTED });
        const done = await Promise.all(items.map(({ id }) => this.#store.cancel(id)));
        const left = done.filter((each) => each === 'cancelling').length;
        running += left;
        if (items.length < MAX_LISTED || left > 0) break;
      }
    }
    return running;
  }

  counts(): Promise<QueueCounts[]> {
    return this.#store.counts();
  }

  repairTimes(moments: Moments): Promise<number> {
    return this.#store.repairTimes(moments);
  }

  async problem(): Promise<string | null> {
    return (await this.#store.problem?.()) ?? null;
  }

  async close({ drain }: { drain: boolean }): Promise<void> {
    await this.#worker.close(drain);
    this.#closed ??= this.#store.close();
    await this.#closed;
  }

  #newJob<S extends z.ZodType>(type: JobType<S>, request: JobRequest<S>): NewJob {
    const { teamId, payload, priority = 'normal', delayMs = 0, dedupeKey = null } = request;
    const checked = type.schema.safeParse(payload);
    if (!checked.success) {
      const problems = problemsOf(checked.error);
      throw new InvalidInputError(`the payload does not fit ${type.name}: ${problems}`);
    }
    if (typeof teamId !== 'string' || teamId === '') throw new TypeError('a job needs a team');
    if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS)) {
      throw new InvalidInputError(`delayMs must be from 0 to ${MAX_DELAY_MS}`);
    }
    if (dedupeKey !== null && (dedupeKey === '' || dedupeKey.length > MAX_KEY)) {
      throw new InvalidInputError(`dedupeKey must have 1 to ${MAX_KEY} characters`);
    }
    return {
      id: this.#newId('job'),
      type: type.name,
      teamId,
      payload: JSON.stringify(payload) ?? 'null',
      priority,
      delayMs: Math.round(delayMs),
      dedupeKey,
    };
  }

  #added({ type, teamId, delayMs }: NewJob): void {
    if (delayMs === 0) this.#worker.added(type, teamId);
    else this.#worker.expect(type);
  }
}
