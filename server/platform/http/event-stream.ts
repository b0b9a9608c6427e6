import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Endpoint } from '../../../contract/endpoint.js';
import type { Actor } from '../auth/actor.js';

export interface StreamCall<Params> {
  actor: Actor;
  params: Params;
  /** Aborts when the client disconnects. */
  signal: AbortSignal;
}

/** Adds endpoints that return server-sent events. */
export interface EventStreams {
  /** The handler is awaited before the response starts, so its errors become problem responses. Each event's data is the endpoint's result. */
  addStream<P extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, z.ZodUndefined, z.ZodUndefined, R>,
    handler: (call: StreamCall<z.output<P>>) => Promise<AsyncIterable<z.input<R>>>,
  ): void;
}

/** Interval of comments that keep proxies from closing a quiet stream. */
const BEAT_MS = 15_000;
/** Interval at which the caller of an open stream is checked again. */
const CHECK_MS = 1_000;

export interface StreamedAnswer {
  request: FastifyRequest;
  reply: FastifyReply;
  schema: z.ZodType;
  /** False once the caller's session or key has ended, or lost its permission: that ends the stream. */
  isAllowed: () => Promise<boolean>;
}

/**
 * Streams a response: calls `open` once, then sends every event until the end, until the client
 * disconnects or may not see them any more. Only fields of the schema are sent; `type`, if any, names the event.
 */
export async function answerEvents(
  { request, reply, schema, isAllowed }: StreamedAnswer,
  open: (signal: AbortSignal) => Promise<AsyncIterable<unknown>>,
): Promise<FastifyReply> {
  const over = new AbortController();
  reply.raw.once('close', () => over.abort());
  const events = await open(over.signal);
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no', // keeps nginx from buffering
    connection: 'close', // a stopping server need not wait for the connection to become idle
  });
  raw.write(': open\n\n');
  const beat = setInterval(() => raw.write(': beat\n\n'), BEAT_MS).unref();
  const ending = endWhenRefused(isAllowed, over, raw);
  try {
    for await (const event of events) {
      if (over.signal.aborted) break;
      if (!raw.write(textOf(schema.parse(event)))) await drained(raw, over.signal);
    }
  } catch (error) {
    // Too late for an error status: the client sees the end and reconnects.
    request.log.error({ err: error }, 'event stream failed');
  } finally {
    clearInterval(beat);
    over.abort();
    raw.end();
    await ending;
  }
  return reply;
}

/** Until the stream is over. */
async function endWhenRefused(
  isAllowed: () => Promise<boolean>,
  over: AbortController,
  raw: FastifyReply['raw'],
): Promise<void> {
  const { signal } = over;
  // Rejects when the stream ends.
  while (await sleep(CHECK_MS, true, { signal, ref: false }).catch(() => false)) {
    if (await isAllowed()) continue;
    over.abort();
    raw.end();
  }
}

function textOf(event: unknown): string {
  const hasType = typeof event === 'object' && event !== null && 'type' in event;
  return `${hasType ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`;
}

function drained(raw: FastifyReply['raw'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    raw.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
