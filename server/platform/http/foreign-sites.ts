import type { FastifyInstance } from 'fastify';
import { ForbiddenError } from '../errors.js';

/**
 * The server listens on loopback and has no sign-in yet, so pages of other sites in a browser on this
 * machine must not reach it: neither through a host name that resolves here (DNS rebinding) nor through
 * their forms and scripts (cross-site request forgery).
 */
export function refuseForeignSites(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const { origin, 'sec-fetch-site': from } = request.headers;
    const path = request.url.split('?')[0];
    const facts = { method: request.method, path, host: request.host, origin, from };
    if (!isLoopback(request.hostname)) {
      request.log.warn(facts, 'request for another host refused');
      throw new ForbiddenError('this server accepts only its loopback address as host');
    }
    if (request.method === 'GET' || request.method === 'HEAD') return;
    // Programs send neither header; another port of this machine counts as another site.
    const isOwn = origin === undefined || origin === `http://${request.host}`;
    if (!isOwn || (from !== undefined && from !== 'same-origin' && from !== 'none')) {
      request.log.warn(facts, 'write from another site refused');
      throw new ForbiddenError('writes from pages of other sites are refused');
    }
  });
}

function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
