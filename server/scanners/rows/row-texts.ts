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
  const clean = maskSecrets(cleanText(text, Number.POSITIVE_INFINITY));
  if (clean.length <= MAX_UID) return clean;
  const hash = createHash('sha256').update(clean).digest('hex');
  return `${clean.slice(0, MAX_UID - hash.length - 1)}…${hash}`;
}

/** Where masking changes a uid: a hash of the whole uid, so that two uids never become one. */
export function hashOfMasked(text: string): { uidHash?: string } {
  const uidHash = maskedHash(text);
  return uidHash === null ? {} : { uidHash };
}

/** As `whole`, for a part of an identity: where masking changes it, a hash of the whole follows. */
export function wholePart(text: string): string {
  const hash = maskedHash(text);
  return hash === null ? whole(text) : `${whole(text)}#${hash}`;
}

function maskedHash(text: string): string | null {
  const clean = cleanText(text, Number.POSITIVE_INFINITY);
  if (maskSecrets(clean) === clean) return null;
  return createHash('sha256').update(clean).digest('hex').slice(0, 32);
}

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
  return plain === '' ? '' : createHash('sha256').update(plain).digest('hex').slice(0, 16);
}
