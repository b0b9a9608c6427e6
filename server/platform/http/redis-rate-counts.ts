import type { Redis } from 'ioredis';
import type { Logger } from '../log/structured-logging.js';
import { LocalRateCounts, type RateCount, type RateCounts } from './rate-counts.js';

export interface RedisRateCountsSettings {
  url: string;
  /** Prefix of every key. */
  prefix?: string;
  log: Logger;
}

const COUNT = `
local current = redis.call('INCR', KEYS[1])
if current == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { current, redis.call('PTTL', KEYS[1]) }`;

/** No request waits long for a Redis that does not respond, and the next ones not at all for a while. */
const TIMEOUT_MS = 500;
const PAUSE_MS = 5_000;

/** Counts the requests to all processes of an installation; while Redis is away, those to this process. */
export class RedisRateCounts implements RateCounts {
  readonly #local = new LocalRateCounts();
  #redis: Promise<Redis> | null = null;
  #pausedUntilMs = 0;

  constructor(private readonly settings: RedisRateCountsSettings) {}

  async count(caller: string, windowMs: number): Promise<RateCount> {
    if (performance.now() < this.#pausedUntilMs) return this.#local.count(caller, windowMs);
    try {
      this.#redis ??= this.#connect();
      const key = `${this.settings.prefix ?? 'cspm'}:rate:${caller}`;
      const counted = await (await this.#redis).eval(COUNT, 1, key, windowMs);
      const [current, leftMs] = counted as [number, number];
      return { current, leftMs };
    } catch (error) {
      this.#pausedUntilMs = performance.now() + PAUSE_MS;
      // The queue uses the same Redis server and logs when it is unreachable.
      this.settings.log.debug({ err: error }, 'shared request rates unavailable');
      return this.#local.count(caller, windowMs);
    }
  }

  async close(): Promise<void> {
    (await this.#redis)?.disconnect();
  }

  async #connect(): Promise<Redis> {
    const { Redis } = await import('ioredis');
    const redis = new Redis(this.settings.url, {
      ...{ maxRetriesPerRequest: 1, connectTimeout: TIMEOUT_MS, commandTimeout: TIMEOUT_MS },
    });
    redis.on('error', (error) => {
      this.settings.log.debug({ err: error }, 'shared request rates unavailable');
    });
    return redis;
  }
}
