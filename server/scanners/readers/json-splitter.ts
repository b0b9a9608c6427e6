import { JsonElement, type SplitLimits } from './json-element.js';

/** One top-level element of a JSON text, or only its position if it broke a limit. */
export interface SplitElement {
  /** Null when the element broke the limit named in `problem`. Valid until the next push. */
  bytes: Buffer | null;
  problem: string | null;
  /** 1-based; counts elements over a limit too. */
  number: number;
  /** Offset and line at which the element starts. */
  byte: number;
  line: number;
  /** See `JsonElement`. */
  members: number;
}

export const SPLIT_LIMITS: SplitLimits = { maxDepth: 64, maxElementBytes: 16 * 1024 * 1024 };

/** The position in the text: outside of elements unless `element`. */
type Place =
  | 'start'
  | 'first'
  | 'value'
  | 'between'
  | 'element'
  | 'bad_line'
  | 'closed'
  | 'stopped';

const TAIL_BYTES = 4096;
const isSpace = (c: number) => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;

/**
 * Cuts a JSON array, JSON Lines, objects one after another, or `{"Findings": […]}` into its
 * elements without parsing them: brackets and quotes are counted byte by byte, so memory holds one
 * element at most, and JSON.parse does the rest (docs/decisions/0002-json-splitter.md).
 */
export class JsonSplitter {
  #place: Place;
  #isArray: boolean;
  /** No list, and every element so far was on one line. */
  #isLines = true;
  #element: JsonElement | null = null;
  #count = 0;
  #base: number;
  #line: number;
  #startByte = 0;
  #startLine = 1;
  #problem: string | null = null;
  #tail = '';
  readonly #wrapped: boolean;
  readonly #limits: SplitLimits;

  /**
   * `start`: the position of the first pushed byte in the file. `wrapped`: it follows the opening
   * bracket of `{"Findings": [`.
   */
  constructor(
    options: {
      limits?: SplitLimits;
      wrapped?: boolean;
      start?: { byte: number; line: number };
    } = {},
  ) {
    this.#limits = options.limits ?? SPLIT_LIMITS;
    this.#wrapped = options.wrapped ?? false;
    this.#isArray = this.#wrapped;
    this.#place = this.#wrapped ? 'first' : 'start';
    this.#base = options.start?.byte ?? 0;
    this.#line = options.start?.line ?? 1;
  }

  /** True once the rest is unreadable; further bytes are ignored. */
  get stopped(): boolean {
    return this.#place === 'stopped';
  }

  /** Elements one after another, so that nothing says which one is the last. */
  get isEndless(): boolean {
    return !this.#isArray;
  }

  /** The elements that end within this chunk. */
  push(chunk: Buffer): SplitElement[] {
    const found: SplitElement[] = [];
    let i = 0;
    while (i < chunk.length && this.#place !== 'stopped') {
      i = this.#element ? this.#read(this.#element, chunk, i, found) : this.#step(chunk, i, found);
    }
    this.#base += chunk.length;
    return found;
  }

  /** Call at the end of the input: what is missing or wrong, null for a complete text. */
  end(): string | null {
    if (this.#problem || this.#place === 'start') return this.#problem;
    if (this.#place === 'closed') return this.#wrapped ? this.#wrapperProblem() : null;
    if (!this.#isArray && (this.#place === 'between' || this.#place === 'bad_line')) return null;
    const inside = this.#place === 'element';
    const what = inside ? 'in the middle of the next one' : 'without the closing bracket';
    return this.#cutOff(inside ? this.#count - 1 : this.#count, what);
  }

  #read(element: JsonElement, chunk: Buffer, from: number, found: SplitElement[]): number {
    const to = element.scan(chunk, from);
    this.#line = element.line;
    if (element.state === 'inside') return to;
    if (element.state === 'torn') {
      this.#reject('does not end on its line', found);
      this.#place = 'between';
      return to;
    }
    if (element.state === 'mismatch' && this.#isLines && !this.#isArray) {
      this.#reject('has brackets that do not match', found);
      return to;
    }
    if (element.state === 'mismatch') {
      this.#count -= 1;
      return this.#stop(to, 'has brackets that do not match');
    }
    const read = element.finish(chunk, from, to);
    const kept = typeof read !== 'string';
    this.#isLines &&= element.line === this.#startLine;
    found.push({
      bytes: kept ? read : null,
      problem: kept ? null : read,
      number: this.#count,
      byte: this.#startByte,
      line: this.#startLine,
      members: element.members,
    });
    this.#element = null;
    this.#place = 'between';
    return to;
  }

  /** One byte outside of any element. */
  #step(chunk: Buffer, i: number, found: SplitElement[]): number {
    const c = chunk[i] ?? 0;
    if (this.#place === 'bad_line') return c === 0x0a ? this.#endBadLine(i) : i + 1;
    if (this.#place === 'closed') return this.#afterClose(chunk, i, c);
    if (isSpace(c)) {
      if (c === 0x0a) this.#line += 1;
      return i + 1;
    }
    const char = String.fromCharCode(c);
    const isOwnLine = this.#isLines && !this.#isArray && this.#place !== 'start';
    if (c === 0 && !isOwnLine) return this.#stop(i, 'has a NUL byte');
    if (this.#place === 'start' && char === '[') {
      this.#isArray = true;
      return this.#move('first', i);
    }
    if (!this.#isArray) {
      if (char === '{') return this.#begin(i, c);
      // Some tools write a comma after each line.
      if (char === ',' && this.#place === 'between') return i + 1;
      if (this.#place === 'start' || !this.#isLines) {
        return this.#stop(i, 'has something that is not a result');
      }
      this.#count += 1;
      this.#startByte = this.#base + i;
      this.#startLine = this.#line;
      this.#reject(c === 0 ? 'has a NUL byte' : 'is not a result', found);
      return i + 1;
    }
    if (this.#place === 'between') {
      if (char === ',') return this.#move('value', i);
      return char === ']' ? this.#move('closed', i) : this.#stop(i, 'lacks a comma');
    }
    if (char === ']' && this.#place === 'first') return this.#move('closed', i);
    return ',]}:'.includes(char) ? this.#stop(i, 'lacks a result') : this.#begin(i, c);
  }

  /** Reports the current element as unreadable, and skips the rest of its line. */
  #reject(problem: string, found: SplitElement[]): void {
    const { number, byte, line } = {
      number: this.#count,
      byte: this.#startByte,
      line: this.#startLine,
    };
    found.push({ bytes: null, problem, number, byte, line, members: 0 });
    this.#element = null;
    this.#place = 'bad_line';
  }

  #endBadLine(i: number): number {
    this.#line += 1;
    return this.#move('between', i);
  }

  #move(place: Place, i: number): number {
    this.#place = place;
    return i + 1;
  }

  #begin(i: number, c: number): number {
    this.#count += 1;
    this.#startByte = this.#base + i;
    this.#startLine = this.#line;
    this.#element = new JsonElement(c, this.#line, this.#limits, !this.#isArray && this.#isLines);
    this.#place = 'element';
    return i;
  }

  #afterClose(chunk: Buffer, i: number, c: number): number {
    if (this.#wrapped) {
      this.#tail += chunk.toString('latin1', i, i + TAIL_BYTES);
      if (this.#tail.length > TAIL_BYTES) return this.#stop(i, 'has more data after the results');
      return chunk.length;
    }
    if (isSpace(c)) return i + 1;
    if (c === 0) return this.#stop(i, 'has NUL bytes after the closing bracket');
    return this.#stop(i, 'has more data after the closing bracket (two runs in one file?)');
  }

  #wrapperProblem(): string | null {
    const rest = this.#tail.trim();
    if (/^,\s*"NextToken"\s*:\s*"/.test(rest)) {
      return 'is one page of several ("NextToken" is set): the other pages are missing';
    }
    if (/^(,[^{}[\]]*)?\}$/.test(rest)) return null;
    return this.#cutOff(this.#count, 'without the closing bracket');
  }

  #cutOff(complete: number, what: string): string {
    return `ends after ${complete} complete results, ${what}, at ${this.#at(0)}`;
  }

  #at(i: number): string {
    return `byte ${this.#base + i} (line ${this.#line})`;
  }

  #stop(i: number, why: string): number {
    this.#place = 'stopped';
    this.#element = null;
    this.#problem = `${why} at ${this.#at(i)}, after ${this.#count} results; the rest was not read`;
    return i;
  }
}
