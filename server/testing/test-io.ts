import { resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Environment, Io } from '../cli/io.js';

export interface TestIoOptions {
  env?: Environment;
  /** Where paths that are typed begin. */
  cwd?: string;
  stdin?: string | Readable;
}

export interface TestIo {
  io: Io;
  /** All that was written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the code when a command ends its process at once. */
  exited: Promise<number>;
}

/** The io of a command within a test: no terminal, no colours, no signals. */
export function testIo({ env = {}, cwd = '/', stdin = '' }: TestIoOptions = {}): TestIo {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const { promise: exited, resolve: exit } = withResolvers<number>();
  const io: Io = {
    env,
    stdin: typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin,
    stdout,
    stderr,
    hasColours: false,
    path: (given) => resolve(cwd, given),
    onSignal: () => undefined,
    offSignal: () => undefined,
    exit,
  };
  return { io, stdout: () => stdout.text(), stderr: () => stderr.text(), exited };
}

class Collected extends Writable {
  readonly #chunks: Buffer[] = [];

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
