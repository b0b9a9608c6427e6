import {
  ALNUM,
  ANY_BASE64,
  BASE64,
  BEARER,
  type CharClass,
  HEX,
  runEnd,
  startsWord,
  TOKEN,
  UPPER,
  WORD,
} from './chars.js';
import type { SecretRange } from './secret-ranges.js';
import { TOKEN_SHAPES, type TokenChars, type TokenShape } from './token-shapes.js';

const CHARS: Readonly<Record<TokenChars, CharClass>> = {
  ...{ word: WORD, token: TOKEN, bearer: BEARER, upper: UPPER, hex: HEX, alnum: ALNUM },
  ...{ base64: BASE64, 'any base64': ANY_BASE64 },
};

/** A shape, and how far behind the beginning of its prefix it is recognised. */
interface Placed {
  shape: TokenShape;
  offset: number;
}

/** By the three characters that the prefix ends in, which rule out nearly all identifiers. */
const BY_ENDING = new Map<number, Placed[]>();
/** The last two characters of these prefixes. */
const LAST_TWO = new Uint8Array(128 * 128);
/** By the first A, G or J of the prefix and the character behind it. */
const BY_CAPITAL = new Map<number, Placed[]>();
/** What is in there: one look rules out nearly all capitals. */
const CAPITAL_PAIRS = new Uint8Array(128 * 128);
/** Shapes whose prefixes have neither. */
const SEARCHED = new Map<string, TokenShape>();

for (const shape of TOKEN_SHAPES) {
  const { prefix } = shape;
  const capital = prefix.search(/[AGJ](?=.)/);
  if (/[-_.~]$/.test(prefix)) {
    const code = endingAt(prefix, prefix.length - 1);
    LAST_TWO[code % LAST_TWO.length] = 1;
    add(BY_ENDING, code, { shape, offset: prefix.length - 1 });
  } else if (capital >= 0) {
    CAPITAL_PAIRS[pairAt(prefix, capital)] = 1;
    add(BY_CAPITAL, pairAt(prefix, capital), { shape, offset: capital });
  } else SEARCHED.set(prefix, shape);
}
const NONE: readonly SecretRange[] = [];
const SEARCHED_PREFIX = new RegExp([...SEARCHED.keys()].join('|'), 'g');

function add(index: Map<number, Placed[]>, key: number, placed: Placed): void {
  index.set(key, [...(index.get(key) ?? []), placed]);
}

function endingAt(text: string, at: number): number {
  return (text.charCodeAt(at - 2) * 128 + text.charCodeAt(at - 1)) * 128 + text.charCodeAt(at);
}

function pairAt(text: string, at: number): number {
  return text.charCodeAt(at) * 128 + text.charCodeAt(at + 1);
}

/** A token of the table; `at` is the last character of its prefix. */
export function tokenEndingAt(text: string, at: number): SecretRange | null {
  const lastTwo = text.charCodeAt(at - 1) * 128 + text.charCodeAt(at);
  return LAST_TWO[lastTwo] === 1 ? firstOf(BY_ENDING.get(endingAt(text, at)), text, at) : null;
}

/** A token of the table; `at` is the first A, G or J of its prefix. */
export function tokenWithCapitalAt(text: string, at: number): SecretRange | null {
  const pair = pairAt(text, at);
  return CAPITAL_PAIRS[pair] === 1 ? firstOf(BY_CAPITAL.get(pair), text, at) : null;
}

/** The tokens of the table that are recognised by neither, in order. */
export function searchedTokens(text: string): readonly SecretRange[] {
  // Quicker than to begin with what nearly no text has.
  if (text.search(SEARCHED_PREFIX) < 0) return NONE;
  const found: SecretRange[] = [];
  for (const { 0: prefix, index } of text.matchAll(SEARCHED_PREFIX)) {
    const shape = SEARCHED.get(prefix);
    const range = shape ? tokenFrom(text, index, shape) : null;
    if (range) found.push(range);
  }
  return found;
}

function firstOf(shapes: Placed[] | undefined, text: string, at: number): SecretRange | null {
  if (!shapes) return null;
  for (const { shape, offset } of shapes) {
    const range = tokenFrom(text, at - offset, shape);
    if (range) return range;
  }
  return null;
}

/** The token whose prefix is at `at`. */
function tokenFrom(text: string, at: number, shape: TokenShape): SecretRange | null {
  const { prefix, min, max, before = 0, needsDigit } = shape;
  const start = at - before;
  if (start < 0 || !text.startsWith(prefix, at) || !startsWord(text, start)) return null;
  const chars = CHARS[shape.chars];
  const from = at + prefix.length;
  // Among the first characters, so that runs that overlap are not scanned whole.
  if (needsDigit && !/\d/.test(text.slice(from, runEnd(text, from, chars, 64)))) return null;
  const end = runEnd(text, from, chars, max === undefined ? undefined : max + 1);
  if (end - from < min || (max !== undefined && end - from > max)) return null;
  // A run that goes on in letters or digits of another kind.
  if (max !== undefined && ALNUM[text.charCodeAt(end)] === 1) return null;
  return { start, from: start, end };
}
