import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from '../log/structured-logging.js';
import type { Broadcast } from './broadcast.js';

export interface RedisBroadcastSettings {
  url: string;
  /** Prefix of every channel name; each test suite has its own. */
  prefix?: string;
  log: Logger;
}

/** Uses Redis publish/subscribe; connects on first use and reconnects whenever Redis is back. */
export class RedisBroadcast implements Broadcast {
  readonly #me = randomUUID();
  readonly #receivers = new Map<string, ((message: unknown) => void)[]>();
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

  listen(channel: string, receive: (message: unknown) => void): void {
    const name = this.#name(channel);
    this.#receivers.set(name, [...(this.#receivers.get(name) ?? []), receive]);
    this.#subscriber ??= this.#connect().then((redis) => {
      redis.on('message', (to, text) => this.#receive(to, text));
      return redis;
    });
    this.#subscriber
      .then((redis) => redis.subscribe(name))
      .catch((error: unknown) => this.#lost(error));
  }

  async close(): Promise<void> {
    for (const opening of [this.#publisher, this.#subscriber]) (await opening)?.disconnect();
  }

  #receive(name: string, text: string): void {
    try {
      const { from, message } = JSON.parse(text) as { from: string; message: unknown };
      if (from === this.#me) return;
      for (const receive of this.#receivers.get(name) ?? []) receive(message);
    } catch (error) {
      this.#lost(error);
    }
  }

  async #connect(): Promise<Redis> {
    const { Redis } = await import('ioredis');
    const redis = new Redis(this.settings.url, { maxRetriesPerRequest: 1 });
    // The queue uses the same Redis server and logs when it is unreachable.
    redis.on('error', (error) => this.#lost(error));
    return redis;
  }

  #lost(error: unknown): void {
    this.settings.log.debug({ err: error }, 'broadcast message lost');
  }

  #name(channel: string): string {
    return `${this.settings.prefix ?? 'cspm'}:broadcast:${channel}`;
  }
}
