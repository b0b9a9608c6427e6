import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A file that is answered in place of JSON. */
export interface FileAnswer {
  fileName: string;
  mediaType: string;
  stream: Readable;
}

/** Sends a file so that a browser saves it and never shows or runs it, whatever it holds. */
export function sendFile(
  reply: FastifyReply,
  { fileName, mediaType, stream }: FileAnswer,
): FastifyReply {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const exact = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return reply
    .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${exact}`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('cache-control', 'no-store')
    .type(mediaType)
    .send(stream);
}
