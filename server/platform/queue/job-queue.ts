import type { z } from 'zod';
import type { Page } from '../database/collection.js';

/**
 * The job queue contract: long work, done at least once and apart from the request that asked for it.
 * Handlers are idempotent: a job whose worker died runs again. Teams take turns, so one team's
 * thousand jobs do not keep another's one waiting; priority orders the jobs of one team.
 * Two backends keep it, the database and BullMQ; `job-queue.contract.ts` is the suite of both.
 */
export interface JobQueue {
  /** Answers the job's id: that of the live job with the same `dedupeKey`, if there is one. Throws InvalidInputError when the payload does not fit. */
  enqueue<S extends z.ZodType>(type: JobType<S>, request: JobRequest<S>): Promise<string>;
  /** The same for many, in fewer steps; answers their ids in order. */
  enqueueMany<S extends z.ZodType>(
    type: JobType<S>,
    requests: readonly JobRequest<S>[],
  ): Promise<string[]>;
  /** Runs the jobs of this type in this process from now on, `concurrency` at a time. */
  work<S extends z.ZodType>(type: JobType<S>, handler: JobHandler<S>): void;
  /**
   * `cancelled`: it was waiting and never runs. `cancelling`: it runs, in whatever process, and its
   * signal aborts within a second. `ended`: too late. Throws NotFoundError.
   */
  cancel(jobId: string): Promise<'cancelled' | 'cancelling' | 'ended'>;
  get(jobId: string): Promise<JobInfo | null>;
  /** The newest first of a team and type. `failed` are the dead letters. */
  list(query: JobListQuery): Promise<Page<JobInfo>>;
  /** Puts a dead letter back with all its attempts. Throws NotFoundError, or ConflictError when it is not one. */
  retry(jobId: string): Promise<void>;
  counts(): Promise<QueueCounts[]>;
  /** Takes no more jobs. `drain` waits for those that run; otherwise they are aborted and go back to wait. May be called again to stop a drain. */
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

/** The team of work that belongs to none, such as retention or feeds. */
export const SYSTEM_TEAM = 'system';
export const MAX_DELAY_MS = 90 * 86_400_000;

export interface JobSettings {
  /** How often it is tried before it is a dead letter; a lost worker counts as one. */
  attempts: number;
  /** Before the second try; doubles with each up to `maxBackoffMs`, ± a quarter. */
  backoffMs: number;
  maxBackoffMs: number;
  /** A worker that is not heard of for so long has lost the job; it says so three times as often. */
  leaseMs: number;
  /** At one time in one process. */
  concurrency: number;
  /** An attempt that takes longer is aborted and counts as failed. */
  timeoutMs: number | null;
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
  /** 1 at the first try. */
  attempt: number;
}

export type JobProgress = number | { [key: string]: unknown };

export interface JobContext {
  /** Aborts with a JobAbortedError: stop, clean up, and throw or return. */
  signal: AbortSignal;
  /** What `get` shows; written at most some times a second, the last one wins. */
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
  /** Why the last try failed. */
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
  /** Dead letters. */
  failed: number;
  /** How long the job that can run for the longest time has been able to; 0 when none waits. */
  oldestWaitingMs: number;
}

/** Thrown by a handler when another try would not help: the job is a dead letter at once. */
export class PermanentJobError extends Error {
  override readonly name = 'PermanentJobError';
}

/** Why a running job's signal aborted; `lost`: another worker may have it already. */
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
  if (!NAME.test(name) || name.length > 80) throw new TypeError(`${name} is no name for a job`);
  return {
    name,
    schema,
    attempts: 3,
    backoffMs: 5_000,
    maxBackoffMs: 10 * 60_000,
    leaseMs: 30_000,
    concurrency: 1,
    timeoutMs: null,
    ...settings,
  };
}
