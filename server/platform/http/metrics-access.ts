import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { tokenHash } from '../auth/secret-tokens.js';
import type { Secret } from '../config/secret.js';
import { UnauthenticatedError } from '../errors.js';
import { isLoopback } from './foreign-sites.js';

/** Headers that proxies add. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Who may read `/metrics`: programs on this machine, and whoever has METRICS_TOKEN. Behind a proxy on the same machine
 * everybody seems to be here, so a server with a public address asks for the token always.
 */
export class MetricsAccess {
  readonly #token: Secret | null;
  readonly #isPublic: boolean;

  constructor({
    metricsToken = null,
    publicUrl = null,
  }: {
    metricsToken?: Secret | null;
    publicUrl?: string | null;
  }) {
    this.#token = metricsToken;
    this.#isPublic = publicUrl !== null && !isLoopback(new URL(publicUrl).hostname);
  }

  /** Throws UnauthenticatedError. */
  require(request: FastifyRequest): void {
    if (this.hasToken(request) || this.#isLocal(request)) return;
    const how = this.#token ? 'send METRICS_TOKEN as bearer token' : 'set METRICS_TOKEN';
    throw new UnauthenticatedError(`metrics are open on loopback only: ${how}`);
  }

  /** A request for `/metrics` with the token: it may name any host, as scrapers within a network do. */
  hasToken({ url, headers }: FastifyRequest): boolean {
    const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!this.#token || given === undefined || url.split('?')[0] !== '/metrics') return false;
    const bytes = (token: string) => Buffer.from(tokenHash(token));
    return timingSafeEqual(bytes(given), bytes(this.#token.reveal()));
  }

  #isLocal({ ip, headers }: FastifyRequest): boolean {
    const isForwarded = FORWARDED.some((name) => headers[name] !== undefined);
    return !this.#isPublic && !isForwarded && isLoopback(ip.replace(/^::ffff:/, ''));
  }
}
