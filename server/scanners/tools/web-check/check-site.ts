import { once } from 'node:events';
import { connect } from 'node:net';
import type { Clock } from '../../../platform/clock.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { Coverage } from '../../runs/tool-run.js';
import { allowedAddresses, type Lookup } from '../../targets/allowed-addresses.js';
import { type DeclaredOwn, parseWebUrl, type WebUrl } from '../../targets/index.js';
import { judgeCertificate } from './certificate.rules.js';
import { fetchPage, type Page } from './fetch-page.js';
import { judgeCookies, judgeHeaders } from './headers.rules.js';
import { judgeVersions, probeVersions, seeCertificate } from './probe-tls.js';
import { decide, type WebResult } from './web-checks.js';

export interface SiteParts {
  declared: DeclaredOwn;
  /** The allowed addresses of the target's name. */
  addresses: readonly string[];
  signal: AbortSignal;
  onLine: (line: string) => void;
  clock: Clock;
  resolve?: Lookup;
  /** Authorities besides Node's; for tests. */
  ca?: string;
  timeoutMs?: number;
  /** The port of plain HTTP; 80 by default. */
  httpPort?: number;
}

export interface SiteFound {
  results: WebResult[];
  skipped: Coverage['skipped'];
  /** Why nothing could be checked; null if something could. */
  unreachable: string | null;
}

const MAX_REDIRECTS = 5;
const MAX_ADDRESSES = 4;
const OF_ANY_ANSWER: ReadonlySet<string> = new Set(['hsts', 'server-version']);
const TIMEOUT_MS = 10_000;

/** Checks one site from outside. Throws only the signal's error. */
export async function checkSite(url: WebUrl, parts: SiteParts): Promise<SiteFound> {
  const { addresses, onLine, signal } = parts;
  const address = await answering(addresses, url.port, parts);
  const skipped: Coverage['skipped'] = [];
  const results: WebResult[] = [];
  onLine(`asking ${url.text} at ${address}`);
  const page = await pageOf(url, address, parts, skipped);
  if (page) {
    const away = nextOf(url, page);
    const judged = judgeHeaders(page.headers, url.scheme);
    // A response that only redirects elsewhere is never shown, framed or run.
    results.push(...judged.filter(({ check }) => !away || OF_ANY_ANSWER.has(check)));
    if (away) {
      const why = `the site only redirects to ${away.origin}: check that one`;
      skipped.push({ what: 'headers of a page', why });
    }
    results.push(...judgeCookies(page.setCookie, url.scheme));
  }
  if (url.scheme === 'https') {
    onLine('checking the certificate and TLS versions');
    const tls = { address, port: url.port, host: url.host.text };
    const options = { signal, timeoutMs: parts.timeoutMs ?? TIMEOUT_MS, ca: parts.ca };
    const seen = await seeCertificate(tls, options);
    if (seen) results.push(...judgeCertificate(seen, url.host.text, parts.clock.now()));
    else skipped.push({ what: 'certificate', why: 'no TLS handshake succeeded' });
    results.push(...judgeVersions(await probeVersions(tls, options)));
  }
  const isUsual = url.scheme === 'http' || url.port === 443 || parts.httpPort !== undefined;
  const redirect = isUsual ? await checkRedirect(url, address, parts) : null;
  if (redirect) results.push(redirect);
  else {
    const unknown = `the plain HTTP port of a site at port ${url.port} is unknown`;
    skipped.push({ what: 'redirect', why: isUsual ? 'nothing answers over plain HTTP' : unknown });
  }
  const evidenced = results.some(({ verdict }) => verdict !== 'not_evaluated');
  const why = skipped[0]?.why ?? 'nothing answered';
  return { results, skipped, unreachable: evidenced ? null : why };
}

/** The first address that accepts a connection: not every machine has IPv6. */
async function answering(
  addresses: readonly string[],
  port: number,
  { signal, timeoutMs = TIMEOUT_MS }: SiteParts,
): Promise<string> {
  const [first = '', ...more] = addresses.slice(0, MAX_ADDRESSES);
  if (more.length === 0) return first;
  for (const address of [first, ...more]) {
    const socket = connect({ host: address, port });
    const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs / 2)]);
    const isUp = await once(socket, 'connect', { signal: stop }).then(
      () => true,
      () => false,
    );
    socket.destroy();
    signal.throwIfAborted();
    if (isUp) return address;
  }
  return first;
}

/** The page where redirects within the site end; another site's headers are not judged. */
async function pageOf(
  start: WebUrl,
  address: string,
  parts: SiteParts,
  skipped: Coverage['skipped'],
): Promise<Page | null> {
  let url = start;
  for (let hops = 0; ; hops += 1) {
    const page = await get(url, address, parts);
    if (typeof page === 'string') {
      skipped.push({ what: 'headers and cookies', why: page });
      return null;
    }
    const next = nextOf(url, page);
    if (!next || next.origin !== start.origin) return page;
    if (hops === MAX_REDIRECTS) {
      skipped.push({ what: 'headers and cookies', why: `more than ${MAX_REDIRECTS} redirects` });
      return null;
    }
    parts.onLine(`redirected to ${next.text}`);
    url = next;
  }
}

/** Null if plain HTTP is not answered: as good as a redirect, but no evidence of one. */
async function checkRedirect(
  url: WebUrl,
  address: string,
  parts: SiteParts,
): Promise<WebResult | null> {
  const host = url.origin.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
  const port = url.scheme === 'http' ? url.port : (parts.httpPort ?? 80);
  let at = parseWebUrl(`http://${host}:${port}/`);
  let its = address;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const page = await get(at, its, parts);
    if (typeof page === 'string') return hops === 0 ? null : decide('https-redirect', false, page);
    const next = nextOf(at, page);
    if (!next) {
      const observed = `${at.origin} answers ${page.status} over plain HTTP.`;
      return decide('https-redirect', false, observed);
    }
    if (next.scheme === 'https') {
      return decide('https-redirect', true, `Plain HTTP leads to ${next.origin}.`);
    }
    // Each hop may be another host, and must be allowed like the first.
    const allowed = await addressesOf(next, parts);
    if (typeof allowed === 'string') return decide('https-redirect', false, allowed);
    at = next;
    its = allowed[0] ?? '';
  }
  return decide('https-redirect', false, 'Plain HTTP leads from one redirect to the next.');
}

async function addressesOf({ host }: WebUrl, parts: SiteParts): Promise<string[] | string> {
  try {
    return await allowedAddresses([host], parts.declared, parts.resolve);
  } catch (error) {
    if (error instanceof InvalidInputError)
      return 'It leads to an address that may not be scanned.';
    throw error;
  }
}

/** The page, or why it could not be fetched. */
async function get(url: WebUrl, address: string, parts: SiteParts): Promise<Page | string> {
  const { signal, timeoutMs = TIMEOUT_MS } = parts;
  try {
    return await fetchPage(url, { address, signal, timeoutMs });
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return `${url.origin} did not answer${code ? ` (${code})` : ''}`;
  }
}

function nextOf(url: WebUrl, { status, location }: Page): WebUrl | null {
  if (status < 300 || status > 399 || !location || location.length > 2_000) return null;
  try {
    return parseWebUrl(new URL(location, url.text).href);
  } catch {
    return null;
  }
}
