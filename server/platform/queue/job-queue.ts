import type { z } from 'zod';
import type { Page } from '../database/collection.js';
import type { Moments } from '../time/future-times.rules.js';

/**
 * The job queue contract: long work, done at least once and independently of the request that started it.
 * Handlers are idempotent: a job whose worker died runs again. Teams take turns, so a thousand jobs of
 * one team do not delay the one job of another; priority orders the jobs of one team.
 * It has two backends, the database and BullMQ; `job-queue.contract.ts` is the suite for both.
 */
export interface JobQueue {
  /** Returns the job's id, or that of a live job with the same `dedupeKey`. Throws InvalidInputError for an invalid payload. */
  enqueue<S extends z.ZodType>(type: JobType<S>, request: JobRequest<S>): Promise<string>;
  /** The same for many jobs, in fewer steps; returns their ids in order. */
  enqueueMany<S extends z.ZodType>(
    type: JobType<S>,
    requests: readonly JobRequest<S>[],
  ): Promise<string[]>;
  /** Runs the jobs of this type in this process from now on, `concurrency` at a time. */
  work<S extends z.ZodType>(type: JobType<S>, handler: JobHandler<S>): void;
  /**
   * `cancelled`: it was waiting and never runs. `cancelling`: it is running in some process, and its
   * signal aborts within a second. `ended`: too late. Throws NotFoundError.
   */
  cancel(jobId: string): Promise<'cancelled' | 'cancelling' | 'ended'>;
  get(jobId: string): Promise<JobInfo | null>;
  /** Jobs of a team and type, newest first. State `failed`: out of retries. */
  list(query: JobListQuery): Promise<Page<JobInfo>>;
  /** Re-enqueues a failed job with all its attempts. Throws NotFoundError, or ConflictError when it did not fail. */
  retry(jobId: string): Promise<void>;
  counts(): Promise<QueueCounts[]>;
  /** Cancels the team's jobs, waits for those that run, at most half a minute, and deletes all of them. */
  removeTeam(teamId: string): Promise<number>;
  /** Repairs jobs that wait for a time from before the clock went back; returns their number. */
  repairTimes(moments: Moments): Promise<number>;
  /** One sentence on why jobs cannot be stored, or may be lost; null when all is well. */
  problem(): Promise<string | null>;
  /** Claims no more jobs. `drain` waits for running jobs; otherwise they are aborted and wait again. A second call can stop a drain. */
  close(options: { drain: boolean }): Promise<void>;
}

export const JOB_STATES = [
  'waiting',
  'delayed',
  'active',
  'completed',
  'failed',
  'cancelled',
] as const;
export type JobState = (typeof JOB_STATES)[number];
export const JOB_PRIORITIES = ['urgent', 'normal', 'low'] as const;
export type JobPriority = (typeof JOB_PRIORITIES)[number];

/** Team id of work without a team, such as retention or feeds. */
export const SYSTEM_TEAM = 'system';
export const MAX_DELAY_MS = 90 * 86_400_000;

export interface JobSettings {
  /** Attempts before the job fails for good; a lost worker counts as one. */
  attempts: number;
  /** Delay before the second attempt; doubles with each up to `maxBackoffMs`, ± a quarter. */
  backoffMs: number;
  maxBackoffMs: number;
  /** A worker without a heartbeat for this long loses the job; heartbeats are three times as frequent. */
  leaseMs: number;
  /** Jobs at a time per process. */
  concurrency: number;
  /** An attempt that takes longer is aborted and counts as failed. */
  timeoutMs: number | null;
  /** At shutdown a running job may end, however long that takes. Its signal aborts all the same: it begins nothing new. */
  endsAtShutdown: boolean;
}

export interface JobType<S extends z.ZodType = z.ZodType> extends JobSettings {
  /** `<module>.<verb-noun>`: the name of the queue. */
  readonly name: string;
  readonly schema: S;
}

export interface JobRequest<S extends z.ZodType> {
  teamId: string;
  payload: z.input<S>;
  priority?: JobPriority;
  delayMs?: number;
  /** One live (waiting, delayed or running) job of this type and team has this key; cancelling frees it. */
  dedupeKey?: string | null;
}

export interface Job<Payload = unknown> {
  id: string;
  type: string;
  teamId: string;
  payload: Payload;
  /** 1 for the first attempt. */
  attempt: number;
}

export type JobProgress = number | { [key: string]: unknown };

export interface JobContext {
  /** Aborts with a JobAbortedError: stop, clean up, and throw or return. */
  signal: AbortSignal;
  /** Progress returned by `get`; written a few times a second at most, the last value wins. */
  progress(value: JobProgress): void;
}

export type JobHandler<S extends z.ZodType> = (
  job: Job<z.output<S>>,
  context: JobContext,
) => Promise<unknown>;

export interface JobInfo {
  id: string;
  type: string;
  teamId: string;
  state: JobState;
  priority: JobPriority;
  payload: unknown;
  attempts: number;
  progress: JobProgress | null;
  /** Why the last attempt failed. */
  error: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface JobListQuery {
  state: JobState;
  type?: string;
  teamId?: string;
  /** Default 100, at most 1,000. */
  limit?: number;
  cursor?: string | null;
}

export interface QueueCounts {
  queue: string;
  waiting: number;
  delayed: number;
  active: number;
  /** Out of retries. */
  failed: number;
  /** Age of the oldest job that is ready to run; 0 when none waits. */
  oldestWaitingMs: number;
}

/** Thrown by a handler when a retry would not help: the job fails for good at once. */
export class PermanentJobError extends Error {
  override readonly name = 'PermanentJobError';
}

/** Why a running job's signal aborted; `lost`: another worker may have claimed it. */
export class JobAbortedError extends Error {
  override readonly name = 'JobAbortedError';
  constructor(
    readonly why: 'cancelled' | 'lost' | 'timeout' | 'closing',
    message: string,
  ) {
    super(message);
  }
}

const NAME = /^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$/;

export function jobType<S extends z.ZodType>(
  name: string,
  schema: S,
  settings: Partial<JobSettings> = {},
): JobType<S> {
  if (!NAME.test(name) || name.length > 80) throw new TypeError(`${name} is not a valid job name`);
  return {
    name,
    schema,
    attempts: 3,
    backoffMs: 5_000,
    maxBackoffMs: 10 * 60_000,
    leaseMs: 30_000,
    concurrency: 1,
    timeoutMs: null,
    endsAtShutdown: false,
    ...settings,
  };
}
