import type { Redis } from 'ioredis';
import type { Logger } from '../log/structured-logging.js';
import { type SharedStatus, STATUS_KEPT_MS } from './shared-status.js';

export interface RedisStatusSettings {
  url: string;
  /** Prefix of every key. */
  prefix?: string;
  log: Logger;
  keptMs?: number;
}

/** Status is not worth a wait: a Redis that does not respond is left alone for a while. */
const TIMEOUT_MS = 1_000;
const PAUSE_MS = 5_000;

/** A key per part, which ends by itself, and a set of them per piece of work. Connects on first use. */
export class RedisStatus implements SharedStatus {
  #redis: Promise<Redis> | null = null;
  #pausedUntilMs = 0;

  constructor(private readonly settings: RedisStatusSettings) {}

  async put(work: string, part: string, value: unknown): Promise<boolean> {
    const { keptMs = STATUS_KEPT_MS } = this.settings;
    const parts = this.#key(work);
    const done = await this.#try((redis) =>
      redis
        .multi()
        .set(this.#key(work, part), JSON.stringify(value), 'PX', keptMs)
        .sadd(parts, part)
        .pexpire(parts, 2 * keptMs)
        .exec(),
    );
    return done?.every(([error]) => error === null) ?? false;
  }

  async of(work: string): Promise<ReadonlyMap<string, unknown>> {
    const found = await this.#try(async (redis) => {
      const parts = await redis.smembers(this.#key(work));
      const texts =
        parts.length > 0 ? await redis.mget(parts.map((part) => this.#key(work, part))) : [];
      return parts.flatMap((part, at): [string, unknown][] => {
        const text = texts[at];
        return text ? [[part, JSON.parse(text)]] : [];
      });
    });
    return new Map(found ?? []);
  }

  async remove(work: string, part: string): Promise<void> {
    await this.#try((redis) =>
      redis.multi().del(this.#key(work, part)).srem(this.#key(work), part).exec(),
    );
  }

  async close(): Promise<void> {
    (await this.#redis)?.disconnect();
  }

  async #try<T>(ask: (redis: Redis) => Promise<T>): Promise<T | null> {
    if (performance.now() < this.#pausedUntilMs) return null;
    try {
      this.#redis ??= this.#connect();
      return await ask(await this.#redis);
    } catch (error) {
      this.#pausedUntilMs = performance.now() + PAUSE_MS;
      // The queue uses the same Redis server and logs when it is unreachable.
      this.settings.log.debug({ err: error }, 'shared status unavailable');
      return null;
    }
  }

  async #connect(): Promise<Redis> {
    const { Redis } = await import('ioredis');
    const redis = new Redis(this.settings.url, {
      ...{ maxRetriesPerRequest: 1, connectTimeout: TIMEOUT_MS, commandTimeout: TIMEOUT_MS },
    });
    redis.on('error', (error) => {
      this.settings.log.debug({ err: error }, 'shared status unavailable');
    });
    return redis;
  }

  #key(...names: string[]): string {
    return `${this.settings.prefix ?? 'cspm'}:status:${names.join(':')}`;
  }
}
