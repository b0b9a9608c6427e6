import type { Readable } from 'node:stream';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Output of a command: a terminal, a pipe, a file or a test's buffer. */
export interface Output extends NodeJS.WritableStream {
  isTTY?: boolean;
  /** Set on a terminal. */
  columns?: number;
  rows?: number;
}

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** What a command gets from whoever runs it: streams, environment, terminal, signals. */
export interface Io {
  readonly env: Environment;
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether to print colours. */
  readonly hasColours: boolean;
  /** Resolves a path typed by the user. */
  path(given: string): string;
  onSignal(signal: StopSignal, handler: (signal: StopSignal) => void): void;
  offSignal(signal: StopSignal, handler: (signal: StopSignal) => void): void;
  /** Ends the process immediately. */
  exit(code: number): void;
}
