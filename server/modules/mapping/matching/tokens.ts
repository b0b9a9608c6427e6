/** Words too common to carry meaning. They never match alone, and may be skipped inside a phrase. */
const STOP_WORDS = new Set(
  (
    'a an and any are as at be been being by can could do does each for from had has have having if in into ' +
    'is it its itself may must of on or other should so such that the their them then there these they this ' +
    'those to up was were which while who will with within would you your all also e.g i.e per via etc'
  ).split(' '),
);

/** Words that keep their ending, without which they would be another word. */
const NEVER_CUT = new Set(['https']);

/** Networks in CIDR form, `::/0`, `ci/cd`, numbers with dots (`1.2`), words with digits (`s3`, `imdsv2`). */
const TOKEN = /\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?|::\/0|ci\/cd|\d+(?:\.\d+)+|[a-z0-9]+/g;

export interface Token {
  readonly stem: string;
  readonly stop: boolean;
}

/**
 * Text as a row of stems. Words are cut at every boundary, hyphen and underscore, so that
 * `point-in-time` and `point in time` are the same three words, and a keyword never matches inside a
 * longer word: `sast` is not in `disaster`.
 */
export function tokenise(text: string): Token[] {
  const words = text.toLowerCase().match(TOKEN) ?? [];
  return words.map(tokenOf);
}

/** Texts repeat words, so tokens are cached. */
function tokenOf(word: string): Token {
  const known = tokens.get(word);
  if (known !== undefined) return known;
  const token = { stem: stem(word), stop: STOP_WORDS.has(word) };
  // Numbers rarely repeat, so they are not cached.
  if (word < ':') return token;
  if (tokens.size > 20_000) tokens.clear();
  tokens.set(word, token);
  return token;
}

const tokens = new Map<string, Token>();

/**
 * The ways to read a text: as written, and cut at changes of case where it has any. `GuardDuty` is one
 * name, `PublicAccessBlock` three words: only the keywords decide.
 */
export function readings(text: string): Token[][] {
  const cut = splitCase(text);
  return cut === text ? [tokenise(text)] : [tokenise(text), tokenise(cut)];
}

/** `PublicAccessBlock` → `Public Access Block`, `AwsEC2Instance` → `Aws EC2 Instance`; `IPv6` and `TLSv1` stay. */
function splitCase(text: string): string {
  return MAY_BE_CUT.test(text) ? cutCase(text) : text;
}

/** Necessary for any cut, and absent from most texts. */
const MAY_BE_CUT = /[a-z]\d*[A-Z]|[A-Z]\d[A-Z]|[A-Z]{3}[a-z]{3}|[tTsS][lLsS][sSlL][vV]\d/;

function cutCase(text: string): string {
  return text
    .replace(/((?<![a-z])[a-z]{2,}\d*|[A-Z]\d)([A-Z][a-z]{2,})/g, '$1 $2')
    .replace(/(?<![a-z])([a-z]{2,})([A-Z][a-z]+)/g, '$1 $2')
    .replace(/(?<![A-Z])([A-Z]{2,})([A-Z][a-z]{3,})/g, '$1 $2')
    .replace(/\b(tls|ssl)v(\d)/gi, '$1 $2');
}

/**
 * The part that the forms of a word share: `encrypts`, `encrypted`, `encryption` → `encrypt`;
 * `rotated`, `rotation` → `rotat`; `publicly` → `public`; `accessible` → `access`. Short words and
 * words with digits are names and stay whole.
 */
export function stem(word: string): string {
  if (word.length <= 3 || NEVER_CUT.has(word) || /\d/.test(word)) return word;
  return cutEnding(cutVerb(cutPlural(word)));
}

function cutPlural(word: string): string {
  if (/(?:ss|us|is|[^aeiouy]os)$/.test(word)) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:x|ch|sh|ss)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

function cutVerb(word: string): string {
  const cut = word.endsWith('eed') ? word : word.replace(/(?:ing|ed)$/, '');
  if (cut === word || cut.length < 3 || !/[aeiouy]/.test(cut)) return word;
  return cut.replace(/([bdgmnprt])\1$/, '$1');
}

function cutEnding(word: string): string {
  let cut = without(word, /ly$/);
  cut = without(cut, /(?:abil|ibil)ity$/);
  cut = without(cut, /(?:able|ible)$/);
  cut = without(cut, /ion$/);
  cut = without(cut, /[ey]$/, 3);
  cut = cut.replace(/(?<![a-z])([a-z]{3,}[rvz])at$/, '$1');
  return cut.replace(/ll$/, 'l');
}

function without(word: string, ending: RegExp, minLength = 4): string {
  const cut = word.replace(ending, '');
  return cut.length >= minLength ? cut : word;
}
