import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type SecureVersion, type TLSSocket } from 'node:tls';
import type { SeenCertificate } from './certificate.rules.js';
import { decide, unknown, type WebResult } from './web-checks.js';

export const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

export interface TlsTarget {
  address: string;
  port: number;
  /** The requested server name; not sent for an address. */
  host: string;
}

export interface TlsOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** Authorities besides Node's; for tests. */
  ca?: string;
}

/** `offered` and `refused` are the server's response; `unclear`: no TLS response at all. */
export type Offer = 'offered' | 'refused' | 'unclear';

/** Errors of the local OpenSSL, which reveal nothing about the server. */
const OWN_LIMITS = /^ERR_SSL_NO_(?:PROTOCOLS|CIPHERS)_AVAILABLE$/;
/** Every cipher of OpenSSL, for sites that support nothing better. */
const ANY_VERSION = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const;

/** The certificate that a browser would get, or an older client; null if no handshake succeeds. */
export async function seeCertificate(
  target: TlsTarget,
  options: TlsOptions,
): Promise<SeenCertificate | null> {
  const look = (socket: TLSSocket) => {
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) return null;
    const distrust = socket.authorized ? null : codeOf(socket.authorizationError);
    return { certificate: new X509Certificate(certificate.raw), distrust };
  };
  for (const more of [{}, ANY_VERSION]) {
    try {
      return await handshake(target, options, more, look);
    } catch {
      if (options.signal.aborted) throw options.signal.reason;
    }
  }
  return null;
}

/** The TLS versions that the server supports, with one handshake each. */
export async function probeVersions(
  target: TlsTarget,
  options: TlsOptions,
): Promise<Record<(typeof TLS_VERSIONS)[number], Offer>> {
  const offers: Record<string, Offer> = {};
  for (const version of TLS_VERSIONS) offers[version] = await probe(target, options, version);
  return offers as Record<(typeof TLS_VERSIONS)[number], Offer>;
}

async function probe(
  target: TlsTarget,
  options: TlsOptions,
  version: SecureVersion,
): Promise<Offer> {
  const only = {
    minVersion: version,
    maxVersion: version,
    // At its default security level OpenSSL does not offer the old versions.
    ...(version === 'TLSv1.3' ? {} : { ciphers: 'ALL:@SECLEVEL=0' }),
  };
  try {
    return await handshake(target, options, only, () => 'offered' as const);
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // An alert or a reset during the handshake is a refusal; silence and unreachability prove nothing.
    if (OWN_LIMITS.test(code)) return 'unclear';
    return /^(ERR_SSL_|ECONNRESET$|EPROTO$)/.test(code) ? 'refused' : 'unclear';
  }
}

export function judgeVersions(offers: Awaited<ReturnType<typeof probeVersions>>): WebResult[] {
  const offered = TLS_VERSIONS.filter((version) => offers[version] === 'offered');
  const observed =
    offered.length === 0 ? 'No version was accepted.' : `Offered: ${offered.join(', ')}.`;
  const modern = offers['TLSv1.2'] === 'offered' || offers['TLSv1.3'] === 'offered';
  const old = [offers.TLSv1, offers['TLSv1.1']];
  const legacy = old.includes('offered');
  const isClear = old.every((offer) => offer !== 'unclear');
  return [
    offered.length > 0 ? decide('tls-modern', modern, observed) : unknown('tls-modern', observed),
    legacy || (isClear && offered.length > 0)
      ? decide('tls-legacy', !legacy, observed)
      : unknown('tls-legacy', 'The server did not answer clearly.'),
  ];
}

function handshake<T>(
  { address, port, host }: TlsTarget,
  { signal, timeoutMs, ca }: TlsOptions,
  more: ConnectionOptions,
  look: (socket: TLSSocket) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      rejectUnauthorized: false,
      ...(isIP(host) ? {} : { servername: host }),
      ...(ca === undefined ? {} : { ca }),
      ...more,
    });
    const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const onAbort = () => socket.destroy(new Error('timed out'));
    stop.addEventListener('abort', onAbort, { once: true });
    if (stop.aborted) onAbort();
    socket.once('secureConnect', () => {
      resolve(look(socket));
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

function codeOf(reason: unknown): string {
  if (reason instanceof Error) return 'code' in reason ? String(reason.code) : reason.message;
  return reason ? String(reason) : 'unknown';
}
