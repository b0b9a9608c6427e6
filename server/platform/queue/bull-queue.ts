import { randomUUID } from 'node:crypto';
import type { Page } from '../database/collection.js';
import type { Moments } from '../time/future-times.rules.js';
import { BullCancellations } from './bull-cancellations.js';
import {
  BullConnection,
  type BullJob,
  type BullSettings,
  translatingCalls,
} from './bull-connection.js';
import { bullJobId, placeOfJob, placeOfQueue, queueName } from './bull-keys.js';
import { attemptsOf, BullListing, infoOf } from './bull-listing.js';
import { BullReadyTeams } from './bull-ready-teams.js';
import { BullTimes } from './bull-times.js';
import {
  JOB_PRIORITIES,
  type JobInfo,
  type JobListQuery,
  type JobProgress,
  type JobState,
  type JobType,
  type QueueCounts,
} from './job-queue.js';
import {
  type HeldJob,
  type JobEnding,
  type JobStore,
  KEPT_COMPLETED_MS,
  KEPT_FAILED_MS,
  type NewJob,
  type ReadyTeam,
} from './job-store.js';
import { type QueueParts, StoredJobQueue } from './stored-queue.js';

/** The queue on BullMQ and Redis; it connects on first use. */
export function createBullQueue(parts: QueueParts & Omit<BullSettings, 'log'>): StoredJobQueue {
  return new StoredJobQueue(translatingCalls(new BullJobStore(new BullConnection(parts))), parts);
}

const KEEP = {
  removeOnComplete: { age: KEPT_COMPLETED_MS / 1_000, count: 1_000 },
  removeOnFail: { age: KEPT_FAILED_MS / 1_000, count: 10_000 },
};
/** BullMQ's codes for: job missing, lock missing, not active, lock held by another worker. */
const LOST = [-1, -2, -3, -6];

class BullJobStore implements JobStore {
  readonly #bull: BullConnection;
  readonly #listing: BullListing;
  readonly #cancelled: BullCancellations;
  readonly #ready: BullReadyTeams;
  readonly #held = new WeakMap<HeldJob, BullJob>();

  constructor(bull: BullConnection) {
    this.#bull = bull;
    this.#listing = new BullListing(bull);
    this.#cancelled = new BullCancellations(bull);
    this.#ready = new BullReadyTeams(bull);
  }

  async add(job: NewJob): Promise<string> {
    const [id] = await this.addMany([job]);
    return id as string;
  }

  async addMany(jobs: readonly NewJob[]): Promise<string[]> {
    const ids = new Map<NewJob, string>();
    for (const name of new Set(jobs.map(queueName))) {
      const place = placeOfQueue(name);
      const group = jobs.filter((job) => queueName(job) === name);
      const queue = await this.#bull.queue(name);
      const rows = group.map((job) => ({
        name: job.type,
        data: { payload: JSON.parse(job.payload) as unknown },
        opts: {
          ...KEEP,
          jobId: bullJobId(job.id, place),
          priority: JOB_PRIORITIES.indexOf(job.priority) + 1,
          delay: job.delayMs,
          stackTraceLimit: 0,
          ...(job.dedupeKey ? { deduplication: { id: encodeURIComponent(job.dedupeKey) } } : {}),
        },
      }));
      await this.#ready.register(place);
      const added = await queue.addBulk(rows);
      await this.#ready.announce(place, Math.min(...group.map((job) => job.delayMs)));
      group.forEach((job, at) => void ids.set(job, added[at]?.id as string));
    }
    return jobs.map((job) => ids.get(job) as string);
  }

  async ready(types: readonly JobType[]): Promise<ReadyTeam[]> {
    const redis = await this.#bull.redis();
    const found = await this.#ready.due(types.map((type) => type.name));
    return Promise.all(
      found.map(async (place) => {
        const queue = await this.#bull.queue(queueName(place));
        return { ...place, ready: true, active: await redis.llen(queue.toKey('active')) };
      }),
    );
  }

  async claim({ name: type, leaseMs }: JobType, teamId: string): Promise<HeldJob | null> {
    const token = randomUUID();
    const place = { type, teamId };
    const queue = await this.#bull.queue(queueName(place), leaseMs);
    let { job } = await this.#bull.next(queue, token);
    if (!job) {
      // Drop the hint first: a job added after this check sets a new one.
      await this.#ready.drop(place);
      const again = await this.#bull.next(queue, token);
      job = again.job;
      if (job) await this.#ready.hint(place, Date.now());
      else if (again.dueAt) await this.#ready.hint(place, again.dueAt);
    }
    if (!job) return null;
    const id = job.id as string;
    const held: HeldJob = {
      id,
      type,
      teamId,
      token,
      payload: JSON.stringify(job.data.payload ?? null),
      attempt: attemptsOf(job),
      cancelRequested: job.attemptsStarted > 1 && (await this.cancelRequested([id])).length > 0,
      error: job.data.error ?? null,
    };
    this.#held.set(held, job);
    return held;
  }

  async heartbeat(held: HeldJob, leaseMs: number): Promise<boolean> {
    return (await this.#jobOf(held).extendLock(held.token, leaseMs)) === 1;
  }

  async progress(held: HeldJob, value: JobProgress): Promise<void> {
    await this.#jobOf(held).updateProgress(value);
  }

  async settle(held: HeldJob, ending: JobEnding): Promise<boolean> {
    const job = this.#jobOf(held);
    try {
      await this.#settle(job, held, ending);
      return true;
    } catch (error) {
      if (LOST.includes((error as { code?: number }).code ?? 0)) return false;
      throw error;
    }
  }

  async #settle(job: BullJob, held: HeldJob, ending: JobEnding): Promise<void> {
    const { token } = held;
    switch (ending.as) {
      case 'completed':
        await job.moveToCompleted(null, token, false);
        return;
      case 'failed':
        await job.moveToFailed(new Error(ending.error), token, false);
        return;
      case 'cancelled':
        job.opts.removeOnFail = true;
        await job.moveToFailed(new Error('cancelled'), token, false);
        await this.#cancelled.remember(infoOf(job, 'cancelled'));
        return;
      case 'delayed':
      case 'postponed': {
        const released = ending.as === 'postponed' ? releasedWith(job, held) : job.data.released;
        await job.updateData({ ...job.data, error: ending.error, released });
        await job.moveToDelayed(Date.now() + ending.delayMs, token);
        return this.#ready.hint(held, Date.now() + ending.delayMs);
      }
      case 'released':
        await job.updateData({ ...job.data, released: releasedWith(job, held) });
        await job.moveToWait(token);
        return this.#ready.announce(held, 0);
    }
  }

  async forgive(held: HeldJob): Promise<void> {
    const job = this.#jobOf(held);
    try {
      await job.updateData({ ...job.data, released: releasedWith(job, held) });
    } catch (error) {
      if (!LOST.includes((error as { code?: number }).code ?? 0)) throw error;
    }
  }

  cancelRequested(ids: readonly string[]): Promise<string[]> {
    return this.#cancelled.requested(ids);
  }

  async cancel(id: string): Promise<'cancelled' | 'cancelling' | 'ended' | null> {
    const found = await this.#find(id);
    if (!found) return (await this.#cancelled.get(id)) ? 'ended' : null;
    const { job, state } = found;
    if (state === 'completed' || state === 'failed') return 'ended';
    await this.#cancelled.request(id);
    const queue = await this.#bull.queue(job.queueName);
    // Returns 0 when a worker holds its lock.
    if (state !== 'active' && (await queue.backend.remove(id, false)) === 1) {
      await this.#cancelled.remember({
        ...infoOf(job, 'cancelled'),
        finishedAt: new Date().toISOString(),
      });
      return 'cancelled';
    }
    if (job.deduplicationId) await queue.removeDeduplicationKey(job.deduplicationId);
    return 'cancelling';
  }

  async get(id: string): Promise<JobInfo | null> {
    const found = await this.#find(id);
    return found ? infoOf(found.job, found.state) : this.#cancelled.get(id);
  }

  list(query: JobListQuery & { limit: number }): Promise<Page<JobInfo>> {
    if (query.state === 'cancelled') return this.#cancelled.list(query);
    return this.#listing.list(query);
  }

  async retry(id: string): Promise<boolean | null> {
    const found = await this.#find(id);
    if (!found) return (await this.#cancelled.get(id)) ? false : null;
    const { job, state } = found;
    if (state !== 'failed') return false;
    await this.#cancelled.forget(id);
    await job.updateData({ payload: job.data.payload });
    await job.updateProgress(0);
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    await this.#ready.announce(placeOfQueue(job.queueName), 0);
    return true;
  }

  /** Recovers jobs of lost workers, and hints that were lost with a process. */
  async recover(types: readonly JobType[]): Promise<void> {
    const names = types.map((type) => type.name);
    const queues = await this.#ready.registered();
    await Promise.all(
      queues
        .filter(({ type }) => names.includes(type))
        .map(async (place) => {
          const queue = await this.#bull.queue(queueName(place));
          await queue.backend.moveStalledJobsToWait();
          const counts = await queue.getJobCounts('wait', 'prioritized', 'delayed');
          // A queue with only delayed jobs is checked once more, which finds their due time.
          const hasJobs = Object.values(counts).some((count) => count > 0);
          if (hasJobs) await this.#ready.hint(place, Date.now());
        }),
    );
  }

  repairTimes(moments: Moments): Promise<number> {
    return new BullTimes(this.#bull, this.#ready).repair(moments);
  }

  async removeTeam(teamId: string): Promise<number> {
    const cancelled = await this.#cancelled.removeTeam(teamId);
    return cancelled + (await this.#ready.removeTeam(teamId));
  }

  counts(): Promise<QueueCounts[]> {
    return this.#listing.counts();
  }

  problem(): Promise<string | null> {
    return this.#bull.problem();
  }

  watch(added: (type: string, teamId: string) => void): Promise<void> {
    return this.#ready.watch(({ type, teamId }) => added(type, teamId));
  }

  close(): Promise<void> {
    return this.#bull.close();
  }

  async #find(id: string): Promise<{ job: BullJob; state: JobState } | null> {
    const place = placeOfJob(id);
    if (!place) return null;
    const queue = await this.#bull.queue(queueName(place));
    const [job, state] = await Promise.all([queue.getJob(id), queue.backend.getState(id)]);
    if (!job || state === 'unknown') return null;
    const jobState = state === 'prioritized' || state === 'waiting-children' ? 'waiting' : state;
    return { job, state: jobState };
  }

  #jobOf(held: HeldJob): BullJob {
    const job = this.#held.get(held);
    if (!job) throw new TypeError('the job was not claimed here');
    return job;
  }
}

/** Released attempts with this one, however often it is counted. */
function releasedWith({ attemptsStarted }: BullJob, { attempt }: HeldJob): number {
  return attemptsStarted - attempt + 1;
}
