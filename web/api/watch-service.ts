import type { z } from 'zod';
import type { AnyEndpoint } from '../../contract/endpoint.js';
import { jsonOf } from './api-problem.js';
import { type ResultOf, urlOf } from './apiService.js';

export interface WatchRequest<E extends AnyEndpoint> {
  params: z.output<NonNullable<E['params']>>;
  /** The names of the events to listen to. */
  types: readonly string[];
  onEvent: (event: ResultOf<E>) => void;
  /** Whether the stream is open. While it is closed, the browser reconnects automatically. */
  onConnected: (connected: boolean) => void;
}

/** Listens to an endpoint of server-sent events. Returns a function to stop, to be called after the last event as well. */
export function watchService<E extends AnyEndpoint>(
  endpoint: E,
  { params, types, onEvent, onConnected }: WatchRequest<E>,
): () => void {
  if (typeof EventSource === 'undefined') return () => {};
  const source = new EventSource(urlOf(endpoint.path, params));
  for (const type of types) {
    source.addEventListener(type, ({ data }: MessageEvent<string>) => {
      const event = jsonOf(data);
      // The server has validated its events by the endpoint's schema.
      if (event !== undefined) onEvent(event as ResultOf<E>);
    });
  }
  source.onopen = () => onConnected(true);
  source.onerror = () => onConnected(false);
  return () => source.close();
}
