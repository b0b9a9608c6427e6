import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A file as an endpoint answers it. */
export interface FileAnswer {
  /** Letters, digits, `.`, `-` and `_`; anything else becomes `_`. */
  fileName: string;
  contentType: string;
  /** Read as fast as the caller takes it. What it throws breaks the answer off, so that nobody takes a part for the whole. */
  content: AsyncIterable<string | Uint8Array>;
}

export function answerFile(
  reply: FastifyReply,
  { fileName, contentType, content }: FileAnswer,
): FastifyReply {
  const name = fileName.replace(/[^\w.-]/g, '_');
  return reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .send(Readable.from(content, { objectMode: false }));
}
