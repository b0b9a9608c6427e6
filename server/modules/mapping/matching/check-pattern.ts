/**
 * A pattern of a mapping rule: text in which `*` stands for anything and `?` for one character. Case is
 * ignored. Compiled at first use, because most rules of a mapping are never used.
 */
export class CheckPattern {
  readonly text: string;
  readonly #start: string;
  #expression: RegExp | undefined;

  constructor(text: string) {
    this.text = text;
    this.#start = (/^[^*?]*/.exec(text)?.[0] ?? '').toLowerCase();
  }

  get isExact(): boolean {
    return this.#start.length === this.text.length;
  }

  /** `text` in lower case. */
  matches(text: string): boolean {
    if (this.isExact) return text === this.#start;
    if (!text.startsWith(this.#start)) return false;
    this.#expression ??= expressionOf(this.text);
    return this.#expression.test(text);
  }

  /** Whether this pattern certainly matches everything that the other one matches. */
  covers(other: CheckPattern): boolean {
    const wild = other.text.toLowerCase().replaceAll('*', '\u0000').replaceAll('?', '\u0001');
    return this.matches(wild);
  }
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.toLowerCase().replace(/[.+^$(){}|[\]\\]/g, '\\$&');
  // A `?` does not stand for the `*` of another pattern, see `covers`.
  return new RegExp(`^${parts.replace(/\*+/g, '.*').replaceAll('?', '[^\\u0000]')}$`, 's');
}

export function patternsOf(texts: readonly string[] | undefined): CheckPattern[] | null {
  return texts ? texts.map((each) => new CheckPattern(each)) : null;
}
