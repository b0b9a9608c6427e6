import type { AnyEndpoint } from '../../contract/endpoint.js';
import {
  type RequestOf as Declared,
  type RequestArgument,
  type ResultOf,
  urlOf,
} from '../../contract/request.js';
import { ApiProblem, jsonOf } from './api-problem.js';
import { sendFile } from './send-file.js';

export { type ResultOf, urlOf };

/** What a call of this endpoint needs from the web app. */
export type RequestOf<E extends AnyEndpoint> = Declared<E> & {
  file?: File;
  /** Upload progress, 0 to 1. */
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
};

/** The only way to the server: calls a declared endpoint; every failure is an ApiProblem. */
export async function apiService<E extends AnyEndpoint>(
  endpoint: E,
  ...[request]: RequestArgument<RequestOf<E>>
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
