/** For each ASCII code whether the character belongs to the class. */
export type CharClass = Uint8Array;

export function classOf(chars: string): CharClass {
  const pattern = new RegExp(`[${chars}]`);
  return Uint8Array.from({ length: 128 }, (_, code) =>
    pattern.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

export const TOKEN = classOf('A-Za-z0-9_-');
export const WORD = classOf('A-Za-z0-9_');
export const UPPER = classOf('A-Z0-9');
export const HEX = classOf('A-Fa-f0-9');
export const BASE64 = classOf('A-Za-z0-9+/=');
export const BEARER = classOf('A-Za-z0-9._~+/=-');
export const ALNUM = classOf('A-Za-z0-9');
/** Base64 as it is, in addresses, and with slashes that JSON escapes. */
export const ANY_BASE64 = classOf('A-Za-z0-9+/=%\\\\_-');
const MAX_RUN = 64 * 1024;
/** What an escape of one letter ends in: `\n`. */
const ESCAPED = classOf('bfnrtv0');
const ANSI = classOf('0-9;');

/** The end of the run of `chars` that begins at `from`. */
export function runEnd(text: string, from: number, chars: CharClass, max = MAX_RUN): number {
  const last = Math.min(text.length, from + max);
  let i = from;
  while (i < last && chars[text.charCodeAt(i)] === 1) i += 1;
  return i;
}

export function startsWord(text: string, at: number): boolean {
  return at === 0 || ALNUM[text.charCodeAt(at - 1)] !== 1 || endsEscape(text, at);
}

/** Stricter: such runs do not overlap, so scanning each of them stays linear. */
export function startsRun(text: string, at: number): boolean {
  return at === 0 || TOKEN[text.charCodeAt(at - 1)] !== 1 || endsEscape(text, at);
}

/** The letter or digit before `at` belongs to `\n`, `\u003d`, `\x3d`, `%3D`, or a colour of a terminal. */
function endsEscape(text: string, at: number): boolean {
  const last = text.charCodeAt(at - 1);
  if (isBackslash(text, at - 2)) return ESCAPED[last] === 1;
  if (last === 0x6d) return endsColour(text, at);
  if (HEX[last] !== 1) return false;
  if (text.charCodeAt(at - 3) === 0x25) return HEX[text.charCodeAt(at - 2)] === 1;
  const isUnicode = text.charCodeAt(at - 5) === 0x75 && isBackslash(text, at - 6);
  const isByte = text.charCodeAt(at - 3) === 0x78 && isBackslash(text, at - 4);
  return isUnicode || isByte;
}

/** Or the slash that a backslash becomes in a path. */
function isBackslash(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c === 0x5c || c === 0x2f;
}

function endsColour(text: string, at: number): boolean {
  let i = at - 2;
  while (at - i < 10 && ANSI[text.charCodeAt(i)] === 1) i -= 1;
  return text.charCodeAt(i) === 0x5b && i < at - 2;
}
