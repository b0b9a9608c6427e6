import type { Page } from '../database/collection.js';
import { InvalidInputError } from '../errors.js';
import type { BullConnection, BullJob, BullQueue } from './bull-connection.js';
import { keysOf, placeOfQueue } from './bull-keys.js';
import {
  JOB_PRIORITIES,
  type JobInfo,
  type JobListQuery,
  type JobProgress,
  type JobState,
  type QueueCounts,
} from './job-queue.js';

export type BullListQuery = JobListQuery & { limit: number };

const BULL_STATES = {
  waiting: ['wait', 'prioritized'],
  delayed: ['delayed'],
  active: ['active'],
  completed: ['completed'],
  failed: ['failed'],
} as const;
const AT_ONCE = 100;
/** BullMQ's score is `priority × 2^32 + counter`. */
const PRIORITY_STEP = 2 ** 32;

/** Lists and counts over all queues. */
export class BullListing {
  readonly #bull: BullConnection;
  readonly #keys: ReturnType<typeof keysOf>;

  constructor(bull: BullConnection) {
    this.#bull = bull;
    this.#keys = keysOf(bull.prefix);
  }

  /** Queue by queue, ordered by name; the cursor is a queue and an offset in it. */
  async list(query: BullListQuery): Promise<Page<JobInfo>> {
    const { state, limit } = query;
    if (state === 'cancelled') return { items: [], nextCursor: null };
    const names = await this.#queueNames(query);
    const [from, skip] = readCursor(query.cursor);
    const items: JobInfo[] = [];
    let offset = skip;
    for (const name of names.filter((each) => each >= from)) {
      if (name !== from) offset = 0;
      const queue = await this.#bull.queue(name);
      const wanted = limit - items.length + 1;
      const jobs = await queue.getJobs([...BULL_STATES[state]], offset, offset + wanted - 1);
      const found = jobs.filter(Boolean);
      items.push(...found.slice(0, wanted - 1).map((job) => infoOf(job, state)));
      if (found.length === wanted) return { items, nextCursor: `${offset + wanted - 1}~${name}` };
    }
    return { items, nextCursor: null };
  }

  async counts(): Promise<QueueCounts[]> {
    const queues = new Map<string, QueueCounts>();
    const names = await this.#queueNames({});
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const batch = names.slice(at, at + AT_ONCE);
      const counted = await Promise.all(batch.map((name) => this.#countsOf(name)));
      for (const counts of counted) {
        const sum = queues.get(counts.queue);
        queues.set(counts.queue, sum ? sumOf(sum, counts) : counts);
      }
    }
    return [...queues.values()].filter(({ waiting, delayed, active, failed }) => {
      return waiting + delayed + active + failed > 0;
    });
  }

  async #countsOf(name: string): Promise<QueueCounts> {
    const queue = await this.#bull.queue(name);
    const states = ['wait', 'prioritized', 'delayed', 'active', 'failed'] as const;
    const found = await queue.getJobCounts(...states);
    const waiting = (found.wait ?? 0) + (found.prioritized ?? 0);
    return {
      queue: placeOfQueue(name).type,
      waiting,
      delayed: found.delayed ?? 0,
      active: found.active ?? 0,
      failed: found.failed ?? 0,
      oldestWaitingMs: waiting > 0 ? await this.#oldestWaitingMs(queue) : 0,
    };
  }

  /** The first job of each priority is its oldest. */
  async #oldestWaitingMs(queue: BullQueue): Promise<number> {
    const redis = await this.#bull.redis();
    const firsts = JOB_PRIORITIES.map((_, at) => {
      const [from, to] = [(at + 1) * PRIORITY_STEP, (at + 2) * PRIORITY_STEP];
      return redis.zrangebyscore(queue.toKey('prioritized'), from, `(${to}`, 'LIMIT', 0, 1);
    });
    const ids = (await Promise.all([redis.lrange(queue.toKey('wait'), -1, -1), ...firsts])).flat();
    const jobs = await Promise.all(ids.map((id) => queue.getJob(id)));
    const ages = jobs.flatMap((job) => (job ? Date.now() - job.timestamp - job.delay : []));
    return Math.max(0, ...ages);
  }

  async #queueNames({ type, teamId }: Partial<JobListQuery>): Promise<string[]> {
    const redis = await this.#bull.redis();
    const names = await redis.smembers(this.#keys.queues);
    return names
      .filter((name) => {
        const place = placeOfQueue(name);
        return (!type || place.type === type) && (!teamId || place.teamId === teamId);
      })
      .sort();
  }
}

export function infoOf(job: BullJob, state: JobState): JobInfo {
  const { type, teamId } = placeOfQueue(job.queueName);
  const at = (time: number | null | undefined) => (time ? new Date(time).toISOString() : null);
  return {
    id: job.id as string,
    type,
    teamId,
    state,
    priority: JOB_PRIORITIES[(job.opts.priority ?? 2) - 1] ?? 'normal',
    payload: job.data.payload,
    attempts: attemptsOf(job),
    progress: (job.progress as JobProgress) || null,
    error: errorOf(job, state),
    createdAt: new Date(job.timestamp).toISOString(),
    startedAt: at(job.processedOn),
    finishedAt: at(job.finishedOn),
  };
}

function errorOf(job: BullJob, state: JobState): string | null {
  if (state === 'completed') return null;
  return (state === 'failed' ? job.failedReason : job.data.error) ?? null;
}

export function attemptsOf(job: BullJob): number {
  return job.attemptsStarted - (job.data.released ?? 0);
}

export function readCursor(cursor: string | null | undefined): [string, number] {
  if (!cursor) return ['', 0];
  const match = /^(\d{1,9})~(.*)$/.exec(cursor);
  if (!match) throw new InvalidInputError('the cursor is not valid for this list');
  return [match[2] as string, Number(match[1])];
}

function sumOf(a: QueueCounts, b: QueueCounts): QueueCounts {
  return {
    queue: a.queue,
    waiting: a.waiting + b.waiting,
    delayed: a.delayed + b.delayed,
    active: a.active + b.active,
    failed: a.failed + b.failed,
    oldestWaitingMs: Math.max(a.oldestWaitingMs, b.oldestWaitingMs),
  };
}
