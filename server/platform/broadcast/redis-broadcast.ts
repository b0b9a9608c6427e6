import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from '../log/structured-logging.js';
import type { Broadcast } from './broadcast.js';

export interface RedisBroadcastSettings {
  url: string;
  /** Before every channel; suites take their own. */
  prefix?: string;
  log: Logger;
}

/** By Redis' publish and subscribe; connects at its first use, and again whenever Redis comes back. */
export class RedisBroadcast implements Broadcast {
  readonly #me = randomUUID();
  readonly #hearers = new Map<string, ((message: unknown) => void)[]>();
  #publisher: Promise<Redis> | null = null;
  #subscriber: Promise<Redis> | null = null;

  constructor(private readonly settings: RedisBroadcastSettings) {}

  publish(channel: string, message: unknown): void {
    this.#publisher ??= this.#connect();
    const text = JSON.stringify({ from: this.#me, message });
    this.#publisher
      .then((redis) => redis.publish(this.#name(channel), text))
      .catch((error: unknown) => this.#lost(error));
  }

  listen(channel: string, hear: (message: unknown) => void): void {
    const name = this.#name(channel);
    this.#hearers.set(name, [...(this.#hearers.get(name) ?? []), hear]);
    this.#subscriber ??= this.#connect().then((redis) => {
      redis.on('message', (to, text) => this.#heard(to, text));
      return redis;
    });
    this.#subscriber
      .then((redis) => redis.subscribe(name))
      .catch((error: unknown) => this.#lost(error));
  }

  async close(): Promise<void> {
    for (const opening of [this.#publisher, this.#subscriber]) (await opening)?.disconnect();
  }

  #heard(name: string, text: string): void {
    try {
      const { from, message } = JSON.parse(text) as { from: string; message: unknown };
      if (from === this.#me) return;
      for (const hear of this.#hearers.get(name) ?? []) hear(message);
    } catch (error) {
      this.#lost(error);
    }
  }

  async #connect(): Promise<Redis> {
    const { Redis } = await import('ioredis');
    const redis = new Redis(this.settings.url, { maxRetriesPerRequest: 1 });
    // The queue, which is on the same server, tells that it cannot be reached.
    redis.on('error', (error) => this.#lost(error));
    return redis;
  }

  #lost(error: unknown): void {
    this.settings.log.debug({ err: error }, 'a broadcast was lost');
  }

  #name(channel: string): string {
    return `${this.settings.prefix ?? 'cspm'}:broadcast:${channel}`;
  }
}
