import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { WebUrl } from '../../targets/index.js';

export interface Page {
  status: number;
  headers: IncomingHttpHeaders;
  setCookie: string[];
  location: string | null;
  bodyBytes: number;
}

export interface FetchOptions {
  /** The allowed address, used for the connection even if the name has moved since. */
  address: string;
  signal: AbortSignal;
  timeoutMs: number;
}

const MAX_BODY = 64 * 1024;
const MAX_HEADERS = 32 * 1024;

/** One GET without following redirects. Accepts any certificate, as that is judged elsewhere. */
export async function fetchPage(
  url: WebUrl,
  { address, signal, timeoutMs }: FetchOptions,
): Promise<Page> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { hostname, pathname, search } = new URL(url.text);
  const protocol = await (url.scheme === 'https' ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const outgoing = protocol.request(
      {
        host: address,
        port: url.port,
        path: `${pathname}${search}`,
        method: 'GET',
        agent: false,
        maxHeaderSize: MAX_HEADERS,
        signal: stop,
        rejectUnauthorized: false,
        // No secret is sent, and sites that only support old versions are checked too.
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
        ...(isIP(url.host.text) ? {} : { servername: url.host.text }),
        headers: {
          host:
            url.port === (url.scheme === 'https' ? 443 : 80) ? hostname : `${hostname}:${url.port}`,
          'user-agent': 'OffloadSecurity-web-check/1',
          accept: 'text/html,*/*;q=0.1',
          connection: 'close',
        },
      },
      (answer) => {
        let bodyBytes = 0;
        const done = () => {
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            setCookie: answer.headers['set-cookie'] ?? [],
            location: answer.headers.location ?? null,
            bodyBytes,
          });
          answer.destroy();
        };
        answer.on('data', (chunk: Buffer) => {
          bodyBytes += chunk.length;
          if (bodyBytes > MAX_BODY) done();
        });
        answer.on('end', done);
        // The headers have arrived, which is enough.
        answer.on('error', done);
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
