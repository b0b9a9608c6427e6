import type { Readable } from 'node:stream';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command writes: a terminal, a pipe, a file, or what a test reads afterwards. */
export interface Output extends NodeJS.WritableStream {
  isTTY?: boolean;
  /** Of a terminal. */
  columns?: number;
  rows?: number;
}

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** All that a command has from the process it runs in. */
export interface Io {
  readonly env: Environment;
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether the reader of the output shows colours. */
  readonly hasColours: boolean;
  /** Where a path that the user typed leads. */
  path(given: string): string;
  onSignal(signal: StopSignal, handler: (signal: StopSignal) => void): void;
  offSignal(signal: StopSignal, handler: (signal: StopSignal) => void): void;
  /** Ends the process without waiting for anything. */
  exit(code: number): void;
}
