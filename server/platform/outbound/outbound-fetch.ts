import type { IncomingMessage } from 'node:http';
import { lookupOf, type OutboundGuard, OutboundRefusedError } from './outbound-guard.js';

/** The part of `fetch` that libraries of protocols use. */
export interface FetchOptions {
  method?: string;
  headers?: Record<string, string> | Headers | [string, string][];
  body?: unknown;
  signal?: AbortSignal | null;
}

const MAX_RESPONSE_BYTES = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** `fetch` for addresses entered by people: by the guard’s rules, without redirects, bounded in size and time. */
export function outboundFetch(guard: Pick<OutboundGuard, 'check'>) {
  return async (address: string, options: FetchOptions = {}): Promise<Response> => {
    const addresses = await guard.check(address);
    const url = new URL(address);
    const body = textOf(options.body);
    const { request } = await (url.protocol === 'https:'
      ? import('node:https')
      : import('node:http'));
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(
        url,
        {
          method: options.method ?? 'GET',
          agent: false,
          lookup: lookupOf(addresses),
          signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
          maxHeaderSize: 16 * 1024,
          headers: {
            ...Object.fromEntries(new Headers(options.headers)),
            ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
            connection: 'close',
          },
        },
        resolve,
      );
      sent.on('error', reject);
      sent.end(body ?? undefined);
    });
    return answerOf(response, await contentOf(response));
  };
}

function textOf(body: unknown): string | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body);
  throw new TypeError('only texts and forms are sent');
}

async function contentOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    bytes += (part as Buffer).length;
    if (bytes > MAX_RESPONSE_BYTES) {
      response.destroy();
      throw new OutboundRefusedError('the response is too large');
    }
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function answerOf({ statusCode = 500, headers }: IncomingMessage, content: string): Response {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );
  const isEmpty = [204, 205, 304].includes(statusCode);
  return new Response(isEmpty ? null : content, { status: statusCode, headers: given });
}
