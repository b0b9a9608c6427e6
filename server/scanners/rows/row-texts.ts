import { createHash } from 'node:crypto';
import { maskSecrets } from '../secrets/mask-secrets.js';
import { cleanText } from './clean-text.js';

const MAX_NAME = 1000;
const MAX_TEXT = 20_000;
/** How far a secret at the end of a text is followed. */
const MAX_SECRET = 4_000;
const MAX_UID = 16_000;
const MAX_LIST = 200;

/** A short text: cleaned and masked. */
export function short(text: string): string {
  return masked(text, MAX_NAME);
}

/** A text of several sentences: cleaned and masked. */
export function long(text: string): string {
  return masked(text, MAX_TEXT);
}

/** Masked before it is cut, as half a secret is not recognised. */
function masked(text: string, maxLength: number): string {
  const clean = maskSecrets(cleanText(text, maxLength + MAX_SECRET));
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1)}…` : clean;
}

/**
 * A text that identifies something. Beyond the limit of a database index, its end is replaced by the hash
 * of the whole, so that it stays unique.
 */
export function whole(text: string): string {
  return wholeAndHash(text).text;
}

/** As `whole`; where masking changes it, also a hash of the whole text, so that two uids never become one. */
export function wholeAndHash(text: string): { text: string; hash: string | null } {
  const clean = cleanText(text, Number.POSITIVE_INFINITY);
  const masked = maskSecrets(clean);
  const hash = masked === clean ? null : sha256(clean).slice(0, 32);
  if (masked.length <= MAX_UID) return { text: masked, hash };
  const end = sha256(masked);
  return { text: `${masked.slice(0, MAX_UID - end.length - 1)}…${end}`, hash };
}

/** As `whole`, for a part of an identity: where masking changes it, a hash of the whole follows. */
export function wholePart(text: string): string {
  const { text: clean, hash } = wholeAndHash(text);
  return hash === null ? clean : `${clean}#${hash}`;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export function shortList(texts: readonly string[]): string[] {
  return texts
    .slice(0, MAX_LIST)
    .map(short)
    .filter((text) => text !== '');
}

/** The address of a web page, else null. */
export function webAddress(text: string): string | null {
  return /^https?:\/\/\S+$/i.test(text) ? short(text) : null;
}

/** A hash that represents a text in an identity; ignores white space and reveals no secret. */
export function fingerprintOf(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain === '' ? '' : sha256(plain).slice(0, 16);
}
