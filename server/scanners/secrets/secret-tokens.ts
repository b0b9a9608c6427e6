import { isMaskedAt } from './secret-names.js';
import { TOKEN_SHAPES, type TokenChars, type TokenShape } from './token-shapes.js';

/** A secret in a text: `start` is where its context begins, `from`–`end` is the secret itself. */
export interface SecretRange {
  start: number;
  from: number;
  end: number;
}

const TOKEN = classOf('A-Za-z0-9_-');
const WORD = classOf('A-Za-z0-9_');
const UPPER = classOf('A-Z0-9');
const BASE64 = classOf('A-Za-z0-9+/=');
const BEARER = classOf('A-Za-z0-9._~+/=-');
const GAP = classOf('\\s,:;|"\'\\\\=');
// With line breaks as JSON and XML write them.
const PEM = classOf('A-Za-z0-9+/=\\s\\\\:,.&#;-');
const ALNUM = classOf('A-Za-z0-9');
const DASH = 0x2d;
const MAX_RUN = 64 * 1024;

function classOf(chars: string): Uint8Array {
  const pattern = new RegExp(`[${chars}]`);
  return Uint8Array.from({ length: 128 }, (_, code) =>
    pattern.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

/** The end of the run of `chars` that begins at `from`. */
function runEnd(text: string, from: number, chars: Uint8Array, max = MAX_RUN): number {
  const last = Math.min(text.length, from + max);
  let i = from;
  while (i < last && chars[text.charCodeAt(i)] === 1) i += 1;
  return i;
}

const startsWord = (text: string, at: number) => at === 0 || ALNUM[text.charCodeAt(at - 1)] !== 1;

/** Stricter: such runs do not overlap, so scanning each of them stays linear. */
const startsRun = (text: string, at: number) => at === 0 || TOKEN[text.charCodeAt(at - 1)] !== 1;

const hit = (from: number, end: number): SecretRange => ({ start: from, from, end });

/** A prefix at a word's start, followed by at least `min` of `chars`. */
function prefixed(text: string, at: number, prefix: string, chars: Uint8Array, min: number) {
  if (at < 0 || !text.startsWith(prefix, at) || !startsWord(text, at)) return null;
  const end = runEnd(text, at + prefix.length, chars);
  return end - at - prefix.length >= min ? hit(at, end) : null;
}

/** AWS access key ids and old session tokens, Google API keys, keys of age; `at` is the capital A. */
export function keyIdAt(text: string, at: number): SecretRange | null {
  const next = text.charCodeAt(at + 1);
  if (next === 0x47) return ageKeyAt(text, at);
  if (next === 0x51) return sessionTokenAt(text, at);
  if (next === 0x49) return prefixed(text, at, 'AIza', TOKEN, 30);
  if (next !== 0x4b && next !== 0x53) return null;
  if (text[at + 2] !== 'I' || text[at + 3] !== 'A' || !startsWord(text, at)) return null;
  const end = runEnd(text, at + 4, UPPER, 40);
  return end - at === 20 && ALNUM[text.charCodeAt(end)] !== 1 ? hit(at, end) : null;
}

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
  if (text.charCodeAt(at - 1) === 0x6f) return sessionTokenAt(text, at);
  if (from < 0 || !text.startsWith('eyJ', from) || !startsRun(text, from)) return null;
  const header = runEnd(text, from, TOKEN);
  if (header - from < 8 || text[header] !== '.') return null;
  const payload = runEnd(text, header + 1, TOKEN);
  if (payload - header < 8) return null;
  return hit(from, text[payload] === '.' ? runEnd(text, payload + 1, TOKEN) : payload);
}

/** `at` is the first dash of `-----BEGIN … PRIVATE KEY-----`; its body is the secret. */
export function privateKeyAt(text: string, at: number): SecretRange | null {
  if (text.charCodeAt(at + 1) !== DASH) return null;
  if (!text.startsWith('-----BEGIN ', at)) return null;
  const title = text.slice(at, at + 64);
  const marker = title.indexOf('PRIVATE KEY');
  const from = at + title.indexOf('-----', marker) + 5;
  if (marker < 0 || from < at + marker) return null;
  const run = runEnd(text, from, PEM);
  const foot = text.slice(from, run).indexOf('-----END');
  const end = foot < 0 ? run : from + foot;
  return end > from && !isMaskedAt(text, from) ? { start: at, from, end } : null;
}

const CHARS: Readonly<Record<TokenChars, Uint8Array>> = {
  word: WORD,
  token: TOKEN,
  bearer: BEARER,
  upper: UPPER,
  base64: BASE64,
};

/** By the three characters that the prefix ends in, which rule out nearly all identifiers. */
const BY_ENDING = new Map<number, TokenShape[]>();
/** The last two characters of the prefixes. */
const LAST_TWO = new Uint8Array(128 * 128);
for (const shape of TOKEN_SHAPES) {
  const code = endingAt(shape.prefix, shape.prefix.length - 1);
  BY_ENDING.set(code, [...(BY_ENDING.get(code) ?? []), shape]);
  LAST_TWO[code % LAST_TWO.length] = 1;
}

function endingAt(text: string, at: number): number {
  return (text.charCodeAt(at - 2) * 128 + text.charCodeAt(at - 1)) * 128 + text.charCodeAt(at);
}

/** A token of the table; `at` is the last character of its prefix. */
export function shapedTokenAt(text: string, at: number): SecretRange | null {
  const lastTwo = text.charCodeAt(at - 1) * 128 + text.charCodeAt(at);
  if (LAST_TWO[lastTwo] !== 1) return privateKeyAt(text, at);
  for (const { prefix, chars, min, needsDigit } of BY_ENDING.get(endingAt(text, at)) ?? []) {
    const from = at + 1 - prefix.length;
    if (needsDigit && !hasDigit(text, at + 1, CHARS[chars])) continue;
    const found = shaped(text, from, prefix, CHARS[chars], min);
    if (found) return found;
  }
  return privateKeyAt(text, at);
}

/** Among the first characters, so that runs that overlap are not scanned whole. */
function hasDigit(text: string, from: number, chars: Uint8Array): boolean {
  return /\d/.test(text.slice(from, runEnd(text, from, chars, 64)));
}

/** As `prefixed`; the secret of an Azure application has three characters more in front. */
function shaped(text: string, from: number, prefix: string, chars: Uint8Array, min: number) {
  if (!prefix.endsWith('~')) return prefixed(text, from, prefix, chars, min);
  const start = from - 3;
  if (start < 0 || !text.startsWith(prefix, from) || !startsWord(text, start)) return null;
  const end = runEnd(text, from + prefix.length, chars);
  const isOne = end - from - prefix.length >= min && end - start <= 44;
  return isOne ? hit(start, end) : null;
}

/** The beginnings of AWS session tokens: base64 of what they name. `at` is where they are recognised. */
const SESSION_TOKENS: readonly [beginning: string, at: number][] = [
  ['IQoJb3JpZ2lu', 3],
  ['FwoGZXIvYXdz', 3],
  ['FQoGZXIvYXdz', 3],
  ['AQoDYXdz', 0],
];

/** An AWS session token without a name before it; `at` is its J, G or A. */
export function sessionTokenAt(text: string, at: number): SecretRange | null {
  for (const [beginning, offset] of SESSION_TOKENS) {
    const from = at - offset;
    if (from < 0 || !text.startsWith(beginning, from)) continue;
    if (!startsWord(text, from)) continue;
    const end = runEnd(text, from, SESSION);
    // Also a beginning of one that was cut.
    if (end - from >= beginning.length + 6) return hit(from, end);
  }
  return null;
}

/** Base64 as it is, in addresses, and with slashes that JSON escapes. */
const SESSION = classOf('A-Za-z0-9+/=%\\\\_-');

/** `AGE-SECRET-KEY-1…`; `at` is the A. */
export function ageKeyAt(text: string, at: number): SecretRange | null {
  return prefixed(text, at, 'AGE-SECRET-KEY-1', UPPER, 50);
}

/** A bot of Telegram, `123456789:AA…`; `at` is the colon. */
export function telegramTokenAt(text: string, at: number): SecretRange | null {
  if (text.charCodeAt(at + 1) !== 0x41) return null;
  let from = at;
  while (at - from < 12 && isDigit(text.charCodeAt(from - 1))) from -= 1;
  if (at - from < 8 || at - from > 10 || !startsWord(text, from)) return null;
  const end = runEnd(text, at + 1, TOKEN, 64);
  return end - at - 1 >= 33 && end - at - 1 <= 37 ? hit(from, end) : null;
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

/** `scheme://user:password@host` and Slack web hooks; `at` is the colon. */
export function urlSecretAt(text: string, at: number): SecretRange | null {
  const from = at + 3;
  const last = Math.min(text.length, from + 300);
  let colon = -1;
  for (let i = from; i < last; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x3a && colon < 0) colon = i;
    else if (c === 0x40) {
      if (isMaskedAt(text, colon + 1)) return null;
      return colon > 0 && i > colon + 1 ? { start: at, from: colon + 1, end: i } : null;
    } else if (c === 0x2f) {
      const hook = text.startsWith('hooks.slack.com/services/', from);
      if (!hook || isMaskedAt(text, from + 25)) return null;
      return hit(from + 25, runEnd(text, from + 25, BASE64));
    } else if (c <= 0x20 || c === 0x22 || c === 0x27 || c === 0x5c || c === 0x3e || c === 0x3f) {
      return null;
    }
  }
  return null;
}
