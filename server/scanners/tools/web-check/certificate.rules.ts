import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { decide, unknown, type WebResult } from './web-checks.js';

export interface SeenCertificate {
  certificate: X509Certificate;
  /** Why the chain is not trusted, in OpenSSL's terms; null if it is. */
  distrust: string | null;
}

const DAY_MS = 86_400_000;
/** Automation renews certificates when a third of their time is left, at the latest 30 days ahead. */
const EARLY_DAYS = 21;
const EARLY_SHARE = 0.25;
/** Errors about time or name, which have separate checks. */
const NOT_OF_THE_CHAIN = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const DISTRUST: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'it ends with an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of its signer was not sent',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate of a signer was not sent',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its signer is not known',
};
const WEAK_SIGNATURES: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'MD5 with RSA',
  '2a864886f70d010105': 'SHA-1 with RSA',
  '2a8648ce3d0401': 'SHA-1 with ECDSA',
  '2a8648ce380403': 'SHA-1 with DSA',
};

export function judgeCertificate(
  { certificate, distrust }: SeenCertificate,
  host: string,
  now: Date,
): WebResult[] {
  const from = new Date(certificate.validFrom);
  const to = new Date(certificate.validTo);
  const left = to.getTime() - now.getTime();
  const early = Math.min(EARLY_DAYS * DAY_MS, EARLY_SHARE * (to.getTime() - from.getTime()));
  const daysLeft = Math.floor(left / DAY_MS);
  const isInTime = now >= from && now <= to;
  const isNamed = isIP(host)
    ? certificate.checkIP(host) !== undefined
    : certificate.checkHost(host) !== undefined;
  const isTrusted = distrust === null || NOT_OF_THE_CHAIN.has(distrust);
  const period = `${from.toISOString().slice(0, 10)} to ${to.toISOString().slice(0, 10)}`;
  return [
    decide(
      'certificate-trusted',
      isTrusted,
      isTrusted
        ? 'Its chain leads to a known authority.'
        : `Its chain is not trusted: ${DISTRUST[distrust] ?? distrust}.`,
    ),
    decide('certificate-name', isNamed, `It is ${isNamed ? '' : 'not '}for ${host}.`),
    decide('certificate-valid', isInTime, `It is valid from ${period}.`),
    decide('certificate-renewed', isInTime && left >= early, `${daysLeft} days are left.`),
    judgeKey(certificate),
    judgeSignature(certificate),
  ];
}

function judgeKey({ publicKey }: X509Certificate): WebResult {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails } = publicKey;
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  if (type === 'rsa' || type === 'rsa-pss') {
    const bits = modulusLength ?? 0;
    return decide('certificate-key', bits >= 2048, `It is an RSA key of ${bits} bits.`);
  }
  if (type === 'ec') {
    const isWeak = /(?:^|[a-z])(?:112|128|160|163|192|193)/i.test(namedCurve ?? '');
    return decide('certificate-key', !isWeak, `It is a key on the curve ${namedCurve}.`);
  }
  const isGood = type === 'ed25519' || type === 'ed448';
  return decide('certificate-key', isGood, `It is a key of the kind ${type}.`);
}

function judgeSignature({ raw }: X509Certificate): WebResult {
  const algorithm = signatureOf(raw);
  if (algorithm === null) return unknown('certificate-signature', 'Its signature cannot be read.');
  const weak = WEAK_SIGNATURES[algorithm];
  const observed = weak ? `It is signed with ${weak}.` : 'It is signed with a strong hash.';
  return decide('certificate-signature', !weak, observed);
}

/** The algorithm's object identifier in hex: the second part of a certificate, which Node does not expose. */
export function signatureOf(der: Buffer): string | null {
  const outer = elementAt(der, 0);
  if (outer?.tag !== 0x30) return null;
  const signed = elementAt(der, outer.start);
  const algorithm = signed && elementAt(der, signed.end);
  if (algorithm?.tag !== 0x30) return null;
  const name = elementAt(der, algorithm.start);
  return name?.tag === 0x06 ? der.subarray(name.start, name.end).toString('hex') : null;
}

function elementAt(der: Buffer, at: number): { tag: number; start: number; end: number } | null {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined) return null;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (more > 4 || at + 2 + more > der.length) return null;
  const length = more === 0 ? first : der.readUIntBE(at + 2, more);
  const start = at + 2 + more;
  return start + length <= der.length ? { tag, start, end: start + length } : null;
}
