import type { Page } from '../database/collection.js';
import type {
  JobInfo,
  JobListQuery,
  JobPriority,
  JobProgress,
  JobType,
  QueueCounts,
} from './job-queue.js';

/**
 * Where jobs are kept: what a backend of the queue has to be able to do. How jobs are run, retried,
 * cancelled and shared between teams is the same for all, in `stored-queue.ts` and `queue-worker.ts`.
 */
export interface JobStore {
  /** Answers the id it is kept under, or that of the live job with the same dedupe key. */
  add(job: NewJob): Promise<string>;
  addMany(jobs: readonly NewJob[]): Promise<string[]>;
  /** The teams that may have a job to run now, and how many of each run anywhere. Lets delayed jobs become due. */
  ready(types: readonly JobType[]): Promise<ReadyTeam[]>;
  /** Takes the team's next job for the length of a lease; the attempt counts from here. */
  claim(type: JobType, teamId: string): Promise<HeldJob | null>;
  /** Renews the lease; false when it is lost. */
  heartbeat(held: HeldJob, leaseMs: number): Promise<boolean>;
  progress(held: HeldJob, value: JobProgress): Promise<void>;
  /** Ends the attempt; false when the lease is lost and nothing was changed. */
  settle(held: HeldJob, ending: JobEnding): Promise<boolean>;
  /** Which of these running jobs somebody wants cancelled. */
  cancelRequested(ids: readonly string[]): Promise<string[]>;
  cancel(id: string): Promise<'cancelled' | 'cancelling' | 'ended' | null>;
  get(id: string): Promise<JobInfo | null>;
  list(query: JobListQuery & { limit: number }): Promise<Page<JobInfo>>;
  /** False when it is there and not a dead letter; null when it is not there. */
  retry(id: string): Promise<boolean | null>;
  /** Puts jobs whose lease ran out back to wait. */
  recover(types: readonly JobType[]): Promise<void>;
  counts(): Promise<QueueCounts[]>;
  /** Tells of jobs that another process added, if the backend can. */
  watch?(added: (type: string, teamId: string) => void): Promise<void>;
  close(): Promise<void>;
}

export interface NewJob {
  id: string;
  type: string;
  teamId: string;
  /** JSON text, as it was given. */
  payload: string;
  priority: JobPriority;
  delayMs: number;
  dedupeKey: string | null;
}

export interface ReadyTeam {
  type: string;
  teamId: string;
  active: number;
  /** False: it only has jobs that run. */
  ready: boolean;
}

export interface HeldJob {
  id: string;
  type: string;
  teamId: string;
  payload: string;
  attempt: number;
  /** Cancelled before this attempt began. */
  cancelRequested: boolean;
  error: string | null;
  token: string;
}

export type JobEnding =
  | { as: 'completed' }
  | { as: 'cancelled' }
  | { as: 'failed'; error: string }
  | { as: 'delayed'; delayMs: number; error: string }
  /** Back to wait, as if it had not been tried. */
  | { as: 'released' };

export const KEPT_COMPLETED_MS = 7 * 86_400_000;
export const KEPT_FAILED_MS = 30 * 86_400_000;
