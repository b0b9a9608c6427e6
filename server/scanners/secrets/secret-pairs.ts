import { classOf } from './chars.js';
import { isHarmlessValue, isMaskedAt, isSecretName, mayEndSecretName } from './secret-names.js';
import type { SecretRange } from './secret-ranges.js';
import { privateKeyAt } from './secret-tokens.js';

const VERSION = /^v?\d{1,9}\.\d[\w.+-]{0,60}$/i;
const MAX_NAME = 64;
const MAX_VALUE = 64 * 1024;
/** How many characters of a value are judged. */
const MAX_JUDGED = 128;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const SLASH = 0x2f;
const COMMA = 0x2c;
const DIGIT_THREE = 0x33;

const isQuote = (c: number) => c === 0x22 || c === 0x27 || c === 0x60;
const isBlank = (c: number) => c === 0x20 || c === 0x09;
const isNameChar = (c: number) =>
  (c >= 0x61 && c <= 0x7a) ||
  (c >= 0x41 && c <= 0x5a) ||
  (c >= 0x30 && c <= 0x39) ||
  c === 0x5f ||
  c === 0x2d ||
  c === 0x2e;
/** What ends a bare value: white space, quotes, brackets, separators, a JSON escape. */
const ENDS_BARE = classOf(' \\t\\r\\n"\'`,;&|<>(){}[\\]\\\\');

/** Quotes as XML, addresses and some writers of JSON encode them. */
const ENTITIES = [
  ...['&quot;', '&#34;', '&#x22;', '&apos;', '&#39;', '&#x27;'],
  ...['%22', '%27', '\\u0022', '\\u0027'],
];
/** What they begin and end with. */
const STARTS_ENTITY = classOf('&%\\\\');
const ENDS_ENTITY = classOf(';27');
/** `:` and `=`, encoded. */
const ENCODED_SIGNS = /^(?:%3[ADad]|\\u003[ad])$/i;

function entityBefore(text: string, end: number): number {
  return ENTITIES.find((entity) => text.startsWith(entity, end - entity.length))?.length ?? 0;
}

interface Name {
  text: string;
  start: number;
  quoted: boolean;
}

/** The name that ends before `at`, quoted or not, escaped or not. */
function nameBefore(text: string, at: number): Name | null {
  let end = at;
  for (let n = 0; n < 4 && isBlank(text.charCodeAt(end - 1)); n += 1) end -= 1;
  const entity = ENDS_ENTITY[text.charCodeAt(end - 1)] === 1 ? entityBefore(text, end) : 0;
  end -= entity;
  const quoted = entity > 0 || isQuote(text.charCodeAt(end - 1));
  if (quoted && entity === 0) end -= 1;
  for (let n = 0; quoted && n < 7 && text.charCodeAt(end - 1) === BACKSLASH; n += 1) end -= 1;
  if (!mayEndSecretName(text, end)) return null;
  let start = end;
  while (start > 0 && end - start < MAX_NAME && isNameChar(text.charCodeAt(start - 1))) start -= 1;
  return start === end ? null : { text: text.slice(start, end), start, quoted };
}

/** In `"name": "DB_PASSWORD", "value": "…"` the relevant name is in the previous pair. */
function pairedName(text: string, name: Name): Name {
  if (!/value$/i.test(name.text)) return name;
  let end = name.start;
  if (name.quoted) end -= 1;
  for (let n = 0; n < 7 && text.charCodeAt(end - 1) === BACKSLASH; n += 1) end -= 1;
  for (let n = 0; n < 80 && isWhite(text, end - 1); n += 1) end -= 1;
  if (text.charCodeAt(end - 1) !== COMMA) return name;
  return nameBefore(text, end - 1) ?? name;
}

/** White space, or the two characters of an escaped line break. */
function isWhite(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c === 0x20 || (c >= 0x09 && c <= 0x0d);
}

/** As `pairAt`, with the `:` or `=` written as `%3A` or `\u003d`; `at` is its first character. */
export function escapedPairAt(text: string, at: number): SecretRange | null {
  const length = text.charCodeAt(at) === BACKSLASH ? 6 : 3;
  if (text.charCodeAt(at + length - 2) !== DIGIT_THREE) return null;
  return ENCODED_SIGNS.test(text.slice(at, at + length)) ? pairAt(text, at, length) : null;
}

/**
 * The secret after the `:` or `=` at `at`, if the name before it is a secret's. `length`: of the sign, if it is encoded.
 */
export function pairAt(text: string, at: number, length = 1): SecretRange | null {
  const near = nameBefore(text, at);
  if (!near) return null;
  const name = pairedName(text, near);
  if (!isSecretName(name.text)) return null;
  let from = at + length;
  for (let n = 0; n < 4 && isBlank(text.charCodeAt(from)); n += 1) from += 1;
  const quote = afterEscapes(text, from);
  if (isMaskedAt(text, from) || isMaskedAt(text, quote + 1)) return null;
  const inner = encodedValue(text, name, text.startsWith('\\u002', from) ? from : quote);
  if (inner !== undefined) return inner;
  if (!isQuote(text.charCodeAt(quote))) {
    // All of a key, and not only the first word of its head.
    if (text.startsWith('-----BEGIN ', from)) return privateKeyAt(text, from);
    return bareValue(text, name, at, from);
  }
  const range = quotedValue(text, name.start, quote, quote - from);
  if (!range) return null;
  const value = text.slice(range.from, Math.min(range.end, range.from + MAX_JUDGED));
  return isHarmlessValue(value) ? null : range;
}

/**
 * A value in quotes that XML encodes or CSV doubles; undefined when there are none. `""` before a separator is an
 * empty value.
 */
function encodedValue(text: string, name: Name, quote: number): SecretRange | null | undefined {
  const c = text.charCodeAt(quote);
  const entity =
    STARTS_ENTITY[c] === 1 ? ENTITIES.find((each) => text.startsWith(each, quote)) : undefined;
  const isDoubled = c === 0x22 && text.charCodeAt(quote + 1) === 0x22;
  if (entity === undefined && !isDoubled) return undefined;
  const mark = entity ?? '""';
  const from = quote + mark.length;
  if (isMaskedAt(text, from)) return null;
  if (isDoubled && (from >= text.length || ENDS_BARE[text.charCodeAt(from)] === 1)) return null;
  const near = text.slice(from, from + MAX_JUDGED);
  if (isHarmlessValue(near.split(mark, 1)[0] ?? '')) return null;
  const end = text.slice(from, from + MAX_VALUE).indexOf(mark);
  return rangeOf(name.start, from, end < 0 ? bareEnd(text, from, from + MAX_VALUE) : from + end);
}

/** From the quote to the next one with the same escaping: JSON may be nested in a JSON text. */
function quotedValue(text: string, start: number, quote: number, level: number) {
  const mark = text.charCodeAt(quote);
  const last = Math.min(text.length, quote + MAX_VALUE);
  let slashes = 0;
  for (let i = quote + 1; i < last; i += 1) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) {
      slashes += 1;
      continue;
    }
    const closes = level === 0 ? slashes % 2 === 0 : slashes <= level;
    if (c === mark && closes) return rangeOf(start, quote + 1, level === 0 ? i : i - slashes);
    // A quote of the outer text ends everything inside it.
    if (c === 0x22 && mark !== 0x22 && slashes % 2 === 0) return rangeOf(start, quote + 1, i);
    slashes = 0;
  }
  return rangeOf(start, quote + 1, last);
}

/**
 * A value without quotes; null in JSON (a number, true) and in a sentence. Judged by its first
 * characters before its end is searched, so that time stays linear.
 */
function bareValue(text: string, name: Name, at: number, from: number): SecretRange | null {
  const near = bareEnd(text, from, from + MAX_JUDGED);
  const value = text.slice(from, near);
  if (value === '' || value.startsWith('=') || isHarmlessValue(value)) return null;
  // A label before the label of the value itself: `secret: secret_key="…"`.
  if (/^[\w.-]{1,64}[:=]\/?$/.test(value) && isOpening(text, near)) return null;
  if (text.charCodeAt(at) === COLON) {
    // A part of an ARN or URN, `…:secret:prod/db`, is a name.
    if (name.quoted || text.charCodeAt(name.start - 1) === COLON) return null;
    // The tag of an image, `…/auth-token:v1.2.3`.
    if (text[name.start - 1] === '/' && VERSION.test(value)) return null;
    if (value.startsWith('//') || /^\d+$/.test(value)) return null;
    if (/^[A-Za-z]+[.:!?]?$/.test(value) && isProse(text, value, near)) return null;
  }
  return rangeOf(name.start, from, bareEnd(text, near, from + MAX_VALUE));
}

/** Behind the backslashes that escape a quote, or the slash that one becomes in a path. */
function afterEscapes(text: string, from: number): number {
  let at = from;
  while (at - from < 7 && text.charCodeAt(at) === BACKSLASH) at += 1;
  return text.charCodeAt(at) === SLASH && isQuote(text.charCodeAt(at + 1)) ? at + 1 : at;
}

const startsEntity = (text: string, at: number) =>
  ENTITIES.some((entity) => text.startsWith(entity, at));

/** A quote, escaped, encoded or plain. */
function isOpening(text: string, at: number): boolean {
  if (startsEntity(text, at)) return true;
  const quote = afterEscapes(text, at);
  return isQuote(text.charCodeAt(quote)) || startsEntity(text, quote);
}

function bareEnd(text: string, from: number, to: number): number {
  const last = Math.min(text.length, to);
  let end = from;
  while (end < last && ENDS_BARE[text.charCodeAt(end)] !== 1) end += 1;
  return end;
}

function isProse(text: string, value: string, end: number): boolean {
  return /\W$/.test(value) || (text[end] === ' ' && /[A-Za-z]/.test(text[end + 1] ?? ''));
}

function rangeOf(start: number, from: number, end: number): SecretRange | null {
  return end > from ? { start, from, end } : null;
}
