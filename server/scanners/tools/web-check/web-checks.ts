import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';

/** The result of one check at one place. Its identity is the place and the check, not the text. */
export interface WebResult {
  check: WebCheckId;
  verdict: Extract<Verdict, 'pass' | 'fail' | 'not_evaluated'>;
  observed: string;
  /** Distinguishes results of one check at one origin: a cookie's name. */
  part?: string;
}

interface WebCheck {
  title: string;
  description: string;
  remediation: string;
  severity: Severity;
  /** Requirement ids of well-known lists. */
  group: 'headers' | 'cookies' | 'redirect' | 'certificate' | 'protocol' | 'disclosure';
}

export const WEB_CHECKS = {
  hsts: {
    title: 'HTTPS is required by Strict-Transport-Security',
    description: 'Without HSTS a browser may be led to the site over plain HTTP.',
    remediation: 'Send Strict-Transport-Security with max-age of at least 15552000 (180 days).',
    severity: 'medium',
    group: 'headers',
  },
  csp: {
    title: 'A Content-Security-Policy limits scripts',
    description:
      'A policy without unsafe-inline or wildcards for scripts keeps injected scripts out.',
    remediation:
      'Send a Content-Security-Policy with script-src (or default-src) of sources, nonces or hashes.',
    severity: 'medium',
    group: 'headers',
  },
  'content-type-options': {
    title: 'Content types are not guessed (X-Content-Type-Options)',
    description: 'A browser that guesses types may run an upload as a script.',
    remediation: 'Send X-Content-Type-Options: nosniff.',
    severity: 'low',
    group: 'headers',
  },
  framing: {
    title: 'Framing by other sites is refused',
    description: 'A page in a frame of another site can be clicked without the visitor knowing.',
    remediation:
      "Send Content-Security-Policy: frame-ancestors 'self', or X-Frame-Options: DENY or SAMEORIGIN.",
    severity: 'medium',
    group: 'headers',
  },
  'referrer-policy': {
    title: 'Addresses are not sent to other sites (Referrer-Policy)',
    description: 'Addresses may hold names, searches and tokens.',
    remediation: 'Send Referrer-Policy: strict-origin-when-cross-origin, or stricter.',
    severity: 'low',
    group: 'headers',
  },
  'permissions-policy': {
    title: 'Browser features are limited (Permissions-Policy)',
    description: 'Camera, microphone and location are better switched off where unused.',
    remediation:
      'Send a Permissions-Policy that switches off the features that the site does not use.',
    severity: 'informational',
    group: 'headers',
  },
  'cookie-secure': {
    title: 'Cookies are sent over HTTPS only (Secure)',
    description: 'A cookie without Secure also travels over plain HTTP.',
    remediation: 'Set Secure on every cookie.',
    severity: 'medium',
    group: 'cookies',
  },
  'cookie-httponly': {
    title: 'Cookies cannot be read by scripts (HttpOnly)',
    description: 'An injected script can take a cookie that scripts may read.',
    remediation: 'Set HttpOnly on cookies that no script needs.',
    severity: 'low',
    group: 'cookies',
  },
  'cookie-samesite': {
    title: 'Cookies are not sent with requests of other sites (SameSite)',
    description: 'A cookie that goes with requests of other sites lets them act for the visitor.',
    remediation: 'Set SameSite=Lax or Strict; None only with Secure and where it is needed.',
    severity: 'low',
    group: 'cookies',
  },
  'https-redirect': {
    title: 'Plain HTTP leads to HTTPS',
    description: 'Plain HTTP traffic can be read and changed in transit.',
    remediation: 'Answer plain HTTP with a permanent redirect to HTTPS, or not at all.',
    severity: 'medium',
    group: 'redirect',
  },
  'certificate-trusted': {
    title: 'The certificate is signed by a known authority',
    description: 'Visitors cannot distinguish an unknown signer from an attacker.',
    remediation: 'Use a certificate of a public authority and send its whole chain.',
    severity: 'high',
    group: 'certificate',
  },
  'certificate-name': {
    title: 'The certificate is for this name',
    description: 'A certificate for another name proves nothing about this site.',
    remediation: 'Get a certificate whose alternative names include this host.',
    severity: 'high',
    group: 'certificate',
  },
  'certificate-valid': {
    title: 'The certificate is within its time',
    description: 'Browsers refuse certificates outside their validity period.',
    remediation: 'Renew the certificate, and automate renewal.',
    severity: 'critical',
    group: 'certificate',
  },
  'certificate-renewed': {
    title: 'The certificate is renewed in good time',
    description:
      'One with less than 21 days left, or less than a quarter of a short life, was probably forgotten.',
    remediation: 'Renew the certificate, and automate renewal with a third of its time left.',
    severity: 'medium',
    group: 'certificate',
  },
  'certificate-key': {
    title: 'The key of the certificate is strong',
    description: 'RSA below 2048 bits and curves below 224 bits can be broken.',
    remediation: 'Use RSA of 2048 bits or more, P-256, P-384 or Ed25519.',
    severity: 'high',
    group: 'certificate',
  },
  'certificate-signature': {
    title: 'The certificate is signed with a strong hash',
    description: 'MD5 and SHA-1 signatures can be forged.',
    remediation: 'Get a certificate that is signed with SHA-256 or better.',
    severity: 'high',
    group: 'certificate',
  },
  'tls-modern': {
    title: 'TLS 1.2 or 1.3 is offered',
    description: 'Current browsers support nothing older.',
    remediation: 'Enable TLS 1.2 and 1.3.',
    severity: 'high',
    group: 'protocol',
  },
  'tls-legacy': {
    title: 'TLS 1.0 and 1.1 are not offered',
    description: 'Both are withdrawn (RFC 8996).',
    remediation: 'Switch off TLS 1.0 and 1.1.',
    severity: 'medium',
    group: 'protocol',
  },
  'server-version': {
    title: 'The server does not show its version',
    description: 'A version shows attackers which known weaknesses to try.',
    remediation: 'Leave versions out of Server, X-Powered-By and similar headers.',
    severity: 'informational',
    group: 'disclosure',
  },
} satisfies Record<string, WebCheck>;
export type WebCheckId = keyof typeof WEB_CHECKS;

export const decide = (
  check: WebCheckId,
  isGood: boolean,
  observed: string,
  part?: string,
): WebResult => ({ check, verdict: isGood ? 'pass' : 'fail', observed, part });
export const unknown = (check: WebCheckId, observed: string): WebResult => ({
  ...{ check, verdict: 'not_evaluated', observed },
});
