/**
 * A pattern of a mapping rule: text in which `*` stands for anything and `?` for one character. Case is
 * ignored. Not compiled to an expression: several `*` in one would backtrack over every combination.
 */
export class CheckPattern {
  readonly text: string;
  readonly #start: string;
  readonly #pattern: string;

  constructor(text: string) {
    this.text = text;
    this.#pattern = text.toLowerCase();
    this.#start = /^[^*?]*/.exec(this.#pattern)?.[0] ?? '';
  }

  get isExact(): boolean {
    return this.#start.length === this.text.length;
  }

  /** `text` in lower case. */
  matches(text: string): boolean {
    if (this.isExact) return text === this.#start;
    return text.startsWith(this.#start) && fits(this.#pattern, text);
  }

  /** Whether this pattern certainly matches everything that the other one matches. */
  covers(other: CheckPattern): boolean {
    const wild = other.text.toLowerCase().replaceAll('*', '\u0000').replaceAll('?', '\u0001');
    return this.matches(wild);
  }
}

/** Returns to the last `*` only, so the time is at most the product of both lengths. */
function fits(pattern: string, text: string): boolean {
  let [at, p] = [0, 0];
  let [star, from] = [-1, 0];
  while (at < text.length) {
    const wanted = pattern[p];
    if (wanted === '*') {
      [star, from] = [p, at];
      p += 1;
      // A `?` does not stand for the `*` of another pattern, see `covers`.
    } else if (wanted === text[at] || (wanted === '?' && text[at] !== '\u0000')) {
      at += 1;
      p += 1;
    } else if (star >= 0) {
      from += 1;
      [at, p] = [from, star + 1];
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

export function patternsOf(texts: readonly string[] | undefined): CheckPattern[] | null {
  return texts ? texts.map((each) => new CheckPattern(each)) : null;
}
