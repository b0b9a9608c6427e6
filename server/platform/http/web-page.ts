import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyReply } from 'fastify';

const NONCE = '__CSP_NONCE__';

/**
 * Sends the page of the web app. Its script may add style elements that have the page's nonce, which is a new one
 * each time; the policy allows no others.
 */
export function webPage(file: string): (reply: FastifyReply) => FastifyReply {
  const page = readFileSync(file, 'utf8');
  return (reply) => {
    const nonce = randomBytes(16).toString('base64');
    const policy = String(reply.getHeader('content-security-policy') ?? '');
    return reply
      .header(
        'content-security-policy',
        policy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`),
      )
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(page.replace(NONCE, nonce));
  };
}
