import type { FastifyInstance } from 'fastify';
import { UnavailableError } from '../errors.js';

/** The requests that change something, counted so that a server that stops can let them end. */
export class WritesInFlight {
  #count = 0;
  #isEnding = false;
  #whenNone: (() => void) | null = null;

  /** True once the server is stopping: no write is taken any more. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  watch(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => {
      if (request.method === 'GET' || request.method === 'HEAD') return;
      if (this.#isEnding) throw new UnavailableError('the server is stopping; try again shortly');
      this.#count += 1;
      // Comes after every answer, and when the caller goes away without one.
      reply.raw.once('close', () => {
        this.#count -= 1;
        if (this.#count === 0) this.#whenNone?.();
      });
    });
  }

  /** Refuses new ones; ends when those that were begun have ended. */
  end(): Promise<void> {
    this.#isEnding = true;
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenNone = resolve;
    });
  }
}
