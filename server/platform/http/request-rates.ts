import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';
import { RateLimitedError } from '../errors.js';
import { LocalRateCounts, type RateCounts } from './rate-counts.js';

/** Attempts to get in, by address: an account has its own, much lower limit. */
const MAX_ENTRIES_PER_MINUTE = 300;
const ENTRIES =
  /^\/api\/(?:setup|auth\/(?:login|link|mfa|cli\/(?:start|poll)|password\/reset|oidc\/providers\/[^/]+\/(?:start|callback))|invitations\/(?:accept|preview))$/;
const WINDOW_MS = 60_000;

export interface RequestRatesSettings {
  /** Of one address, one account and one API key. */
  perMinute?: number;
  /** Left out: the requests to this process count. */
  counts?: RateCounts;
}

/** Bounds how often a caller asks; the answers say so in the headers of the IETF draft (`ratelimit-limit` …). */
export class RequestRates {
  readonly #perMinute: number;
  readonly #counts: RateCounts;

  constructor({ perMinute = 6_000, counts = new LocalRateCounts() }: RequestRatesSettings = {}) {
    this.#perMinute = perMinute;
    this.#counts = counts;
  }

  /** Counts every request by its address: a made-up key or session would have a limit of its own. */
  async limitAddresses(app: FastifyInstance): Promise<void> {
    const perMinute = this.#perMinute;
    await app.register(rateLimit, {
      global: true,
      enableDraftSpec: true,
      timeWindow: WINDOW_MS,
      store: storeOf(this.#counts),
      max: (request) =>
        isEntry(request) ? Math.min(MAX_ENTRIES_PER_MINUTE, perMinute) : perMinute,
      keyGenerator: (request) => `${isEntry(request) ? 'entry' : 'any'} ${request.ip}`,
      errorResponseBuilder: (_request, { ttl, max }) => tooMany(max, ttl),
    });
    app.addHook('onClose', () => this.#counts.close());
  }

  /** Counts a request of a known caller, from whatever address. Throws RateLimitedError beyond the limit. */
  async limitActor(reply: FastifyReply, { userId, keyId }: Actor): Promise<void> {
    const caller = keyId === undefined ? `account ${userId}` : `key ${keyId}`;
    const { current, leftMs } = await this.#counts.count(caller, WINDOW_MS);
    const left = Math.max(0, this.#perMinute - current);
    // The address may have less left.
    if (left < Number(reply.getHeader('ratelimit-remaining') ?? Infinity)) {
      reply.header('ratelimit-limit', this.#perMinute);
      reply.header('ratelimit-remaining', left);
      reply.header('ratelimit-reset', Math.ceil(leftMs / 1_000));
    }
    if (current > this.#perMinute) throw tooMany(this.#perMinute, leftMs);
  }
}

function isEntry({ url, method }: FastifyRequest): boolean {
  return method === 'POST' && ENTRIES.test(url.split('?')[0] ?? '');
}

function tooMany(max: number, leftMs: number): RateLimitedError {
  const retryAfterSeconds = Math.ceil(leftMs / 1_000);
  return new RateLimitedError(`at most ${max} requests a minute`, { retryAfterSeconds });
}

type Counted = (error: Error | null, result?: { current: number; ttl: number }) => void;

/** The counts as the plugin asks for them. */
function storeOf(counts: RateCounts) {
  return class Store {
    incr(caller: string, counted: Counted, windowMs: number): void {
      counts.count(caller, windowMs).then(
        ({ current, leftMs }) => counted(null, { current, ttl: leftMs }),
        (error: Error) => counted(error),
      );
    }

    child(): Store {
      return this;
    }
  };
}
