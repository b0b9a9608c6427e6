import { isMaskedAt } from './secret-names.js';

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
const PEM = classOf('A-Za-z0-9+/=\\s\\\\:,.-');
const ALNUM = classOf('A-Za-z0-9');
const BEFORE_DASH = classOf('tkabeoprs');
const BEFORE_UNDERSCORE = classOf('posurtefc1m');
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

/** AWS access key ids, Google API keys; `at` is the capital A. */
export function keyIdAt(text: string, at: number): SecretRange | null {
  const next = text.charCodeAt(at + 1);
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
  if (from < 0 || !text.startsWith('eyJ', from) || !startsRun(text, from)) return null;
  const header = runEnd(text, from, TOKEN);
  if (header - from < 8 || text[header] !== '.') return null;
  const payload = runEnd(text, header + 1, TOKEN);
  if (payload - header < 8) return null;
  return hit(from, text[payload] === '.' ? runEnd(text, payload + 1, TOKEN) : payload);
}

/** `at` is the first dash of `-----BEGIN … PRIVATE KEY-----`; its body is the secret. */
export function privateKeyAt(text: string, at: number): SecretRange | null {
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

const UNDERSCORE_PREFIXES: [string, number][] = [
  ['ghp_', 20],
  ['gho_', 20],
  ['ghu_', 20],
  ['ghs_', 20],
  ['ghr_', 20],
  ['github_pat_', 20],
  ['sk_live_', 10],
  ['sk_test_', 10],
  ['rk_live_', 10],
  ['npm_', 30],
  ['hf_', 30],
  ['whsec_', 20],
  ['dop_v1_', 30],
];

/** By the two letters before the underscore, which rule out nearly all identifiers. */
const BY_ENDING = new Map<number, [string, number][]>();
for (const prefix of UNDERSCORE_PREFIXES) {
  const code = endingBefore(prefix[0], prefix[0].length - 1);
  BY_ENDING.set(code, [...(BY_ENDING.get(code) ?? []), prefix]);
}

function endingBefore(text: string, at: number): number {
  return text.charCodeAt(at - 2) * 0x10000 + text.charCodeAt(at - 1);
}

/** Tokens whose prefix ends in an underscore; `at` is that underscore. */
export function underscoreTokenAt(text: string, at: number): SecretRange | null {
  if (BEFORE_UNDERSCORE[text.charCodeAt(at - 1)] !== 1) return null;
  for (const [prefix, min] of BY_ENDING.get(endingBefore(text, at)) ?? []) {
    const found = prefixed(text, at + 1 - prefix.length, prefix, WORD, min);
    if (found) return found;
  }
  return null;
}

/** Tokens whose prefix ends in a dash (Slack, GitLab, OpenAI); `at` is that dash. */
export function dashTokenAt(text: string, at: number): SecretRange | null {
  if (text.charCodeAt(at + 1) === DASH) return privateKeyAt(text, at);
  if (BEFORE_DASH[text.charCodeAt(at - 1)] !== 1) return null;
  const before = text[at - 1] ?? '';
  if (before === 't') return prefixed(text, at - 5, 'glpat-', TOKEN, 16);
  if (before === 'k') {
    if (!startsRun(text, at - 2)) return null;
    return withDigit(text, prefixed(text, at - 2, 'sk-', TOKEN, 24));
  }
  if (text[at - 2] !== 'x') return null;
  return prefixed(text, at - 4, `xox${before}-`, TOKEN, 10);
}

/** Tokens whose prefix ends in a dot (Google OAuth, SendGrid); `at` is that dot. */
export function dotTokenAt(text: string, at: number): SecretRange | null {
  const before = text.charCodeAt(at - 1);
  if (before === 0x39) return prefixed(text, at - 4, 'ya29.', TOKEN, 20);
  return before === 0x47 ? prefixed(text, at - 2, 'SG.', BEARER, 40) : null;
}

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
