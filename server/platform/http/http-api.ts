import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import {
  type AnyEndpoint,
  type Endpoint,
  IDEMPOTENCY_KEY,
  type ModuleName,
} from '../../../contract/endpoint.js';
import { type Actor, nobody, requirePermission } from '../auth/actor.js';
import type { TeamScope } from '../database/collection.js';
import { AppError, ForbiddenError, InvalidInputError, UnauthenticatedError } from '../errors.js';
import { withLogContext } from '../log/log-context.js';
import { maskedTexts } from '../masked-texts.js';
import { asUnreadable } from '../parsing/unreadable.js';
import type { Call, Upload } from './call.js';
import { checked } from './checked.js';
import { type Client, clientOf } from './client.js';
import { sendTagged } from './entity-tag.js';
import { answerEvents, type EventStreams, type StreamCall } from './event-stream.js';
import { answerFile, type FileAnswer } from './file-answer.js';
import type { Idempotency } from './idempotency.js';
import { queryParametersOf, refuseUnknownParameters } from './query-parameters.js';
import { type Admission, asOutside, ReachGuard } from './reach-guard.js';
import type { RequestRates } from './request-rates.js';

export type { Call, Upload } from './call.js';

export interface HttpApiOptions {
  /** Throws UnauthenticatedError when the client does not prove who calls. */
  authenticate: (request: FastifyRequest, client: Client) => Promise<Actor> | Actor;
  /** Adds an export to the audit trail: the path of the file, and what was asked of it. */
  recordExport?: (actor: Actor, subject: string, details: Record<string, unknown>) => Promise<void>;
  /** Left out: callers have no limit beside that of their address. */
  rates?: Pick<RequestRates, 'limitActor'>;
  /** The server is reached over HTTPS, even if a proxy in front does not say so. */
  isHttps?: boolean;
  /** Throws UnavailableError when the endpoint's module cannot serve. */
  requireModule: (name: ModuleName) => void;
  /** The controls of a framework of the team. Left out: none. */
  controlsOf?: (team: TeamScope, frameworkId: string) => Promise<ReadonlySet<string>>;
  /** Left out: `Idempotency-Key` means nothing. */
  idempotency?: Pick<Idempotency, 'once'>;
  maxUploadBytes: number;
  /** Masks secrets in the names of uploaded files. Left out: names stay as they are. */
  maskFileName?: (name: string) => string;
  /** Masks secrets in what people send: names, reasons, notes. Left out: texts stay as they are. */
  maskText?: (text: string) => string;
}

const HEADER = IDEMPOTENCY_KEY.toLowerCase();

/** Where modules declare what answers an endpoint. */
export type Routes = Pick<HttpApi, 'add' | 'addDownload' | 'addStream'>;

/**
 * Adds endpoints of the contract to Fastify. Permission, input and output are checked here, so handlers
 * see only an actor and typed values.
 */
export class HttpApi implements EventStreams {
  readonly #endpoints: AnyEndpoint[] = [];
  readonly #reach: ReachGuard;

  constructor(
    private readonly app: FastifyInstance,
    private readonly options: HttpApiOptions,
  ) {
    this.#reach = new ReachGuard(options.controlsOf ?? (async () => new Set()));
  }

  /** The added endpoints in order, for OpenAPI and for tests that probe every route. */
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
    this.#reach.know(endpoint, (call) => handler(call as Parameters<typeof handler>[0]));
    this.app.route({
      method: endpoint.method,
      url: endpoint.path,
      config: { takesForm: endpoint.form === true },
      handler: (request, reply) =>
        this.#serve(endpoint, request, reply, async (actor, client, within) => {
          const params = checked(endpoint.params, request.params, 'path') as z.output<P>;
          const { maskText = String } = this.options;
          const asked = checked(endpoint.query, request.query, 'query');
          await within?.admit(params, asked);
          // Uploads carry titles and notes there.
          const query = (endpoint.upload ? maskedTexts(asked, maskText) : asked) as z.output<Q>;
          const given = checked(endpoint.body, request.body, 'body');
          const body = withMaskedTexts(given, maskText, endpoint) as z.output<B>;
          const upload = endpoint.upload ? await this.#upload(request, reply) : null;
          try {
            const call = { actor, params, query, body, upload, client };
            const { [HEADER]: key } = request.headers;
            const work = (each: unknown) => handler(each as typeof call) as Promise<unknown>;
            const once = this.options.idempotency?.once(endpoint, key, call, work);
            const { result, isReplayed } = (await once) ?? {
              ...{ result: await handler(call), isReplayed: false },
            };
            if (isReplayed) reply.header('idempotency-replayed', 'true');
            return send(reply, endpoint, within ? within.narrow(result) : result);
          } catch (error) {
            // The next request on this connection would wait for the rest of a refused upload.
            if (upload) request.raw.unpipe().resume();
            throw error;
          }
        }),
    });
  }

  /** Adds an endpoint with server-sent events; see `EventStreams`. */
  addStream<P extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, z.ZodUndefined, z.ZodUndefined, R>,
    handler: (call: StreamCall<z.output<P>>) => Promise<AsyncIterable<z.input<R>>>,
  ): void {
    this.#endpoints.push(endpoint);
    this.app.get(endpoint.path, (request, reply) =>
      this.#serve(endpoint, request, reply, async (actor, client) => {
        const params = checked(endpoint.params, request.params, 'path') as z.output<P>;
        const { result: schema } = endpoint;
        const isAllowed = () => this.#isStillAllowed(endpoint, request, client, actor);
        return answerEvents({ request, reply, schema, isAllowed }, (signal) =>
          handler({ actor, params, signal }),
        );
      }),
    );
  }

  /** Adds an endpoint that streams a file. The handler is awaited first, so its errors become problem responses. */
  addDownload<P extends z.ZodType, Q extends z.ZodType>(
    endpoint: Endpoint<P, Q, z.ZodUndefined, z.ZodString>,
    handler: (
      call: Pick<Call<z.output<P>, z.output<Q>, undefined>, 'actor' | 'params' | 'query'>,
    ) => Promise<FileAnswer> | FileAnswer,
  ): void {
    this.#endpoints.push(endpoint);
    this.app.get(endpoint.path, (request, reply) =>
      this.#serve(endpoint, request, reply, async (actor, _client, within) => {
        const params = checked(endpoint.params, request.params, 'path') as z.output<P>;
        const query = checked(endpoint.query, request.query, 'query') as z.output<Q>;
        await within?.admit(params, query);
        const file = await handler({ actor, params, query });
        if (!file.isRecorded) await this.#recordExport(endpoint, actor, { params, query });
        const [mediaType = ''] = file.contentType.split(';');
        if (!endpoint.download?.includes(mediaType)) {
          throw new Error(`${endpoint.path} does not declare files of ${mediaType}`);
        }
        return answerFile(reply, file);
      }),
    );
  }

  /** Admits the caller, then does the work with the request and the team on every log line. */
  async #serve<R>(
    endpoint: AnyEndpoint,
    request: FastifyRequest,
    reply: FastifyReply,
    work: (actor: Actor, client: Client, within: Admission | null) => Promise<R>,
  ): Promise<R> {
    this.options.requireModule(endpoint.module);
    const client = clientOf(request, reply, this.options.isHttps ?? false);
    const { access } = endpoint;
    const actor = access === 'public' ? nobody : await this.options.authenticate(request, client);
    if (access !== 'public') await this.options.rates?.limitActor(reply, actor);
    if (access !== 'public' && access !== 'signed-in') {
      const { userId, teamId, permissions } = actor;
      if (!permissions.includes(access)) {
        request.log.warn({ route: endpoint.path, access, userId, teamId }, 'request not allowed');
      }
      requirePermission(actor, access);
    }
    const within = actor.reach ? await this.#reach.enter(endpoint, actor, actor.reach) : null;
    return withLogContext({ requestId: request.id, teamId: actor.teamId }, () => {
      refuseUnknownParameters(queryParametersOf(endpoint), request.query);
      const done = work(actor, client, within);
      return within ? done.catch(asOutside) : done;
    });
  }

  async #recordExport(
    { path }: AnyEndpoint,
    actor: Actor,
    { params, query }: { params: unknown; query: unknown },
  ): Promise<void> {
    const { maskText = String } = this.options;
    const named = Object.entries((params ?? {}) as Record<string, unknown>);
    const subject = named.reduce<string>(
      (text, [name, id]) => text.replace(`:${name}`, String(id)),
      path,
    );
    const details = maskedTexts((query ?? {}) as Record<string, unknown>, maskText);
    await this.options.recordExport?.(actor, maskText(subject), details);
  }

  /** Whether the caller of an open stream would be admitted again, to the same team. */
  async #isStillAllowed(
    { access }: AnyEndpoint,
    request: FastifyRequest,
    client: Client,
    { teamId }: Actor,
  ): Promise<boolean> {
    if (access === 'public') return true;
    try {
      const actor = await this.options.authenticate(request, { ...client, isWatching: true });
      if (access !== 'signed-in') requirePermission(actor, access);
      return actor.teamId === teamId;
    } catch (error) {
      // While the store is away nobody can say, and nothing is read from it either.
      return !(error instanceof UnauthenticatedError || error instanceof ForbiddenError);
    }
  }

  async #upload(request: FastifyRequest, reply: FastifyReply): Promise<Upload> {
    if (!request.isMultipart()) {
      throw new InvalidInputError('send the file as multipart/form-data in the field “file”');
    }
    const limits = { fileSize: this.options.maxUploadBytes, files: 1 };
    const part = await request.file({ limits, throwFileSizeLimit: false }).catch(rejectForm);
    if (!part) throw new InvalidInputError('there is no file in the field “file”');
    const { maxUploadBytes } = this.options;
    return {
      fileName: (this.options.maskFileName ?? String)(displayName(part.filename)),
      stream: Readable.from(contentOf(part.file, maxUploadBytes), { objectMode: false }),
      isTruncated: () => part.file.truncated,
      signal: whileConnected(reply),
    };
  }
}

function whileConnected({ raw }: FastifyReply): AbortSignal {
  const leaving = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) leaving.abort();
  });
  return leaving.signal;
}

/** A form that its parser rejects is the caller's mistake; Fastify's own errors have their status. */
function rejectForm(error: unknown): never {
  throw error instanceof Error && 'statusCode' in error ? error : asUnreadable(error, 'form');
}

async function* contentOf(file: Readable & { truncated: boolean }, limit: number) {
  try {
    yield* file;
  } catch (error) {
    rejectForm(error);
  }
  if (!file.truncated) return;
  const message = `the file is larger than the ${limit.toLocaleString('en-US')} bytes that this server accepts (MAX_UPLOAD_BYTES)`;
  throw new AppError(413, 'too_large', message);
}

/** A name for display, never a path: without folders, control characters and bidirectional marks. */
function displayName(given: string | undefined): string {
  const name = (given ?? '').replace(/^.*[/\\]/s, '').replace(/[\p{Cc}\p{Cf}]/gu, '');
  return [...name].slice(-250).join('').replace(/^\.+$/, '').trim() || 'report';
}

/** The body without the secrets in its texts. */
function withMaskedTexts(
  body: unknown,
  mask: (text: string) => string,
  { unmasked = [] }: AnyEndpoint,
): unknown {
  const masked = maskedTexts(body, mask);
  const kept = Object.entries(body ?? {}).filter(([name]) => unmasked.includes(name));
  return kept.length === 0 ? masked : { ...(masked as object), ...Object.fromEntries(kept) };
}

/** Sends only fields that the contract declares; a result that does not match it is a bug. */
function send(reply: FastifyReply, endpoint: AnyEndpoint, result: unknown): FastifyReply {
  reply.status(endpoint.status ?? 200).header('cache-control', 'no-store');
  const sent = endpoint.result.parse(result);
  return endpoint.tagged ? sendTagged(reply, sent) : reply.send(sent);
}
