import type { z } from 'zod';
import type { AnyEndpoint, Endpoint, ModuleName } from '../../../contract/endpoint.js';
import { type AnyRequest, queryTexts, type ResultOf } from '../../../contract/request.js';
import type { Actor } from '../auth/actor.js';
import { checked } from './checked.js';
import type { Client } from './client.js';
import type { FileAnswer } from './file-answer.js';
import type { Call, Routes, Upload } from './http-api.js';

// biome-ignore lint/suspicious/noExplicitAny: handlers of every endpoint are kept in one table
type AnyHandler = (call: any) => unknown;

/** The same process: it needs no session. */
const client: Client = {
  ...{ address: 'local', name: null, session: null, key: null, signOn: null, origin: '' },
  keepSignOn: () => {},
  keepSession: () => {},
  dropSession: () => {},
};

/**
 * The endpoints of the contract without HTTP, for a program that has the product in its own process. Requests and
 * results pass the same schemas, so both give the same answers.
 */
export class InProcessApi implements Routes {
  readonly #handlers = new Map<AnyEndpoint, AnyHandler>();

  /** `requireModule` throws UnavailableError when the endpoint's module cannot serve. */
  constructor(
    private readonly actor: Actor,
    private readonly requireModule: (name: ModuleName) => void,
  ) {}

  add<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, Q, B, R>,
    handler: (
      call: Call<z.output<P>, z.output<Q>, z.output<B>>,
    ) => Promise<z.input<R>> | z.input<R>,
  ): void {
    this.#handlers.set(endpoint, handler);
  }

  addDownload: Routes['addDownload'] = (endpoint, handler) => {
    this.#handlers.set(endpoint, handler);
  };

  /** Nobody follows events within the process. */
  addStream: Routes['addStream'] = () => {};

  async call<E extends AnyEndpoint>(
    endpoint: E,
    request: AnyRequest,
    upload: Upload | null = null,
  ): Promise<ResultOf<E>> {
    const result = await this.#handle(endpoint, request, upload);
    return endpoint.result.parse(result) as ResultOf<E>;
  }

  async download(endpoint: AnyEndpoint, request: AnyRequest): Promise<FileAnswer> {
    return (await this.#handle(endpoint, request, null)) as FileAnswer;
  }

  #handle(endpoint: AnyEndpoint, request: AnyRequest, upload: Upload | null) {
    this.requireModule(endpoint.module);
    const handler = this.#handlers.get(endpoint);
    if (!handler) throw new Error(`nothing answers ${endpoint.method} ${endpoint.path}`);
    return handler({
      ...{ actor: this.actor, client, upload },
      params: checked(endpoint.params, request.params, 'path'),
      query: checked(endpoint.query, queryOf(request.query), 'query'),
      body: checked(endpoint.body, request.body, 'body'),
    });
  }
}

/** As Fastify reads it: a text, or a list of texts where a name is there several times. */
function queryOf(query: AnyRequest['query']): Record<string, string | string[]> {
  const read: Record<string, string | string[]> = {};
  for (const [name, text] of queryTexts(query)) {
    const before = read[name];
    read[name] = before === undefined ? text : [before, text].flat();
  }
  return read;
}
