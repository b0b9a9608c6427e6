import { EXIT } from './exit-codes.js';
import type { Environment, Io, Output } from './io.js';
import { withoutColours } from './output/style.js';

/** What a command talks to: the io of its process, with lines, colours and JSON on top. */
export class Shell {
  /** What the command ends with. */
  exitCode: number = EXIT.ok;

  constructor(readonly io: Io) {}

  get env(): Environment {
    return this.io.env;
  }

  /** Columns of the terminal, or a width that reads well in a file. */
  get width(): number {
    return Math.max(60, Math.min(this.io.stdout.columns || 120, 160));
  }

  /** A result, on standard output. */
  print(text: string): void {
    this.io.stdout.write(`${this.coloured(text)}\n`);
  }

  /** One document, as `--json` of every command. */
  printJson(document: unknown): void {
    this.io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** Something beside the result, on standard error. */
  note(text: string): void {
    this.io.stderr.write(`${this.coloured(text)}\n`);
  }

  /** A text with its colours where the reader shows them. */
  coloured(text: string): string {
    return this.io.hasColours ? text : withoutColours(text);
  }

  /** Writes a text; resolves once the reader took it, or has gone away. */
  write(text: string, to: Output = this.io.stdout): Promise<void> {
    return new Promise((resolve) => {
      to.write(text, () => resolve());
    });
  }
}
