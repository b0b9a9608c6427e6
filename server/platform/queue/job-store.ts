import type { Page } from '../database/collection.js';
import type { Moments } from '../time/future-times.rules.js';
import type {
  JobInfo,
  JobListQuery,
  JobPriority,
  JobProgress,
  JobType,
  QueueCounts,
} from './job-queue.js';

/**
 * The storage of jobs, which each queue backend implements. Running, retrying, cancelling and sharing
 * jobs between teams is common to all, in `stored-queue.ts` and `queue-worker.ts`.
 */
export interface JobStore {
  /** Returns the job's id, or that of the live job with the same dedupe key. */
  add(job: NewJob): Promise<string>;
  addMany(jobs: readonly NewJob[]): Promise<string[]>;
  /** Teams that may have a job to run now, and how many of their jobs run in any process. Makes delayed jobs due. */
  ready(types: readonly JobType[]): Promise<ReadyTeam[]>;
  /** Claims the team's next job for one lease; the attempt counts from here. */
  claim(type: JobType, teamId: string): Promise<HeldJob | null>;
  /** Renews the lease; false when it is lost. */
  heartbeat(held: HeldJob, leaseMs: number): Promise<boolean>;
  progress(held: HeldJob, value: JobProgress): Promise<void>;
  /** Ends the attempt; false when the lease is lost and nothing was changed. */
  settle(held: HeldJob, ending: JobEnding): Promise<boolean>;
  /** An attempt whose lease was lost to an outage does not count, whoever has the job by now. */
  forgive(held: HeldJob): Promise<void>;
  /** Which of these running jobs have a cancellation request. */
  cancelRequested(ids: readonly string[]): Promise<string[]>;
  cancel(id: string): Promise<'cancelled' | 'cancelling' | 'ended' | null>;
  get(id: string): Promise<JobInfo | null>;
  list(query: JobListQuery & { limit: number }): Promise<Page<JobInfo>>;
  /** False when the job has not failed; null when it does not exist. */
  retry(id: string): Promise<boolean | null>;
  /** Makes jobs with an expired lease wait again. */
  recover(types: readonly JobType[]): Promise<void>;
  /** After the clock went back: leases end, delays count from now, and a retry does not wait. Returns the number of changed jobs. */
  repairTimes(moments: Moments): Promise<number>;
  counts(): Promise<QueueCounts[]>;
  /** Deletes all jobs of the team, whatever their state; returns their number. */
  removeTeam(teamId: string): Promise<number>;
  /** See `JobQueue`. A store that is a database has no problem of its own. */
  problem?(): Promise<string | null>;
  /** Reports jobs that other processes added, if the backend can. */
  watch?(added: (type: string, teamId: string) => void): Promise<void>;
  close(): Promise<void>;
}

export interface NewJob {
  id: string;
  type: string;
  teamId: string;
  /** JSON text of the given payload. */
  payload: string;
  priority: JobPriority;
  delayMs: number;
  dedupeKey: string | null;
}

export interface ReadyTeam {
  type: string;
  teamId: string;
  active: number;
  /** False when all its jobs are running. */
  ready: boolean;
}

export interface HeldJob {
  id: string;
  type: string;
  teamId: string;
  payload: string;
  attempt: number;
  /** Cancelled before this attempt started. */
  cancelRequested: boolean;
  error: string | null;
  token: string;
}

export type JobEnding =
  | { as: 'completed' }
  | { as: 'cancelled' }
  | { as: 'failed'; error: string }
  | { as: 'delayed'; delayMs: number; error: string }
  /** Runs again later, as if not attempted: a store was away. */
  | { as: 'postponed'; delayMs: number; error: string }
  /** Waits again, as if not attempted. */
  | { as: 'released' };

export const KEPT_COMPLETED_MS = 7 * 86_400_000;
export const KEPT_FAILED_MS = 30 * 86_400_000;
