import {
  ALNUM,
  BASE64,
  BEARER,
  classOf,
  HEX,
  runEnd,
  startsRun,
  startsWord,
  TOKEN,
} from './chars.js';
import { isMaskedAt } from './secret-names.js';
import type { SecretRange } from './secret-ranges.js';

const GAP = classOf('\\s,:;|"\'\\\\=');
// With line breaks as JSON, XML and addresses write them.
const PEM = classOf('A-Za-z0-9+/=\\s\\\\:,.&#;%-');
const DASH = 0x2d;
const DOT = 0x2e;

const hit = (from: number, end: number): SecretRange => ({ start: from, from, end });

/** The secret access key that people write right after the key id. */
export function secretKeyAfter(text: string, at: number): SecretRange | null {
  const from = runEnd(text, at, GAP, 20);
  const end = runEnd(text, from, BASE64, 64);
  if (from === at || end - from !== 40) return null;
  const value = text.slice(from, end);
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) ? hit(from, end) : null;
}

/** `at` is the J of `eyJ`. */
export function jwtAt(text: string, at: number): SecretRange | null {
  const from = at - 2;
  if (from < 0 || !text.startsWith('eyJ', from) || !startsRun(text, from)) return null;
  const header = runEnd(text, from, TOKEN);
  if (header - from < 8 || text[header] !== '.') return null;
  const payload = runEnd(text, header + 1, TOKEN);
  if (payload - header < 8) return null;
  return hit(from, text[payload] === '.' ? runEnd(text, payload + 1, TOKEN) : payload);
}

/** What stands before a key, also with blanks as addresses write them. */
const KEY_HEAD = /^-----BEGIN(?: |\+|%20)[\w +%]{0,40}PRIVATE(?: |\+|%20)KEY[\w +%]{0,10}-----/;

/** `at` is the first dash of `-----BEGIN … PRIVATE KEY-----`; its body is the secret. */
export function privateKeyAt(text: string, at: number): SecretRange | null {
  if (text.charCodeAt(at + 1) !== DASH) return null;
  if (!text.startsWith('-----BEGIN', at)) return null;
  const head = KEY_HEAD.exec(text.slice(at, at + 96));
  if (!head) return null;
  const from = at + head[0].length;
  const run = runEnd(text, from, PEM);
  const foot = text.slice(from, run).indexOf('-----END');
  const end = foot < 0 ? run : from + foot;
  return end > from && !isMaskedAt(text, from) ? { start: at, from, end } : null;
}

/** A bot of Telegram, `123456789:AA…`; `at` is the colon. */
export function telegramTokenAt(text: string, at: number): SecretRange | null {
  if (text.charCodeAt(at + 1) !== 0x41) return null;
  const end = runEnd(text, at + 1, TOKEN, 64);
  if (end - at - 1 < 33 || end - at - 1 > 37) return null;
  for (let from = at - 1; at - from <= 10 && isDigit(text.charCodeAt(from)); from -= 1) {
    if (at - from >= 8 && startsWord(text, from)) return hit(from, end);
  }
  return null;
}

const isDigit = (c: number) => c >= 0x30 && c <= 0x39;

/** `Bearer …` and `Basic …` with a value that is not prose; `at` is the B. */
export function authSchemeAt(text: string, at: number): SecretRange | null {
  const length = schemeLength(text, at);
  if (length === 0 || !startsWord(text, at) || text[at + length] !== ' ') return null;
  const from = at + length + 1;
  return withDigit(
    text,
    runEnd(text, from, BEARER) - from >= 16
      ? { start: at, from, end: runEnd(text, from, BEARER) }
      : null,
  );
}

function schemeLength(text: string, at: number): number {
  const next = text.charCodeAt(at + 1) | 32;
  if (next === 0x65) return text.slice(at, at + 6).toLowerCase() === 'bearer' ? 6 : 0;
  if (next !== 0x61) return 0;
  return text.slice(at, at + 5).toLowerCase() === 'basic' ? 5 : 0;
}

function withDigit(text: string, range: SecretRange | null): SecretRange | null {
  return range && /\d/.test(text.slice(range.from, range.end)) ? range : null;
}

/** A bot of Discord, `M….……….…`, or a token of Airtable, `pat….…`; `at` is the first dot. */
export function dottedTokenAt(text: string, at: number): SecretRange | null {
  if (text.charCodeAt(at + 7) === DOT) {
    const first = text.charCodeAt(at - 24);
    if (first !== 0x4d && first !== 0x4e && first !== 0x4f) return null;
    if (!startsWord(text, at - 24) || runEnd(text, at - 24, ALNUM, 24) !== at) return null;
    if (runEnd(text, at + 1, TOKEN, 6) !== at + 7) return null;
    const end = runEnd(text, at + 8, TOKEN, 64);
    return end - at - 8 >= 27 ? hit(at - 24, end) : null;
  }
  if (text.charCodeAt(at - 17) !== 0x70 || !text.startsWith('pat', at - 17)) return null;
  if (!startsWord(text, at - 17) || runEnd(text, at - 17, ALNUM, 17) !== at) return null;
  const end = runEnd(text, at + 1, HEX, 65);
  return end - at === 65 ? hit(at - 17, end) : null;
}

/** A key of Mailchimp, 32 hexadecimal digits before `-us12`; `at` is the dash. */
export function mailchimpKeyAt(text: string, at: number): SecretRange | null {
  if (text.charCodeAt(at + 1) !== 0x75 || text.charCodeAt(at + 2) !== 0x73) return null;
  const from = at - 32;
  if (from < 0 || !isDigit(text.charCodeAt(at + 3)) || !startsWord(text, from)) return null;
  return runEnd(text, from, HEX, 32) === at ? hit(from, runEnd(text, at + 3, HEX, 2)) : null;
}
