import type { Page } from '../database/collection.js';
import type { BullConnection } from './bull-connection.js';
import { keysOf, placeOfJob } from './bull-keys.js';
import { type BullListQuery, readCursor } from './bull-listing.js';
import type { JobInfo } from './job-queue.js';
import { KEPT_COMPLETED_MS } from './job-store.js';

const REQUEST_S = 7 * 86_400;
const AT_ONCE = 100;

/** Cancellation requests and cancelled jobs: BullMQ has neither. */
export class BullCancellations {
  readonly #bull: BullConnection;
  readonly #keys: ReturnType<typeof keysOf>;

  constructor(bull: BullConnection) {
    this.#bull = bull;
    this.#keys = keysOf(bull.prefix);
  }

  async request(id: string): Promise<void> {
    const redis = await this.#bull.redis();
    await redis.set(this.#keys.cancel(id), '1', 'EX', REQUEST_S);
  }

  async requested(ids: readonly string[]): Promise<string[]> {
    const redis = await this.#bull.redis();
    const flags = await redis.mget(ids.map((id) => this.#keys.cancel(id)));
    return ids.filter((_, at) => flags[at] !== null);
  }

  async forget(id: string): Promise<void> {
    const redis = await this.#bull.redis();
    await redis.del(this.#keys.cancel(id));
  }

  /** Deletes the team's requests and cancelled jobs; returns the number of jobs. */
  async removeTeam(teamId: string): Promise<number> {
    const redis = await this.#bull.redis();
    const isOfTeam = (id: string) => placeOfJob(id)?.teamId === teamId;
    const ids = (await redis.zrange(this.#keys.cancelled, 0, -1)).filter(isOfTeam);
    for (const id of ids) {
      await redis
        .pipeline()
        .zrem(this.#keys.cancelled, id)
        .del(this.#keys.cancelledJob(id), this.#keys.cancel(id))
        .exec();
    }
    const start = this.#keys.cancel('');
    for await (const keys of redis.scanStream({ match: `${start}*` })) {
      const own = (keys as string[]).filter((key) => isOfTeam(key.slice(start.length)));
      if (own.length > 0) await redis.del(...own);
    }
    return ids.length;
  }

  /** Keeps the cancelled job as long as a completed one. */
  async remember(job: JobInfo): Promise<void> {
    const redis = await this.#bull.redis();
    const expiredBefore = Date.now() - KEPT_COMPLETED_MS;
    await redis
      .pipeline()
      .set(this.#keys.cancelledJob(job.id), JSON.stringify(job), 'PX', KEPT_COMPLETED_MS)
      .zadd(this.#keys.cancelled, Date.now(), job.id)
      .zremrangebyscore(this.#keys.cancelled, '-inf', expiredBefore)
      .del(this.#keys.cancel(job.id))
      .exec();
  }

  async get(id: string): Promise<JobInfo | null> {
    const redis = await this.#bull.redis();
    const text = await redis.get(this.#keys.cancelledJob(id));
    return text === null ? null : (JSON.parse(text) as JobInfo);
  }

  async list({ type, teamId, limit, cursor }: BullListQuery): Promise<Page<JobInfo>> {
    const redis = await this.#bull.redis();
    const items: JobInfo[] = [];
    let [, at] = readCursor(cursor);
    for (;;) {
      const ids = await redis.zrevrange(this.#keys.cancelled, at, at + AT_ONCE - 1);
      if (ids.length === 0) return { items, nextCursor: null };
      for (const text of await redis.mget(ids.map((id) => this.#keys.cancelledJob(id)))) {
        if (items.length === limit) return { items, nextCursor: `${at}~` };
        at += 1;
        const job = text === null ? null : (JSON.parse(text) as JobInfo);
        if (!job || (type && type !== job.type)) continue;
        if (!teamId || teamId === job.teamId) items.push(job);
      }
    }
  }
}
