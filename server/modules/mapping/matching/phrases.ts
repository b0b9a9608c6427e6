import { type Token, tokenise } from './tokens.js';

/** A keyword as stems, in their order. */
export interface Phrase {
  stems: readonly string[];
  /** Which of them are stop words (`at` in `at rest`). */
  stops: readonly boolean[];
}

/** Stop words that may stand in the text between two words of a phrase: `access to the key`. */
const MAX_SKIPPED = 2;

/** Null when a keyword has only stop words. */
export function phraseOf(keyword: string): Phrase | null {
  const tokens = tokenise(keyword);
  if (tokens.every(({ stop }) => stop)) return null;
  return { stems: tokens.map(({ stem }) => stem), stops: tokens.map(({ stop }) => stop) };
}

interface Known<T> {
  stems: readonly string[];
  /** Its words without stop words. */
  content: readonly string[];
  value: T;
}

/** Many phrases, found in one pass over a text by their first word. */
export class PhraseTable<T> {
  readonly #byFirst = new Map<string, Known<T>[]>();

  add(phrase: Phrase, value: T): void {
    const [first] = phrase.stems;
    if (first === undefined) return;
    const phrases = this.#byFirst.get(first) ?? [];
    const content = phrase.stems.filter((_, at) => !phrase.stops[at]);
    phrases.push({ stems: phrase.stems, content, value });
    this.#byFirst.set(first, phrases);
  }

  /** Calls `found` for each occurrence of a phrase. */
  find(readings: readonly Token[][], found: (value: T) => void): void {
    for (const tokens of readings) {
      for (let at = 0; at < tokens.length; at += 1) {
        const phrases = this.#byFirst.get((tokens[at] as Token).stem);
        if (phrases === undefined) continue;
        for (const { stems, value } of phrases) {
          if (stems.length === 1 || occursAt(stems, tokens, at)) found(value);
        }
      }
    }
  }

  /** Phrases of which every word is somewhere in a short text. */
  findScattered(readings: readonly Token[][], found: (value: T) => void): void {
    const words = new Set<string>();
    for (const tokens of readings) for (const { stem } of tokens) words.add(stem);
    for (const word of words) {
      for (const { content, value } of this.#byFirst.get(word) ?? []) {
        if (hasAllWords(content, words)) found(value);
      }
    }
  }
}

/**
 * All words of a phrase, in any order and with others between: `automatic rotation of the CMK` for
 * `cmk rotation`. Only for short texts such as titles, and a weaker signal.
 */
function hasAllWords(content: readonly string[], words: ReadonlySet<string>): boolean {
  return content.length >= 2 && content.every((word) => words.has(word));
}

function occursAt(stems: readonly string[], tokens: readonly Token[], from: number): boolean {
  let at = from + 1;
  for (let next = 1; next < stems.length; next += 1) {
    let skipped = 0;
    while (tokens[at]?.stem !== stems[next]) {
      if (tokens[at]?.stop !== true || skipped === MAX_SKIPPED) return false;
      skipped += 1;
      at += 1;
    }
    at += 1;
  }
  return true;
}
