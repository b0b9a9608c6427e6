import { EXIT } from './exit-codes.js';
import type { Environment, Io, Output } from './io.js';
import { withoutColours } from './output/style.js';

/** The io of a process with lines, colours and JSON on top. */
export class Shell {
  /** The command's exit code. */
  exitCode: number = EXIT.ok;

  /** `--server` of the command. */
  server: string | undefined;

  constructor(readonly io: Io) {}

  get env(): Environment {
    return this.io.env;
  }

  /** Columns of the terminal, or a width that reads well in a file. */
  get width(): number {
    return Math.max(60, Math.min(this.io.stdout.columns || 120, 160));
  }

  /** Prints a line of the result on standard output. */
  print(text: string): void {
    this.io.stdout.write(`${this.coloured(text)}\n`);
  }

  /** Prints one JSON document, for `--json`. */
  printJson(document: unknown): void {
    this.io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** Prints a line on standard error, next to the result. */
  note(text: string): void {
    this.io.stderr.write(`${this.coloured(text)}\n`);
  }

  /** The text, without its colours where none are shown. */
  coloured(text: string): string {
    return this.io.hasColours ? text : withoutColours(text);
  }

  /** Writes text; resolves once it is flushed or the reader is gone. */
  write(text: string, to: Output = this.io.stdout): Promise<void> {
    return new Promise((resolve) => {
      to.write(text, () => resolve());
    });
  }
}
