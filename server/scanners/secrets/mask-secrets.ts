import { MASK, SHOWN } from './secret-names.js';
import { escapedPairAt, pairAt } from './secret-pairs.js';
import { inOrder, type SecretRange } from './secret-ranges.js';
import {
  authSchemeAt,
  dottedTokenAt,
  jwtAt,
  mailchimpKeyAt,
  privateKeyAt,
  secretKeyAfter,
  telegramTokenAt,
} from './secret-tokens.js';
import { searchedTokens, tokenEndingAt, tokenWithCapitalAt } from './shaped-tokens.js';
import { encodedUrlSecretAt, urlSecretAt } from './url-secrets.js';

/** Shorter secrets are masked whole: four characters of eight would be half. */
const SHOWN_FROM = 12;

/** Characters at which a secret may be recognised; all others are skipped. */
const TRIGGERS = new Uint8Array(256);
for (const char of ':=AJ-_.~BbG%\\') TRIGGERS[char.charCodeAt(0)] = 1;

function secretAt(text: string, at: number, c: number): SecretRange | null {
  switch (c) {
    case 0x3a:
      return text.charCodeAt(at + 1) === 0x2f
        ? urlSecretAt(text, at)
        : (telegramTokenAt(text, at) ?? pairAt(text, at));
    case 0x3d:
      return pairAt(text, at);
    case 0x25:
      return escapedPairAt(text, at) ?? encodedUrlSecretAt(text, at);
    case 0x5c:
      return escapedPairAt(text, at);
    case 0x41:
    case 0x47:
      return tokenWithCapitalAt(text, at);
    case 0x4a:
      return jwtAt(text, at) ?? tokenWithCapitalAt(text, at);
    case 0x2d:
      return tokenEndingAt(text, at) ?? privateKeyAt(text, at) ?? mailchimpKeyAt(text, at);
    case 0x2e:
      return tokenEndingAt(text, at) ?? dottedTokenAt(text, at);
    case 0x5f:
    case 0x7e:
      return tokenEndingAt(text, at);
    default:
      return authSchemeAt(text, at);
  }
}

/**
 * The positions of secrets in a text, in order. One pass with a bounded look around each candidate,
 * so time is always linear. Skips secrets that are already masked.
 *
 * `bytes`: the text's characters where each is a byte, which are faster to search.
 */
export function findSecrets(text: string, bytes?: Uint8Array): SecretRange[] {
  const found: SecretRange[] = [];
  const searched = searchedTokens(text);
  let i = 0;
  for (;;) {
    i = bytes ? triggerInBytes(bytes, i) : triggerIn(text, i);
    if (i === text.length) return searched.length > 0 ? inOrder([...found, ...searched]) : found;
    const c = text.charCodeAt(i);
    const range = secretAt(text, i, c);
    if (!range || range.end <= i) {
      i += 1;
      continue;
    }
    i = range.end;
    add(found, range);
    const second = c === 0x41 ? secretKeyAfter(text, i) : null;
    if (second) {
      add(found, second);
      i = second.end;
    }
  }
}

function triggerIn(text: string, from: number): number {
  let i = from;
  while (i < text.length && TRIGGERS[text.charCodeAt(i)] !== 1) i += 1;
  return i;
}

function triggerInBytes(bytes: Uint8Array, from: number): number {
  let i = from;
  while (i < bytes.length && TRIGGERS[bytes[i] as number] !== 1) i += 1;
  return i;
}

function add(found: SecretRange[], range: SecretRange): void {
  const from = Math.max(range.from, found.at(-1)?.end ?? 0);
  if (range.end > from) found.push({ ...range, from });
}

/** `text` with these secrets masked; long ones keep their first characters, to recognise them. */
export function maskRanges(text: string, ranges: SecretRange[], mask = MASK): string {
  let out = '';
  let done = 0;
  for (const { from, end } of ranges) {
    const shown = end - from >= SHOWN_FROM ? SHOWN : 0;
    let keep = from;
    while (keep < from + shown && isPlain(text.charCodeAt(keep))) keep += 1;
    out += text.slice(done, keep) + mask;
    done = end;
  }
  return done === 0 ? text : out + text.slice(done);
}

/** Not white space, a quote, or a backslash, which may begin an escape. */
function isPlain(c: number): boolean {
  return c > 0x20 && c < 0x7f && c !== 0x22 && c !== 0x27 && c !== 0x5c;
}

/** The text without its secrets. Masking is idempotent. */
export function maskSecrets(text: string): string {
  const ranges = findSecrets(text);
  return ranges.length === 0 ? text : maskRanges(text, ranges);
}
