import type { Moments } from '../time/future-times.rules.js';
import type { BullConnection, BullJob, BullQueue } from './bull-connection.js';
import { queueName } from './bull-keys.js';
import type { BullReadyTeams } from './bull-ready-teams.js';
import { delayAfterRepair, RENEWED_WITHIN_MS } from './job.rules.js';

const AT_ONCE = 100;
/** BullMQ's score of a delayed job is its due time in milliseconds times this. */
const SCORES_PER_MS = 4_096;

/** Repairs what waits in Redis for a time from before the clock went back. */
export class BullTimes {
  constructor(
    private readonly bull: BullConnection,
    private readonly ready: Pick<BullReadyTeams, 'registered' | 'announce'>,
  ) {}

  /** Leases end, delays count from now, and a retry does not wait. Returns the number of changed jobs. */
  async repair(moments: Moments): Promise<number> {
    let changed = 0;
    for (const place of await this.ready.registered()) {
      const queue = await this.bull.queue(queueName(place));
      const delays = await this.#repairDelays(queue, moments);
      if (delays.length > 0) await this.ready.announce(place, Math.min(...delays));
      changed += delays.length + (await this.#repairLocks(queue));
    }
    return changed;
  }

  /** Returns the new delays. */
  async #repairDelays(queue: BullQueue, { now, limit }: Moments): Promise<number[]> {
    const ahead: { job: BullJob; delayMs: number }[] = [];
    for (let at = 0; ; at += AT_ONCE) {
      const jobs = (await queue.getDelayed(at, at + AT_ONCE - 1)).filter(Boolean);
      for (const job of jobs) {
        const createdAt = new Date(job.timestamp).toISOString();
        const dueAt = await this.#dueAt(queue, job);
        if (dueAt <= limit) continue;
        const wasTried = job.attemptsStarted > 0;
        const delayMs = delayAfterRepair({ createdAt, dueAt, wasTried }, { now, limit });
        if (delayMs !== null) ahead.push({ job, delayMs });
      }
      if (jobs.length < AT_ONCE) break;
    }
    const redis = await this.bull.redis();
    for (const { job, delayMs } of ahead) {
      const isNew = new Date(job.timestamp).toISOString() > limit;
      if (isNew) await redis.hset(queue.toKey(job.id as string), 'timestamp', Date.parse(now));
      if (delayMs > 0) await job.changeDelay(delayMs);
      else await job.promote();
    }
    return ahead.map(({ delayMs }) => delayMs);
  }

  async #dueAt(queue: BullQueue, { id }: BullJob): Promise<string> {
    const redis = await this.bull.redis();
    const score = Number(await redis.zscore(queue.toKey('delayed'), id as string));
    return new Date(Math.floor(score / SCORES_PER_MS)).toISOString();
  }

  /** The lock of a lost worker would last for years, and so would the pause between checks for such locks. */
  async #repairLocks(queue: BullQueue): Promise<number> {
    const redis = await this.bull.redis();
    const check = queue.toKey('stalled-check');
    if ((await redis.pttl(check)) > RENEWED_WITHIN_MS) await redis.del(check);
    let changed = 0;
    for (const id of await redis.lrange(queue.toKey('active'), 0, -1)) {
      const lock = `${queue.toKey(id)}:lock`;
      if ((await redis.pttl(lock)) <= RENEWED_WITHIN_MS) continue;
      await redis.pexpire(lock, RENEWED_WITHIN_MS);
      changed += 1;
    }
    return changed;
  }
}
