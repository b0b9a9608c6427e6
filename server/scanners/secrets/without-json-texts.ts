const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
/** Longer than any key that is searched. */
const MAX_KEY = 64;

/**
 * Replaces texts at any depth beneath the given keys by a mask. Streams: memory holds one key.
 */
export async function* withoutJsonTexts(
  input: AsyncIterable<Buffer>,
  keys: ReadonlySet<string>,
  mask: Buffer,
): AsyncGenerator<Buffer> {
  const filter = new JsonTextFilter(keys, mask);
  for await (const chunk of input) {
    const out = filter.push(chunk);
    if (out.length > 0) yield out;
  }
}

class JsonTextFilter {
  /** For each open bracket: whether it is an object's. */
  readonly #open: boolean[] = [];
  /** The kind of the current text; null outside of texts. */
  #inside: 'key' | 'value' | 'masked' | null = null;
  #escaped = false;
  #awaitsKey = false;
  #key = '';
  /** The depth of the key whose value is withheld; null outside of such a value. */
  #withheldAt: number | null = null;

  constructor(
    private readonly keys: ReadonlySet<string>,
    private readonly mask: Buffer,
  ) {}

  push(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    let from = this.#inside === 'masked' ? -1 : 0;
    for (let i = 0; i < chunk.length; i += 1) {
      const c = chunk[i] ?? 0;
      if (this.#inside === null) {
        this.#step(c);
        if (this.#begun === 'masked') {
          kept.push(chunk.subarray(from, i + 1), this.mask);
          from = -1;
        }
      } else if (this.#ends(c) && from < 0) from = i;
    }
    if (from >= 0) kept.push(chunk.subarray(from));
    return Buffer.concat(kept);
  }

  /** What the last step began; a getter, as the compiler does not see that a step changes it. */
  get #begun(): 'key' | 'value' | 'masked' | null {
    return this.#inside;
  }

  /** True at the quote that ends the text. */
  #ends(c: number): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (c === BACKSLASH) this.#escaped = true;
    else if (c === QUOTE) {
      this.#inside = null;
      return true;
    }
    if (this.#inside === 'key' && this.#key.length <= MAX_KEY) this.#key += String.fromCharCode(c);
    return false;
  }

  #step(c: number): void {
    switch (c) {
      case QUOTE:
        if (this.#awaitsKey) {
          this.#key = '';
          this.#inside = 'key';
        } else this.#inside = this.#withheldAt === null ? 'value' : 'masked';
        return;
      case COLON:
        if (this.#withheldAt === null && this.keys.has(this.#key)) {
          this.#withheldAt = this.#open.length;
        }
        this.#awaitsKey = false;
        return;
      case COMMA:
        this.#leave();
        this.#awaitsKey = this.#open.at(-1) ?? false;
        return;
      case OPEN_OBJECT:
      case OPEN_LIST:
        this.#open.push(c === OPEN_OBJECT);
        this.#awaitsKey = c === OPEN_OBJECT;
        return;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        this.#leave();
        this.#open.pop();
        this.#awaitsKey = false;
    }
  }

  /** The value of a withheld key ends at the next member or the end of its object. */
  #leave(): void {
    if (this.#withheldAt !== null && this.#open.length <= this.#withheldAt) this.#withheldAt = null;
  }
}
