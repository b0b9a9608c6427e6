import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Endpoint } from '../../../contract/endpoint.js';
import type { Actor } from '../auth/actor.js';

export interface StreamCall<Params> {
  actor: Actor;
  params: Params;
  /** Aborts when the listener goes away. */
  signal: AbortSignal;
}

/** What can answer endpoints with server-sent events. */
export interface EventStreams {
  /** The handler is awaited before anything is answered: what it throws is a problem like any other. Each event has the endpoint's result as its data. */
  addStream<P extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, z.ZodUndefined, z.ZodUndefined, R>,
    handler: (call: StreamCall<z.output<P>>) => Promise<AsyncIterable<z.input<R>>>,
  ): void;
}

/** Comments between events, so that no proxy takes a quiet stream for a dead one. */
const BEAT_MS = 15_000;

/**
 * An answer that goes on: `open` is called once, then every event is sent as it comes, until the end
 * or until nobody listens. Only what the schema has leaves the server; its `type`, if any, names the event.
 */
export async function answerEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  schema: z.ZodType,
  open: (signal: AbortSignal) => Promise<AsyncIterable<unknown>>,
): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const events = await open(gone.signal);
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no', // nginx would wait for more
    connection: 'close', // a server that stops need not wait for the line to fall idle
  });
  raw.write(': open\n\n');
  const beat = setInterval(() => raw.write(': beat\n\n'), BEAT_MS).unref();
  try {
    for await (const event of events) {
      if (!raw.write(textOf(schema.parse(event)))) await drained(raw, gone.signal);
      if (gone.signal.aborted) break;
    }
  } catch (error) {
    // It is too late for a status: the listener sees the end, and asks again.
    request.log.error({ err: error }, 'an event stream broke off');
  } finally {
    clearInterval(beat);
    gone.abort();
    raw.end();
  }
  return reply;
}

function textOf(event: unknown): string {
  const named = typeof event === 'object' && event !== null && 'type' in event;
  return `${named ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`;
}

function drained(raw: FastifyReply['raw'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    raw.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
