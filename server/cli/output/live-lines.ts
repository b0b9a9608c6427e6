import type { Output } from '../io.js';
import type { Shell } from '../shell.js';

/**
 * Lines at the end of a terminal that are redrawn in place. The cursor stays visible and line wrapping
 * on, because an interrupted run could not restore them.
 */
export class LiveLines {
  #shown = 0;

  constructor(
    private readonly shell: Shell,
    private readonly out: Output,
  ) {}

  /** Draws the lines made for this size, at most one screen. */
  show(make: (columns: number, rows: number) => readonly string[]): void {
    const { columns = 80, rows = 24 } = this.out;
    const lines = make(columns - 1, rows - 1).slice(0, rows - 1);
    const text = lines.map((line) => `${line}\n`).join('');
    this.out.write(`${this.#back()}${this.shell.coloured(text)}`);
    this.#shown = lines.length;
  }

  /** Removes the lines; the next output starts in their place. */
  clear(): void {
    this.out.write(this.#back());
    this.#shown = 0;
  }

  #back(): string {
    return this.#shown > 0 ? `\u001b[${this.#shown}A\u001b[0J` : '';
  }
}

/** Truncates to at most this many characters. */
export function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, Math.max(0, longest - 1))}…` : text;
}
