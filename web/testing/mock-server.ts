import { vi } from 'vitest';
import type { z } from 'zod';
import type { AnyEndpoint } from '../../contract/endpoint.js';
import type { Problem } from '../../contract/problem.js';
import type { RequestOf, ResultOf } from '../api/apiService.js';

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;
interface MockRequest<E extends AnyEndpoint> {
  params: Output<NonNullable<E['params']>>;
  query: NonNullable<RequestOf<E>['query']>;
  body: Output<NonNullable<E['body']>>;
}
type Handler<E extends AnyEndpoint> = (request: MockRequest<E>) => ResultOf<E>;

interface Raw {
  method: string;
  url: URL;
  body: unknown;
}
interface Answer {
  status: number;
  text: string;
}
interface Listener {
  receive(event: { type: string }): void;
}
interface Route {
  endpoint: AnyEndpoint;
  answer: (raw: Raw, params: Record<string, string>) => Answer;
}

/** Thrown by a handler to answer with a problem document. */
export class MockProblem extends Error {
  constructor(readonly problem: Partial<Problem> & Pick<Problem, 'status' | 'detail'>) {
    super(problem.detail);
  }
}

/**
 * Replaces fetch, XMLHttpRequest and EventSource. Results of handlers are parsed by the endpoint's
 * schema, so a mock cannot drift from the contract.
 */
export class MockServer {
  readonly requests: { method: string; path: string; search: string; body: unknown }[] = [];
  readonly #routes: Route[] = [];
  readonly #listeners = new Map<string, Set<Listener>>();

  /** The newest handler of an endpoint wins. */
  on<E extends AnyEndpoint>(endpoint: E, handler: Handler<NoInfer<E>>): this {
    this.#routes.unshift({
      endpoint,
      answer: ({ url, body }, params) => {
        // The server refuses parameters that the endpoint does not declare.
        const known = Object.keys((endpoint.query as AnyEndpoint['query'])?.shape ?? {});
        const unknown = [...url.searchParams.keys()].filter((name) => !known.includes(name));
        if (unknown.length > 0) throw new Error(`unknown query parameters: ${unknown.join(', ')}`);
        const request = {
          params: endpoint.params?.parse(params),
          query: endpoint.query?.parse(Object.fromEntries(url.searchParams)) ?? {},
          body: endpoint.body?.parse(body),
        } as MockRequest<E>;
        const result = endpoint.result.parse(handler(request));
        return { status: endpoint.status ?? 200, text: JSON.stringify(result) };
      },
    });
    return this;
  }

  /** Sends an event to all listeners of the stream at this path; returns how many there are. */
  send<E extends AnyEndpoint>(endpoint: E, path: string, event: ResultOf<NoInfer<E>>): number {
    const data = endpoint.result.parse(event);
    const listeners = [...(this.#listeners.get(path) ?? [])];
    for (const listener of listeners) listener.receive(data);
    return listeners.length;
  }

  start(): this {
    const listenersOf = (path: string) => {
      const known = this.#listeners.get(path) ?? new Set();
      this.#listeners.set(path, known);
      return known;
    };
    vi.stubGlobal(
      'EventSource',
      class implements Listener {
        onopen?: () => void;
        onerror?: () => void;
        readonly #handlers = new Map<string, (event: { data: string }) => void>();
        constructor(readonly url: string) {
          listenersOf(url).add(this);
          queueMicrotask(() => this.onopen?.());
        }
        addEventListener(type: string, handler: (event: { data: string }) => void) {
          this.#handlers.set(type, handler);
        }
        receive(event: { type: string }) {
          this.#handlers.get(event.type)?.({ data: JSON.stringify(event) });
        }
        close() {
          listenersOf(this.url).delete(this);
        }
      },
    );
    const answer = (raw: Raw) => this.#answer(raw);
    vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
      const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
      const url = new URL(path, 'http://mock');
      const { status, text } = answer({ method: init.method ?? 'GET', url, body });
      return new Response(text, { status });
    });
    vi.stubGlobal(
      'XMLHttpRequest',
      class {
        upload: { onprogress?: (event: object) => void } = {};
        onload?: () => void;
        status = 0;
        responseText = '';
        #method = '';
        #path = '';
        open(method: string, path: string) {
          this.#method = method;
          this.#path = path;
        }
        setRequestHeader() {}
        send(body: unknown) {
          this.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 2 });
          const url = new URL(this.#path, 'http://mock');
          const { status, text } = answer({ method: this.#method, url, body });
          this.status = status;
          this.responseText = text;
          queueMicrotask(() => this.onload?.());
        }
      },
    );
    return this;
  }

  #answer(raw: Raw): Answer {
    const { method, url, body } = raw;
    this.requests.push({ method, path: url.pathname, search: url.search, body });
    for (const { endpoint, answer } of this.#routes) {
      const params = endpoint.method === method ? paramsOf(endpoint.path, url.pathname) : null;
      if (!params) continue;
      try {
        return answer(raw, params);
      } catch (error) {
        if (error instanceof MockProblem) return problemAnswer(error.problem);
        console.error(`The mock of ${method} ${endpoint.path} failed`, error);
        throw error;
      }
    }
    return problemAnswer({ status: 501, detail: `No mock for ${method} ${url.pathname}` });
  }
}

function problemAnswer(problem: MockProblem['problem']): Answer {
  const whole: Problem = {
    type: 'about:blank',
    title: 'This failed',
    code: 'mock',
    requestId: 'req-mock',
    ...problem,
  };
  return { status: whole.status, text: JSON.stringify(whole) };
}

function paramsOf(pattern: string, pathname: string): Record<string, string> | null {
  const names: string[] = [];
  const source = pattern.replace(/:(\w+)/g, (_, name: string) => {
    names.push(name);
    return '([^/]+)';
  });
  const match = new RegExp(`^${source}$`).exec(pathname);
  if (!match) return null;
  return Object.fromEntries(
    names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]),
  );
}
