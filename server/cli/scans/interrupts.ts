import { constants } from 'node:os';
import { type Io, STOP_SIGNALS, type StopSignal } from '../io.js';

/** What a shell says of a program that a signal ended. */
export const codeOf = (signal: StopSignal) => 128 + constants.signals[signal];

/** While it is open, the first signal is told to `onFirst`; a second one ends the program at once. */
export class Interrupts {
  /** The first one that came. */
  received: StopSignal | null = null;
  readonly #io: Io;
  readonly #handler: (signal: StopSignal) => void;

  constructor(io: Io, onFirst: (signal: StopSignal) => void) {
    this.#io = io;
    this.#handler = (signal) => {
      if (this.received) return io.exit(codeOf(signal));
      this.received = signal;
      onFirst(signal);
    };
    for (const signal of STOP_SIGNALS) io.onSignal(signal, this.#handler);
  }

  close(): void {
    for (const signal of STOP_SIGNALS) this.#io.offSignal(signal, this.#handler);
  }
}
