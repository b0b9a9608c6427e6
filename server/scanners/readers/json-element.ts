export interface SplitLimits {
  maxDepth: number;
  maxElementBytes: number;
}

/** `torn`: one of JSON Lines that does not end on its line. */
export type ScanState = 'inside' | 'done' | 'mismatch' | 'torn';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NEWLINE = 0x0a;
const SPACE = 0x20;

/** Bytes that the scan of a container passes over: inside a text, and outside of texts. */
const INSIDE_TEXT = allBut(QUOTE, BACKSLASH, NEWLINE);
const OUTSIDE_TEXT = allBut(QUOTE, NEWLINE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT);

function allBut(...bytes: number[]): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (bytes.includes(byte) ? 0 : 1));
}

/** Finds the end of one JSON value across chunks, and keeps its bytes. */
export class JsonElement {
  state: ScanState = 'inside';
  line: number;
  /** Names that its text writes; fewer where a chunk ends behind one. */
  members = 0;
  #container: boolean;
  #inString = false;
  #escaped = false;
  #depth = 0;
  #tooDeep = false;
  #pieces: Buffer[] = [];
  #held = 0;
  #last = 0;
  readonly #startLine: number;
  readonly #isOneLine: boolean;
  readonly #stack: Uint8Array;
  readonly #limits: SplitLimits;

  /** `isOneLine`: its neighbours are JSON Lines, so a new object at the start of a line is the next element. */
  constructor(first: number, line: number, limits: SplitLimits, isOneLine = false) {
    this.#startLine = line;
    this.#isOneLine = isOneLine;
    this.#container = first === OPEN_OBJECT || first === OPEN_LIST;
    this.line = line;
    this.#limits = limits;
    this.#stack = new Uint8Array(limits.maxDepth + 1);
  }

  /** True inside a string: what follows cannot belong to the next element. */
  get inString(): boolean {
    return this.#inString;
  }

  /** Continues reading; returns where it stopped: after the element, at a mismatch, or at the chunk's end. */
  scan(chunk: Buffer, from: number): number {
    const to = this.#container ? this.#scanContainer(chunk, from) : this.#scanScalar(chunk, from);
    if (this.state === 'inside') this.#hold(chunk, from, to);
    return to;
  }

  /** The element's bytes, ending at `to` of the last chunk; a message if it broke a limit. */
  finish(chunk: Buffer, from: number, to: number): Buffer | string {
    const { maxDepth, maxElementBytes } = this.#limits;
    if (this.#tooDeep) return `is nested deeper than ${maxDepth} levels`;
    if (this.#held + to - from > maxElementBytes) return `is larger than ${maxElementBytes} bytes`;
    const last = chunk.subarray(from, to);
    return this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
  }

  #hold(chunk: Buffer, from: number, to: number): void {
    this.#held += to - from;
    if (this.#held > this.#limits.maxElementBytes || this.#tooDeep) this.#pieces = [];
    // A copy, as the caller may reuse its chunk.
    else this.#pieces.push(Buffer.from(chunk.subarray(from, to)));
  }

  /** The hot loop: nearly all bytes are passed over by table, without a branch for each kind. */
  #scanContainer(chunk: Buffer, from: number): number {
    const n = chunk.length;
    const stack = this.#stack;
    const maxDepth = this.#limits.maxDepth;
    let i = this.#escaped ? from + 1 : from;
    let depth = this.#depth;
    let inString = this.#inString;
    let line = this.line;
    let members = this.members;
    while (i < n) {
      const passed = inString ? INSIDE_TEXT : OUTSIDE_TEXT;
      while (i < n && passed[chunk[i] as number] === 1) i += 1;
      if (i === n) break;
      const c = chunk[i] as number;
      i += 1;
      if (inString) {
        if (c === QUOTE) {
          inString = false;
          let next = i;
          while ((chunk[next] as number) <= SPACE) next += 1;
          if (chunk[next] === COLON) members += 1;
        } else if (c === BACKSLASH) i += 1;
        else {
          if (this.#isOneLine && line === this.#startLine) {
            this.state = 'torn';
            i -= 1;
            break;
          }
          line += 1;
        }
      } else if (c === QUOTE) {
        inString = true;
      } else if (c === NEWLINE) {
        line += 1;
      } else if (c === OPEN_OBJECT || c === OPEN_LIST) {
        const before = i > 1 ? chunk[i - 2] : this.#last;
        if (this.#isOneLine && depth > 0 && c === OPEN_OBJECT && before === NEWLINE) {
          this.state = 'torn';
          i -= 1;
          break;
        }
        depth += 1;
        if (depth <= maxDepth)
          stack[depth] = c + 2; // the code of its closing bracket is two higher
        else this.#tooDeep = true;
      } else {
        if (depth <= maxDepth && stack[depth] !== c) {
          this.state = 'mismatch';
          i -= 1;
          break;
        }
        depth -= 1;
        if (depth === 0) {
          this.state = 'done';
          break;
        }
      }
    }
    this.#escaped = i > n;
    this.#last = chunk[n - 1] ?? 0;
    this.#depth = depth;
    this.#inString = inString;
    this.line = line;
    this.members = members;
    return Math.min(i, n);
  }

  #scanScalar(chunk: Buffer, from: number): number {
    for (let i = from; i < chunk.length; i += 1) {
      const c = chunk[i] ?? 0;
      if (this.#escaped) this.#escaped = false;
      else if (this.#inString && c === BACKSLASH) this.#escaped = true;
      else if (c === QUOTE) this.#inString = !this.#inString;
      else if (!this.#inString && (c === COMMA || c === CLOSE_LIST || c <= SPACE)) {
        this.state = 'done';
        return i;
      }
    }
    return chunk.length;
  }
}
