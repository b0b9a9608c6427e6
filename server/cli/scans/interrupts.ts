import { constants } from 'node:os';
import { type Io, STOP_SIGNALS, type StopSignal } from '../io.js';

/** The conventional exit code of a program ended by a signal. */
export const codeOf = (signal: StopSignal) => 128 + constants.signals[signal];

/** While open, the first signal calls `onFirst`; a second one exits immediately. */
export class Interrupts {
  /** The first signal received. */
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
