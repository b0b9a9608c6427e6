import type { z } from 'zod';
import type { AnyEndpoint } from '../../contract/endpoint.js';
import { listValue } from '../../contract/list-text.js';
import { ApiProblem, jsonOf } from './api-problem.js';
import { sendFile } from './send-file.js';

type Declared<T> = NonNullable<T> extends z.ZodUndefined ? never : NonNullable<T>;
type Part<Name extends string, T> = [T] extends [never]
  ? { [name in Name]?: undefined }
  : { [name in Name]: T };

/** What a call of this endpoint needs. Every query parameter is optional. */
export type RequestOf<E extends AnyEndpoint> = Part<'params', z.output<Declared<E['params']>>> &
  Part<'body', z.input<Declared<E['body']>>> & {
    query?: Partial<z.output<Declared<E['query']>>>;
    file?: File;
    /** Upload progress, 0 to 1. */
    onProgress?: (fraction: number) => void;
    signal?: AbortSignal;
  };
export type ResultOf<E extends AnyEndpoint> = z.output<E['result']>;

type Rest<T> = Record<string, never> extends T ? [request?: T] : [request: T];

/** The only way to the server: calls a declared endpoint; every failure is an ApiProblem. */
export async function apiService<E extends AnyEndpoint>(
  endpoint: E,
  ...[request]: Rest<RequestOf<E>>
): Promise<ResultOf<E>> {
  const { params, query, body, file, onProgress, signal }: Loose = request ?? {};
  const url = urlOf(endpoint.path, params, query);
  const answer = file
    ? await sendFile({ method: endpoint.method, url, file, onProgress, signal })
    : await send(endpoint.method, url, body, signal);
  if (answer.status < 200 || answer.status > 299) {
    throw ApiProblem.fromAnswer(answer.status, answer.text);
  }
  const result = jsonOf(answer.text);
  if (result === undefined) throw ApiProblem.fromAnswer(answer.status, answer.text);
  // The server has validated its response by the same schema; parsing it again would only cost time.
  return result as ResultOf<E>;
}

interface Loose {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  file?: File;
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

async function send(method: string, url: string, body: unknown, signal?: AbortSignal) {
  try {
    const answer = await fetch(url, {
      method,
      signal,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw ApiProblem.unreachable(cause);
  }
}

export function urlOf(
  path: string,
  params: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      // An empty value of a list is a value: an account without a name.
      for (const one of value) search.append(name, listValue(String(one)));
    } else if (value !== undefined && value !== null && value !== '') {
      search.append(name, String(value));
    }
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}
