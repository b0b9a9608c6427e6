import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForbiddenError } from '../errors.js';

/**
 * Pages of other sites must not act in the browser of someone who is signed in: neither through a host name that
 * resolves to this server (DNS rebinding) nor through their forms and scripts (cross-site request forgery).
 * `publicUrl` is the server's own address beside loopback. Requests that prove in a header that no browser sent them
 * (`isProgram`) may name any host.
 */
export function refuseForeignSites(
  app: FastifyInstance,
  publicUrl: string | null,
  isProgram: (request: FastifyRequest) => boolean = () => false,
): void {
  const own = publicUrl === null ? null : new URL(publicUrl);
  app.addHook('onRequest', async (request) => {
    const { origin, 'sec-fetch-site': from } = request.headers;
    const path = request.url.split('?')[0];
    const facts = { method: request.method, path, host: request.host, origin, from };
    const isOurs = isLoopback(request.hostname) || request.hostname === own?.hostname;
    if (!isOurs && !isProgram(request)) {
      request.log.warn(facts, 'request for another host refused');
      const hosts = own
        ? `${own.hostname} and loopback`
        : 'its loopback address (PUBLIC_URL adds one)';
      throw new ForbiddenError(`this server accepts only ${hosts} as host`);
    }
    if (request.method === 'GET' || request.method === 'HEAD') return;
    // Programs send neither header; another port of this machine counts as another site.
    const isOwn =
      origin === undefined || origin === `http://${request.host}` || origin === own?.origin;
    if (!isOwn || (from !== undefined && from !== 'same-origin' && from !== 'none')) {
      request.log.warn(facts, 'write from another site refused');
      throw new ForbiddenError('writes from pages of other sites are refused');
    }
  });
}

export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
