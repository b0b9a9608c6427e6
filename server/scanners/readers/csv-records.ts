export type CsvRecord = { cells: string[]; line: number } | { rejected: string; line: number };

const NO_LINE_BREAK = 'has no line break at its end, so that it may be cut off';
const QUOTE = '"';
/** Lines of a record that turned out to be wrong which are read again, each as a record of its own. */
const MAX_READ_AGAIN = 1_000;

/** The cells of one record, line by line; a quoted cell may go on in the next line. */
class OpenRecord {
  readonly lines: string[] = [];
  readonly cells: string[] = [];
  #cell = '';
  #inQuotes = false;
  size = 0;

  constructor(
    readonly delimiter: string,
    readonly line: number,
  ) {}

  /** `lineEnd`: what ended the line, which belongs to a cell that goes on. True once the record is whole. */
  add(text: string, lineEnd: string): boolean {
    this.lines.push(text);
    this.size += text.length + lineEnd.length;
    if (!this.#inQuotes && !text.includes(QUOTE)) {
      // One by one: as arguments of one call, a line of many cells exceeds the stack.
      for (const cell of text.split(this.delimiter)) this.cells.push(cell);
      return true;
    }
    this.#scan(text);
    if (this.#inQuotes) this.#cell += lineEnd;
    else this.#endCell();
    return !this.#inQuotes;
  }

  #scan(text: string): void {
    let at = 0;
    let isStart = !this.#inQuotes;
    while (at < text.length) {
      if (this.#inQuotes) at = this.#untilQuote(text, at);
      else if (isStart && text[at] === QUOTE) {
        this.#inQuotes = true;
        isStart = false;
        at += 1;
      } else {
        const end = text.indexOf(this.delimiter, at);
        this.#cell += text.slice(at, end < 0 ? text.length : end);
        if (end < 0) return;
        this.#endCell();
        isStart = true;
        at = end + 1;
      }
    }
  }

  /** Reads a quoted cell up to its end or that of the line. */
  #untilQuote(text: string, from: number): number {
    const quote = text.indexOf(QUOTE, from);
    this.#cell += text.slice(from, quote < 0 ? text.length : quote);
    if (quote < 0) return text.length;
    const next = text[quote + 1];
    if (next === QUOTE) {
      this.#cell += QUOTE;
      return quote + 2;
    }
    this.#inQuotes = false;
    // A quote within the text: then the first one was none of the format's either.
    if (next !== undefined && next !== this.delimiter) this.#cell = `"${this.#cell}"`;
    return quote + 1;
  }

  #endCell(): void {
    this.cells.push(this.#cell);
    this.#cell = '';
  }
}

/**
 * Splits a table into records, piece by piece. A stray quote at the beginning of a cell spoils its own row
 * only: the rows behind it are recognised by their number of cells.
 */
export class CsvRecords {
  #rest = '';
  #line = 0;
  #open: OpenRecord | null = null;
  /** Of the header; 0 before it is read. */
  #columns = 0;

  constructor(
    private readonly delimiter: string,
    private readonly maxCharacters: number,
  ) {}

  /** The line of a record that is too large, after which nothing is read; null if there is none. */
  tooLargeAt: number | null = null;

  /** The line in which a cell that was never closed begins; null if there is none. */
  get openAt(): number | null {
    return this.#open?.line ?? null;
  }

  *push(text: string): Iterable<CsvRecord> {
    this.#rest += text;
    for (;;) {
      const end = this.#rest.search(/[\r\n]/);
      // The second half of a line break may follow.
      if (end < 0 || (this.#rest[end] === '\r' && end === this.#rest.length - 1)) break;
      const lineEnd = this.#rest.startsWith('\r\n', end) ? '\r\n' : (this.#rest[end] ?? '');
      const line = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + lineEnd.length);
      yield* this.#take(line, lineEnd);
      if (this.tooLargeAt !== null) return;
    }
    if (this.#rest.length + (this.#open?.size ?? 0) > this.maxCharacters) {
      this.tooLargeAt = this.#open?.line ?? this.#line + 1;
    }
  }

  /**
   * The last line, if it has no line break. Its last cell may be cut off, which can make another resource of it, or
   * a pass of a muted result, so it is rejected.
   */
  *end(): Iterable<CsvRecord> {
    const line = this.#rest.replace(/\r$/, '');
    const isWhole = line.length < this.#rest.length || this.#columns === 0;
    this.#rest = '';
    if (line === '' || this.tooLargeAt !== null) return;
    const records = [...this.#take(line, '')];
    const last = isWhole ? undefined : records.pop();
    yield* records;
    if (last) yield { rejected: NO_LINE_BREAK, line: last.line };
  }

  *#take(text: string, lineEnd: string): Iterable<CsvRecord> {
    this.#line += 1;
    const open = this.#open;
    if (!open) {
      if (text !== '') yield* this.#begin(text, lineEnd, this.#line);
      return;
    }
    const alone = this.#wholeRow(text, lineEnd);
    if (alone) {
      this.#open = null;
      yield { rejected: 'has a quote that is not closed', line: open.line };
      yield { cells: alone, line: this.#line };
      return;
    }
    if (!open.add(text, lineEnd)) {
      if (open.size > this.maxCharacters) this.tooLargeAt = open.line;
      return;
    }
    this.#open = null;
    const isWrong = open.cells.length !== this.#columns && this.#columns > 0;
    if (!isWrong || open.lines.length > MAX_READ_AGAIN) yield this.#whole(open);
    else yield* this.#readAgain(open, lineEnd);
  }

  *#begin(text: string, lineEnd: string, line: number): Iterable<CsvRecord> {
    const record = new OpenRecord(this.delimiter, line);
    if (record.add(text, lineEnd)) yield this.#whole(record);
    else this.#open = record;
  }

  #whole({ cells, line }: OpenRecord): CsvRecord {
    this.#columns ||= cells.length;
    return { cells, line };
  }

  /** The cells of a line that is a whole row by itself, as a continued cell hardly ever is. */
  #wholeRow(text: string, lineEnd: string): string[] | null {
    const record = new OpenRecord(this.delimiter, this.#line);
    if (!record.add(text, lineEnd) || record.cells.length !== this.#columns) return null;
    return record.cells[0]?.includes(QUOTE) ? null : record.cells;
  }

  /** Its first line was bad, and took the others for its own. */
  *#readAgain({ lines, line }: OpenRecord, lineEnd: string): Iterable<CsvRecord> {
    yield { rejected: 'has a quote that is not closed', line };
    for (const [n, text] of lines.slice(1).entries()) {
      const at = line + 1 + n;
      if (!this.#open) {
        if (text !== '') yield* this.#begin(text, lineEnd, at);
      } else if (this.#open.add(text, lineEnd)) {
        const whole = this.#open;
        this.#open = null;
        yield this.#whole(whole);
      }
    }
  }
}
