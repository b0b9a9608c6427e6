import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { AnyEndpoint, Endpoint, ModuleName } from '../../../contract/endpoint.js';
import type { Actor } from '../auth/actor.js';
import { ForbiddenError, InvalidInputError } from '../errors.js';

/** The file of an upload endpoint; must be read to its end. */
export interface Upload {
  fileName: string;
  stream: Readable;
  /** True, once the stream has ended, when it was cut at the size limit. */
  isTruncated(): boolean;
}

export interface Call<Params, Query, Body> {
  actor: Actor;
  params: Params;
  query: Query;
  body: Body;
  upload: Upload | null;
}

export interface HttpApiOptions {
  authenticate: (request: FastifyRequest) => Promise<Actor> | Actor;
  /** Throws UnavailableError when the endpoint's module cannot serve. */
  requireModule: (name: ModuleName) => void;
  maxUploadBytes: number;
}

/**
 * Adds endpoints of the contract to Fastify: who may call, what comes in and what goes out are checked
 * here, so a handler sees an actor and typed values only.
 */
export class HttpApi {
  readonly #endpoints: AnyEndpoint[] = [];

  constructor(
    private readonly app: FastifyInstance,
    private readonly options: HttpApiOptions,
  ) {}

  /** What has been added, in order: for OpenAPI and for the tests that probe every route. */
  get endpoints(): readonly AnyEndpoint[] {
    return this.#endpoints;
  }

  add<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, Q, B, R>,
    handler: (
      call: Call<z.output<P>, z.output<Q>, z.output<B>>,
    ) => Promise<z.input<R>> | z.input<R>,
  ): void {
    this.#endpoints.push(endpoint);
    this.app.route({
      method: endpoint.method,
      url: endpoint.path,
      handler: async (request, reply) => {
        this.options.requireModule(endpoint.module);
        const actor = await this.options.authenticate(request);
        if (endpoint.access !== 'public' && !actor.permissions.includes(endpoint.access)) {
          throw new ForbiddenError(`this needs the permission ${endpoint.access}`);
        }
        const result = await handler({
          actor,
          params: check(endpoint.params, request.params, 'path') as z.output<P>,
          query: check(endpoint.query, request.query, 'query') as z.output<Q>,
          body: check(endpoint.body, request.body, 'body') as z.output<B>,
          upload: endpoint.upload ? await this.#upload(request) : null,
        });
        return send(reply, endpoint, result);
      },
    });
  }

  async #upload(request: FastifyRequest): Promise<Upload> {
    if (!request.isMultipart()) {
      throw new InvalidInputError('send the file as multipart/form-data in the field “file”');
    }
    const part = await request.file({
      limits: { fileSize: this.options.maxUploadBytes, files: 1 },
    });
    if (!part) throw new InvalidInputError('there is no file in the field “file”');
    return {
      fileName: part.filename || 'report',
      stream: part.file,
      isTruncated: () => part.file.truncated,
    };
  }
}

function check(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value ?? (part === 'body' ? undefined : {}));
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    path: [part, ...issue.path].join('.'),
    message: issue.message,
  }));
  throw new InvalidInputError(errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
  });
}

/** Only what the contract declares leaves the server; a result that does not fit it is a fault of ours. */
function send(reply: FastifyReply, endpoint: AnyEndpoint, result: unknown): FastifyReply {
  return reply.status(endpoint.status ?? 200).send(endpoint.result.parse(result));
}
