import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A file returned by an endpoint. */
export interface FileAnswer {
  fileName: string;
  contentType: string;
  /** How many items the file has no room for; sent as the header `x-left-out`. */
  leftOut?: number;
  /** The handler has added the export to the audit trail. */
  isRecorded?: true;
  /** Read as fast as the client downloads. An error aborts the response, so that a partial download is never mistaken for the file. */
  content: AsyncIterable<string | Uint8Array>;
}

/** Sends a file so that browsers save it and never render or run it. */
export function answerFile(
  reply: FastifyReply,
  { fileName, contentType, content, leftOut }: FileAnswer,
): FastifyReply {
  const plain = fileName.replace(/[^\w.-]+/g, '_');
  // The exact name, encoded as in RFC 8187, for clients that support it.
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
    .headers(leftOut === undefined ? {} : { 'x-left-out': String(leftOut) })
    .send(Readable.from(content, { objectMode: false }));
}
