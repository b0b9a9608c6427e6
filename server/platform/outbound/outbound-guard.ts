import { lookup as dnsLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { InvalidInputError } from '../errors.js';

/** One sentence on why a host with these addresses must not be called; null when it may. */
export type JudgeAddresses = (
  host: string,
  addresses: readonly string[],
) => { refusal: string | null; declared: boolean };

export interface OutboundRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface OutboundResponse {
  status: number;
  /** The first 2,000 characters of the body. */
  text: string;
}

export interface OutboundGuardDeps {
  judge: JudgeAddresses;
  /** All addresses of a name. Default: the machine's resolver. */
  resolve?: (host: string) => Promise<string[]>;
  timeoutMs?: number;
}

/** The call is refused; retrying would not help. */
export class OutboundRefusedError extends InvalidInputError {}

const MAX_REQUEST_BYTES = 256 * 1024;
const MAX_RESPONSE_CHARS = 2_000;
const TIMEOUT_MS = 10_000;

/**
 * Calls addresses entered by people. A name is resolved once, all its addresses are checked, and the
 * connection goes only to these, so that DNS rebinding gains nothing. Redirects are not followed,
 * proxies are not used, and certificates are verified.
 */
export class OutboundGuard {
  readonly #judge: JudgeAddresses;
  readonly #resolve: (host: string) => Promise<string[]>;
  readonly #timeoutMs: number;

  constructor({ judge, resolve = resolveAll, timeoutMs = TIMEOUT_MS }: OutboundGuardDeps) {
    this.#judge = judge;
    this.#resolve = resolve;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends a POST and returns the response, whatever its status. Throws OutboundRefusedError when the
   * address may not be called, and another Error when it cannot be reached in time.
   */
  async post(request: OutboundRequest): Promise<OutboundResponse> {
    if (Buffer.byteLength(request.body) > MAX_REQUEST_BYTES) {
      throw new OutboundRefusedError('the message is too long to send');
    }
    const url = readUrl(request.url);
    const addresses = await this.check(url);
    return send(url, addresses, request, this.#timeoutMs);
  }

  /** The addresses that may be called for a URL. Throws like `post`. */
  async check(url: URL | string): Promise<string[]> {
    const { protocol, hostname } = typeof url === 'string' ? readUrl(url) : url;
    return this.checkHost(hostname, { encrypted: protocol === 'https:', as: 'https' });
  }

  /** The addresses that may be called for a host. Throws like `post`, also when a host beyond OUTBOUND_ALLOW is called in clear text. */
  async checkHost(
    hostname: string,
    { encrypted, as }: { encrypted: boolean; as: string },
  ): Promise<string[]> {
    const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
    const addresses = isIP(host) ? [host] : await this.#resolve(host);
    const { refusal, declared } = this.#judge(host, addresses);
    if (refusal) throw new OutboundRefusedError(refusal);
    if (!encrypted && !declared) {
      throw new OutboundRefusedError(`only ${as} is allowed, unless OUTBOUND_ALLOW lists the host`);
    }
    return addresses;
  }
}

/** Throws OutboundRefusedError. */
function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new OutboundRefusedError('not an https address');
  }
  if (url.username || url.password) {
    throw new OutboundRefusedError('the address must not contain a user name or password');
  }
  return url;
}

async function send(
  url: URL,
  addresses: readonly string[],
  { headers, body }: OutboundRequest,
  timeoutMs: number,
): Promise<OutboundResponse> {
  // Loaded at the first call: on Node 24 the import also loads Node's fetch, 50 ms of every command's start.
  const protocol = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const request = protocol.request(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: lookupOf(addresses),
        signal: AbortSignal.timeout(timeoutMs),
        maxHeaderSize: 16 * 1024,
        headers: {
          ...headers,
          'content-length': String(Buffer.byteLength(body)),
          connection: 'close',
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        const done = () => {
          resolve({ status: response.statusCode ?? 0, text: text.slice(0, MAX_RESPONSE_CHARS) });
          response.destroy();
        };
        response.on('data', (part: string) => {
          text += part;
          if (text.length >= MAX_RESPONSE_CHARS) done();
        });
        response.on('end', done);
        // The status is known; a truncated body is enough.
        response.on('error', done);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Returns the checked addresses, whatever DNS returns by now. */
export function lookupOf(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return (host, options, done) => {
    const [first] = known;
    if (!first) done(new Error(`${host} has no address`), '', 0);
    else if (options.all) done(null, known);
    else done(null, first.address, first.family);
  };
}

function resolveAll(host: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    dnsLookup(host, { all: true, verbatim: true }, (error, found) => {
      if (error) reject(new Error(`cannot resolve ${host} (${error.code})`));
      else resolve(found.map(({ address }) => address));
    });
  });
}
