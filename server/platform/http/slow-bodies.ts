import type { FastifyInstance } from 'fastify';

/** A body of at most a megabyte takes no longer. Uploads have a form, and their caller is signed in before it is read. */
export const MAX_BODY_MS = 30_000;

/** Ends requests whose body is sent so slowly that many of them would keep all connections busy. */
export function endSlowBodies(app: FastifyInstance, maxMs = MAX_BODY_MS): void {
  const timers = new WeakMap<object, NodeJS.Timeout>();
  app.addHook('preParsing', async (request) => {
    if (request.isMultipart()) return;
    timers.set(request, setTimeout(() => request.raw.destroy(), maxMs).unref());
  });
  app.addHook('preValidation', async (request) => clearTimeout(timers.get(request)));
  app.addHook('onRequestAbort', async (request) => clearTimeout(timers.get(request)));
  app.addHook('onError', async (request) => clearTimeout(timers.get(request)));
}
