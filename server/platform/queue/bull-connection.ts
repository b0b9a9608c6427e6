import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../log/structured-logging.js';
import { outage } from '../outages/outage.js';

export interface BullSettings {
  url: string;
  /** Prefix of every key; each test suite has its own. */
  prefix?: string;
  /** Interval between checks of a queue for lost workers, by any process. */
  stalledMs?: number;
  log: Logger;
}

/** The data of a BullMQ job. */
export interface BullData {
  payload: unknown;
  /** Why the last attempt failed. */
  error?: string | null;
  /** Released attempts, which do not count. */
  released?: number;
}

export type BullJob = Job<BullData>;
export type BullQueue = Queue<BullData>;

/** BullMQ declares these settings for workers only, but the backend reads them from any queue. */
interface LeaseSettings {
  lockDuration: number;
  stalledInterval: number;
  maxStalledCount: number;
}

const STALLED_MS = 4_000;
/** Up to five seconds without a server, then the call fails. */
const RETRIES = 10;
/** A server that is stopped, or cut off from this host, keeps its connections and never answers. */
const ANSWER_MS = 8_000;

/**
 * The connection to Redis and its queues, created on first use: `bullmq` and `ioredis` are not loaded
 * before. There is one BullMQ queue per job type and team, so that teams can take turns; all share one
 * connection.
 */
export class BullConnection {
  readonly prefix: string;
  readonly #settings: BullSettings;
  readonly #queues = new Map<string, BullQueue>();
  #opened: Promise<{ redis: Redis; bull: typeof import('bullmq') }> | null = null;
  #subscriber: Redis | null = null;

  constructor(settings: BullSettings) {
    this.#settings = settings;
    this.prefix = settings.prefix ?? 'cspm';
  }

  async redis(): Promise<Redis> {
    return (await this.#open()).redis;
  }

  async queue(name: string, leaseMs: number | null = null): Promise<BullQueue> {
    const { redis, bull } = await this.#open();
    // BullMQ waits for a connection forever; our own command fails in time.
    if (redis.status !== 'ready') await translatingErrors(() => redis.ping());
    const known = this.#queues.get(name);
    const queue =
      known ??
      new bull.Queue<BullData>(name, {
        connection: redis,
        prefix: this.prefix,
        skipVersionCheck: true,
        streams: { events: { maxLen: 10 } },
      });
    if (!known) {
      queue.on('error', (error) =>
        this.#settings.log.debug({ err: error }, 'Redis command failed'),
      );
      this.#queues.set(name, queue);
    }
    const lease: Partial<LeaseSettings> = {
      stalledInterval: this.#settings.stalledMs ?? STALLED_MS,
      // The number of attempts is the limit, as in both backends.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      ...(leaseMs === null ? {} : { lockDuration: leaseMs }),
    };
    Object.assign(queue.opts, lease);
    return queue;
  }

  /** The queue's next job, locked, or the time when its first delayed job becomes due. */
  async next(
    queue: BullQueue,
    token: string,
  ): Promise<{ job: BullJob | null; dueAt: number | null }> {
    const { bull } = await this.#open();
    const [data, id, , dueAt] = await queue.backend.moveToActive(token);
    const job = data ? bull.Job.fromJSON<BullData>(queue, data, id) : null;
    return { job, dueAt: Number(dueAt) > 0 ? Number(dueAt) : null };
  }

  async subscribe(channel: string, listen: (message: string) => void): Promise<void> {
    const { redis } = await this.#open();
    const subscriber = redis.duplicate();
    subscriber.on('error', () => {});
    subscriber.on('message', (_channel, message) => listen(message));
    this.#subscriber = subscriber;
    await subscriber.subscribe(channel);
  }

  /** Redis is unreachable or full, or deletes keys when it is full. */
  async problem(): Promise<string | null> {
    try {
      const info = await translatingErrors(async () => (await this.redis()).info('memory'));
      return problemOfMemory(info);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async close(): Promise<void> {
    if (!this.#opened) return;
    const { redis } = await this.#opened;
    if (redis.status !== 'ready') redis.disconnect();
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
    this.#subscriber?.disconnect();
    await redis.quit().catch(() => redis.disconnect());
  }

  #open() {
    this.#opened ??= this.#connect();
    return this.#opened;
  }

  async #connect() {
    const [bull, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    const redis = new Redis(this.#settings.url, {
      maxRetriesPerRequest: RETRIES,
      commandTimeout: ANSWER_MS,
      retryStrategy: (times) => Math.min(times * 50, 500),
    });
    redis.setMaxListeners(0);
    let down = false;
    redis.on('error', (error) => {
      if (!down) this.#settings.log.error({ err: error }, 'Redis unreachable');
      down = true;
    });
    redis.on('ready', () => {
      down = false;
      void this.problem().then((problem) => {
        if (problem) this.#settings.log.error({ problem }, 'Redis may lose jobs');
      });
    });
    return { redis, bull };
  }
}

/** Redis is unreachable, loads its data after a start, or is not the server that accepts writes. */
const AWAY =
  /MaxRetriesPerRequest|ECONN|EPIPE|ETIMEDOUT|connection is closed|command timed out|^\S*\s?(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN) /i;
const FULL = 'the job queue is full: Redis has reached its maxmemory';

/** From `INFO memory`, which managed servers answer too, unlike `CONFIG GET`. */
function problemOfMemory(info: string): string | null {
  const lines = info.split(/\r?\n/);
  const memoryOf = (name: string) =>
    lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? '';
  const max = Number(memoryOf('maxmemory'));
  const policy = memoryOf('maxmemory_policy');
  if (policy !== '' && policy !== 'noeviction') {
    return `Redis deletes keys when it is full (maxmemory-policy ${policy}), jobs included: set it to noeviction`;
  }
  return max > 0 && Number(memoryOf('used_memory')) >= max ? FULL : null;
}

/** Turns a failed connection to Redis, and a full Redis, into UnavailableError. */
async function translatingErrors<R>(call: () => Promise<R>): Promise<R> {
  try {
    return await call();
  } catch (error) {
    const text = String(error);
    if (/^\S*\s?OOM command not allowed/.test(text)) {
      throw outage('queue', FULL, error);
    }
    if (!AWAY.test(text)) throw error;
    throw outage('queue', 'the job queue is unreachable', error);
  }
}

/** The same object, of which every call translates its errors. */
export function translatingCalls<T extends object>(store: T): T {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => translatingErrors(async () => value.apply(target, args));
    },
  });
}
