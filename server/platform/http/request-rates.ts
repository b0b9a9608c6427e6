import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimitedError } from '../errors.js';

/** Attempts to get in, by address: an account has its own, much lower limit. */
const MAX_ENTRIES_PER_MINUTE = 300;
const ENTRIES =
  /^\/api\/(?:setup|auth\/(?:login|link|mfa|cli\/(?:start|poll)|password\/reset)|invitations\/(?:accept|preview))$/;

/** Bounds how often one address asks; the answers say so in the headers of the IETF draft (`ratelimit-limit` …). */
export async function limitRates(app: FastifyInstance, perMinute: number): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    enableDraftSpec: true,
    timeWindow: 60_000,
    max: (request) => (isEntry(request) ? Math.min(MAX_ENTRIES_PER_MINUTE, perMinute) : perMinute),
    keyGenerator: callerOf,
    errorResponseBuilder: (_request, { ttl, max }) => {
      const retryAfterSeconds = Math.ceil(ttl / 1_000);
      return new RateLimitedError(`at most ${max} requests a minute`, { retryAfterSeconds });
    },
  });
}

function isEntry({ url, method }: FastifyRequest): boolean {
  return method === 'POST' && ENTRIES.test(url.split('?')[0] ?? '');
}

/** By address: a made-up key or session would have a limit of its own. */
function callerOf(request: FastifyRequest): string {
  return `${isEntry(request) ? 'entry' : 'any'} ${request.ip}`;
}
