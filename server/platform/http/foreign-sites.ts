import type { FastifyInstance } from 'fastify';
import { ForbiddenError } from '../errors.js';

/**
 * The server listens on loopback and has no sign-in yet, so a page of another site, open in a browser on
 * this machine, must not reach it: by a host name that was pointed here (DNS rebinding), or by a form or
 * script of its own (cross-site request forgery).
 */
export function refuseForeignSites(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!isLoopback(request.hostname)) {
      throw new ForbiddenError('this server answers to its loopback address only');
    }
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const { origin, 'sec-fetch-site': from } = request.headers;
    // A program sends neither header; another port of this machine is another site too.
    const isOwn = origin === undefined || origin === `http://${request.host}`;
    if (!isOwn || (from !== undefined && from !== 'same-origin' && from !== 'none')) {
      throw new ForbiddenError('writes from pages of other sites are refused');
    }
  });
}

function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
