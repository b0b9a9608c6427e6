import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A file as an endpoint answers it. */
export interface FileAnswer {
  fileName: string;
  contentType: string;
  /** Read as fast as the caller takes it. What it throws breaks the answer off, so that nobody takes a part for the whole. */
  content: AsyncIterable<string | Uint8Array>;
}

/** Sends a file so that a browser saves it and never shows or runs it, whatever it holds. */
export function answerFile(
  reply: FastifyReply,
  { fileName, contentType, content }: FileAnswer,
): FastifyReply {
  const plain = fileName.replace(/[^\w.-]+/g, '_');
  // The exact name in the encoding of RFC 8187, for those that read it.
  const exact = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${exact}`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('cache-control', 'no-store')
    .send(Readable.from(content, { objectMode: false }));
}
