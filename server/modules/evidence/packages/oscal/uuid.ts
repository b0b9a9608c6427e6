import { createHash } from 'node:crypto';

/** The namespace of this product's documents. */
const NAMESPACE = '6f2a1c7e-2b58-5d0f-9a53-7c1d8e4b0f36';

/** UUID version 5 (RFC 9562): the same parts always give the same one. */
export function uuidOf(...parts: readonly string[]): string {
  const hash = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(JSON.stringify(parts))
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.subarray(0, 16).toString('hex');
  return [8, 12, 16, 20, 32]
    .map((end, i, ends) => hex.slice(i === 0 ? 0 : ends[i - 1], end))
    .join('-');
}

/** An OSCAL token: a letter, then letters, digits and `.-_`. Replaced characters add a hash of the original. */
export function tokenOf(text: string): string {
  const token = text.replace(/[^\p{L}\p{N}.\-_]/gu, '-');
  const whole = /^[\p{L}_]/u.test(token) ? token : `_${token}`;
  return whole === text ? text : `${whole}-${uuidOf('token', text).slice(0, 8)}`;
}

/** One trimmed line, as OSCAL strings must be; never empty. */
export function line(text: string): string {
  return text.replace(/\s+/g, ' ').trim() || '-';
}
