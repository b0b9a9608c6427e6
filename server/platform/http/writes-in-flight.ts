import type { FastifyInstance } from 'fastify';
import { UnavailableError } from '../errors.js';

/** Counts running write requests, so that a stopping server can finish them. */
export class WritesInFlight {
  #count = 0;
  #isEnding = false;
  #whenNone: (() => void) | null = null;

  /** True once the server is stopping and rejects writes. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  watch(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => {
      if (request.method === 'GET' || request.method === 'HEAD') return;
      if (this.#isEnding) throw new UnavailableError('the server is stopping; retry shortly');
      this.#count += 1;
      // Emitted after every response, and when the client disconnects without one.
      reply.raw.once('close', () => {
        this.#count -= 1;
        if (this.#count === 0) this.#whenNone?.();
      });
    });
  }

  /** Rejects new writes from now on; resolves when the running ones are done. */
  end(): Promise<void> {
    this.#isEnding = true;
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenNone = resolve;
    });
  }
}
