import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/**
 * Sends a result with an entity tag, or 304 without it where the caller has it. Responses stay `no-store`: a browser keeps
 * none of a team’s data; a program may, and asks with the tag whether it still holds.
 */
export function sendTagged(reply: FastifyReply, result: unknown): FastifyReply {
  const text = JSON.stringify(result);
  // Weak, as compression changes the bytes.
  const tag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  reply.header('etag', tag);
  const { 'if-none-match': known } = reply.request.headers;
  if (known !== undefined && isAmong(tag, known)) return reply.status(304).send();
  return reply.type('application/json; charset=utf-8').send(text);
}

/** By weak comparison, as `If-None-Match` asks. */
function isAmong(tag: string, known: string): boolean {
  const opaque = tag.slice(2);
  return known.split(',').some((each) => {
    const one = each.trim();
    return one === '*' || one === tag || one === opaque;
  });
}
