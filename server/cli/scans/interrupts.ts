import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Stopping = (typeof SIGNALS)[number];

/** What a shell says of a program that a signal ended. */
export const codeOf = (signal: Stopping) => 128 + constants.signals[signal];

/** While it is open, the first signal is told to `onFirst`; a second one ends the program at once. */
export class Interrupts {
  /** The first one that came. */
  received: Stopping | null = null;
  readonly #handler: (signal: Stopping) => void;

  constructor(onFirst: (signal: Stopping) => void) {
    this.#handler = (signal) => {
      if (this.received) process.exit(codeOf(signal));
      this.received = signal;
      onFirst(signal);
    };
    for (const signal of SIGNALS) process.on(signal, this.#handler);
  }

  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.#handler);
  }
}
