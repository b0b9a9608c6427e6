import { severityOfWord } from '../rows/severity-words.js';

/** Names that occur twice in one object, of which JSON.parse keeps the last without a word. */
export interface WithoutDuplicates {
  value: unknown;
  /** How many occur with different values. */
  count: number;
  /** The first: `compliance.status occurs twice (PASS, FAIL)`. */
  first: string;
}

/** Deeper values are counted as if they had no members, and then read carefully. */
const MAX_DEPTH = 200;

/** How many members all objects in a parsed value have. */
export function membersIn(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object' && item !== null) count += membersIn(item, depth + 1);
    }
    return count;
  }
  const object = value as Record<string, unknown>;
  for (const name in object) {
    count += 1;
    const item = object[name];
    if (typeof item === 'object' && item !== null) count += membersIn(item, depth + 1);
  }
  return count;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How many members a JSON text writes; fewer where a name ends in a backslash. */
export function membersWritten(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) <= 0x20) before -= 1;
    if (text.charCodeAt(before) === QUOTE && text.charCodeAt(before - 1) !== BACKSLASH) count += 1;
  }
  return count;
}

/**
 * Parses a valid JSON text and keeps every member: lists of one name are joined, objects merged, and of single
 * values the worse counts. Null when no name occurs twice with different values.
 */
export function withoutDuplicates(text: string): WithoutDuplicates | null {
  const reader = new CarefulReader(text);
  const value = reader.value('', 0);
  const [first] = reader.found;
  return first === undefined ? null : { value, count: reader.found.length, first };
}

const MAX_FOUND = 10_000;

/** A reader of valid JSON: it checks nothing. */
class CarefulReader {
  #at = 0;
  readonly found: string[] = [];

  constructor(private readonly text: string) {}

  value(path: string, depth: number): unknown {
    this.#skipSpace();
    const char = this.text[this.#at];
    if (depth > MAX_DEPTH) throw new RangeError('call stack');
    if (char === '{') return this.#object(path, depth);
    if (char === '[') return this.#list(path, depth);
    const from = this.#at;
    if (char === '"') this.#skipText();
    else while (/[^\s,\]}]/.test(this.text[this.#at] ?? ' ')) this.#at += 1;
    return JSON.parse(this.text.slice(from, this.#at));
  }

  #list(path: string, depth: number): unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    while (!this.#ends(']')) items.push(this.value(`${path}[${items.length}]`, depth + 1));
    return items;
  }

  #object(path: string, depth: number): Record<string, unknown> {
    const members = new Map<string, unknown>();
    this.#at += 1;
    while (!this.#ends('}')) {
      const from = this.#at;
      this.#skipText();
      const name = JSON.parse(this.text.slice(from, this.#at)) as string;
      this.#skipSpace();
      this.#at += 1; // the colon
      const place = path === '' ? name : `${path}.${name}`;
      const value = this.value(place, depth + 1);
      members.set(name, members.has(name) ? this.#both(place, members.get(name), value) : value);
    }
    // As JSON.parse does it: a member named __proto__ is one like others.
    return Object.fromEntries(members);
  }

  #both(place: string, one: unknown, other: unknown): unknown {
    if (JSON.stringify(one) === JSON.stringify(other)) return other;
    if (this.found.length < MAX_FOUND) this.found.push(`${place} occurs twice${words(one, other)}`);
    return this.#combined(place, one, other);
  }

  #combined(place: string, one: unknown, other: unknown): unknown {
    if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other];
    if (isObject(one) && isObject(other)) {
      const merged = new Map(Object.entries(one));
      for (const [name, value] of Object.entries(other)) {
        const known = merged.get(name);
        const isNew = known === undefined || JSON.stringify(known) === JSON.stringify(value);
        merged.set(name, isNew ? value : this.#combined(`${place}.${name}`, known, value));
      }
      return Object.fromEntries(merged);
    }
    return worseValue(place, one, other);
  }

  /** Steps over the comma; true behind the closing bracket. */
  #ends(bracket: string): boolean {
    this.#skipSpace();
    if (this.text[this.#at] === ',') this.#at += 1;
    this.#skipSpace();
    if (this.text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (this.text.charCodeAt(this.#at) <= 0x20) this.#at += 1;
  }

  #skipText(): void {
    this.#at += 1;
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      this.#at += code === BACKSLASH ? 2 : 1;
      if (code === QUOTE || Number.isNaN(code)) return;
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The worst first; a word of no group stands between a fail and what is harmless. */
const FAILS =
  /^(?:fail(?:ed|ure|ing)?|non[-_ ]?compliant|(?:likely )?vulnerable|new|open|active|affected)$/i;
const OPEN_TO_A_PERSON = /^(?:manual|info(?:ed)?|review|not[-_ ]?(?:available|applicable))$/i;
const HARMLESS =
  /^(?:pass(?:ed)?|success|ok|compliant|resolved|fixed|archived|closed|muted|suppressed|skipped|not[-_ ]affected|not vulnerable|none|)$/i;
/** Members whose truth is the worse; of others falsehood is: `muted`, `suppressed`. */
const WORSE_IF_TRUE = /(?:fail|vulnerable|matcher-status|IsCause)/i;
/** Members whose lower number is the worse: open before closed. */
const WORSE_IF_LOW = /^(?!.*compliance\.)(?:.*\.)?(?:status_id|activity_id)$/;

function worseValue(place: string, one: unknown, other: unknown): unknown {
  if (typeof one === 'boolean' && typeof other === 'boolean') return WORSE_IF_TRUE.test(place);
  if (isNumber(one) && isNumber(other)) {
    const isFirst = WORSE_IF_LOW.test(place)
      ? Number(one) < Number(other)
      : Number(one) > Number(other);
    return isFirst ? one : other;
  }
  if (typeof one === 'string' && typeof other === 'string') {
    return rank(one) < rank(other) ? one : other;
  }
  return other ?? one;
}

/** Also as a text, as in some reports. */
const isNumber = (value: unknown): value is number | string =>
  typeof value === 'number' || (typeof value === 'string' && /^\d{1,15}$/.test(value));

const RANKED = ['critical', 'high', 'medium', 'low', 'informational'] as const;

function rank(word: string): number {
  const plain = word.trim();
  if (FAILS.test(plain)) return 0;
  const severity = severityOfWord(plain);
  if (HARMLESS.test(plain)) return 9;
  if (severity !== null) return 1 + RANKED.indexOf(severity);
  return OPEN_TO_A_PERSON.test(plain) ? 8 : 7;
}

/** Known words are shown; any other value may be a secret. */
function words(...values: unknown[]): string {
  const known = values.every((value) => typeof value === 'string' && rank(value) !== 7);
  return known ? ` (${values.join(', ')})` : '';
}
