import { setImmediate } from 'node:timers/promises';

const TURN_MS = 20;

/** The share of time of one long piece of work, so that other requests of the process run between its steps. */
export class Turns {
  #since = performance.now();

  /** Lets others run once this work has had its turn; to be called every few steps. */
  async next(): Promise<void> {
    if (performance.now() - this.#since < TURN_MS) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
