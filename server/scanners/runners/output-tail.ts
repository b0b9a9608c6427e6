import { StringDecoder } from 'node:string_decoder';
import { cleanText } from '../rows/clean-text.js';

const TAIL_BYTES = 64 * 1024;
const LINE_CHARACTERS = 4_096;
const LINES_PER_SECOND = 1_000;

/** The end of what a tool printed, however much that was, and its lines as they come. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #bytes = 0;
  readonly #lines: LineFeed | null;

  constructor(onLine?: (line: string) => void) {
    this.#lines = onLine ? new LineFeed(onLine) : null;
  }

  write(chunk: Buffer): void {
    this.#lines?.write(chunk);
    // A copy, for a slice would keep the whole of a large chunk alive.
    const last = Buffer.from(chunk.subarray(Math.max(0, chunk.length - TAIL_BYTES)));
    this.#chunks.push(last);
    this.#bytes += last.length;
    // Joined now and then only: one by one would copy 64 kB for each small write.
    if (this.#bytes > 4 * TAIL_BYTES || this.#chunks.length > 1_000) this.#cut();
  }

  end(): void {
    this.#lines?.end();
  }

  text(): string {
    this.#cut();
    const all = this.#chunks[0] ?? Buffer.alloc(0);
    let start = 0;
    // What is left of a character that the cut went through.
    while (start < 4 && ((all[start] ?? 0) & 0xc0) === 0x80) start++;
    return cleanText(all.subarray(start).toString('utf8'), TAIL_BYTES);
  }

  #cut(): void {
    const all = Buffer.concat(this.#chunks);
    const tail = Buffer.from(all.subarray(Math.max(0, all.length - TAIL_BYTES)));
    this.#chunks = [tail];
    this.#bytes = tail.length;
  }
}

/** Cuts a stream into clean lines; long ones are shortened, and a flood is thinned out. */
class LineFeed {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #second = 0;
  #passed = 0;

  constructor(private readonly onLine: (line: string) => void) {}

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS);
    for (const line of lines) this.#pass(line);
  }

  end(): void {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    this.#pass(last);
  }

  #pass(line: string): void {
    if (line === '') return;
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#passed = 0;
    }
    if (++this.#passed > LINES_PER_SECOND) return;
    const clean = cleanText(line, LINE_CHARACTERS);
    try {
      if (clean !== '') this.onLine(clean);
    } catch {
      // A listener that fails must not end the run it listens to.
    }
  }
}
