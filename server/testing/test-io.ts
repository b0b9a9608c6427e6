import { resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Environment, Io } from '../cli/io.js';

export interface TestIoOptions {
  env?: Environment;
  /** The folder that relative paths start from. */
  cwd?: string;
  stdin?: string;
  /** The width of a terminal, on which both outputs are merged; a pipe without it. */
  columns?: number;
}

export interface TestIo {
  io: Io;
  /** The output so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the exit code when a command exits at once. */
  exited: Promise<number>;
}

/** The io of a command within a test: a pipe or a terminal, and no signals. */
export function testIo({ env = {}, cwd = '/', stdin = '', columns }: TestIoOptions = {}): TestIo {
  const stdout = new CollectedOutput(columns);
  const stderr = columns === undefined ? new CollectedOutput() : stdout;
  const { promise: exited, resolve: exit } = withResolvers<number>();
  const io: Io = {
    env,
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout,
    stderr,
    hasColours: columns !== undefined && !env.NO_COLOR,
    path: (given) => resolve(cwd, given),
    onSignal: () => undefined,
    offSignal: () => undefined,
    exit,
  };
  return { io, stdout: () => stdout.text(), stderr: () => stderr.text(), exited };
}

class CollectedOutput extends Writable {
  readonly isTTY: boolean;
  readonly rows = 50;
  readonly #chunks: Buffer[] = [];

  constructor(readonly columns?: number) {
    super();
    this.isTTY = columns !== undefined;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
