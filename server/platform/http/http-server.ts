import { existsSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import serveFiles from '@fastify/static';
import {
  errorCodes,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import type { NewId } from '../clock.js';
import type { Secret } from '../config/secret.js';
import type { Logger } from '../log/structured-logging.js';
import type { Metrics } from '../metrics/metrics.js';
import { refuseForeignSites } from './foreign-sites.js';
import { MetricsAccess } from './metrics-access.js';
import { answerProblem, problemOf, sendProblem } from './problems.js';
import { RequestRates } from './request-rates.js';
import { methodsOf } from './route-methods.js';
import { endSlowBodies } from './slow-bodies.js';
import { webPage } from './web-page.js';
import type { WritesInFlight } from './writes-in-flight.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a form as its body. */
    takesForm?: boolean;
  }
}

export interface HttpServerParts {
  log: Logger;
  metrics: Metrics;
  newId: NewId;
  writes: WritesInFlight;
  /** Address at which browsers reach the server, beside loopback. */
  publicUrl?: string | null;
  /** Proxies whose forwarding headers count. */
  trustedProxies?: readonly string[] | null;
  /** Left out: the default limits, counted in this process. */
  rates?: RequestRates;
  /** How long a body may take that is no upload. */
  maxBodyMs?: number;
  /** For `/metrics` beyond loopback. */
  metricsToken?: Secret | null;
  /** Folder of the built web app; null: API only. */
  webRoot: string | null;
  /** Why the module of a path is unavailable; null when no module has the path. */
  unavailableAt: (path: string) => string | null;
  /** Masks secrets in the details of problems. Left out: texts stay as they are. */
  maskText?: (text: string) => string;
}

const SAFE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Fastify with everything that routes share: ids, logs, metrics, headers, problems, the web app. */
export async function createHttpServer(parts: HttpServerParts): Promise<FastifyInstance> {
  const { log, metrics, newId, writes, maskText } = parts;
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    bodyLimit: 1024 * 1024,
    trustProxy: parts.trustedProxies ? [...parts.trustedProxies] : false,
    routerOptions: { maxParamLength: 1_000 },
    forceCloseConnections: 'idle',
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && SAFE_REQUEST_ID.test(given) ? given : newId('req');
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, newId('req')),
    // Errors before routing, such as a path that cannot be decoded.
    frameworkErrors: (error, request, reply) =>
      answerProblem(error, request, reply, metrics, maskText),
  });
  const methodsAt = methodsOf(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.setErrorHandler<unknown>((error, request, reply) =>
    answerProblem(error, request, reply, metrics, maskText),
  );
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: parts.publicUrl?.startsWith('https:') ?? false,
  });
  await app.register(compress, { threshold: 2_048 });
  await app.register(cookie);
  await app.register(multipart);

  await (parts.rates ?? new RequestRates()).limitAddresses(app);
  acceptEmptyBodies(app);
  endSlowBodies(app, parts.maxBodyMs);
  acceptForms(app);

  const metricsAccess = new MetricsAccess(parts);
  refuseForeignSites(app, parts.publicUrl ?? null, (request) => metricsAccess.hasToken(request));
  writes.watch(app);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.requestAnswered(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    request.log.debug(
      {
        method: request.method,
        route,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
      },
      'request finished',
    );
  });
  app.get('/metrics', async (request, reply) => {
    metricsAccess.require(request);
    return reply.type(metrics.contentType).send(await metrics.text());
  });
  await serveWeb(app, parts, methodsAt);
  return app;
}

const HEADER_TOO_LARGE = 'HPE_HEADER_OVERFLOW';
const TIMED_OUT = 'ERR_HTTP_REQUEST_TIMEOUT';

/** Answers a request that Node could not parse, and that no hook therefore sees. */
function answerBrokenRequest(
  { code }: Error & { code?: string },
  socket: Socket,
  id: string,
): void {
  if (!socket.writable || code === 'ECONNRESET') return;
  const [status, problem, detail] =
    code === HEADER_TOO_LARGE
      ? ([431, 'too_long', 'the address and headers are too long'] as const)
      : code === TIMED_OUT
        ? ([408, 'timeout', 'the request did not end in time'] as const)
        : ([400, 'bad_request', 'the request is not HTTP'] as const);
  const body = JSON.stringify(problemOf(status, problem, detail, id));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Many clients name a JSON type also where they send no body, such as in a DELETE. */
function acceptEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request, body: string, done) =>
      body.trim() === '' ? done(null, undefined) : parse(request, body, done),
  );
}

/** Only where an endpoint declares one: pages of other sites could send forms without asking. */
function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body: string, done) => {
      if (request.routeOptions.config.takesForm) {
        done(null, Object.fromEntries(new URLSearchParams(body)));
      } else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('a form'));
    },
  );
}

/** Serves the files of the web app; other page addresses return the app, which routes in the browser. */
async function serveWeb(
  app: FastifyInstance,
  { webRoot, unavailableAt }: HttpServerParts,
  methodsAt: (path: string) => string[],
): Promise<void> {
  const index = join(webRoot ?? '', 'index.html');
  const sendPage = webRoot !== null && existsSync(index) ? webPage(index) : null;
  if (webRoot !== null && sendPage) {
    for (const path of ['/', '/index.html']) app.get(path, (_, reply) => sendPage(reply));
    await app.register(serveFiles, {
      root: webRoot,
      index: false,
      cacheControl: false, // set below
      setHeaders: (reply, path) => {
        const hashed = path.startsWith(join(webRoot, 'assets'));
        reply.setHeader(
          'cache-control',
          hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    const isPage = request.method === 'GET' && !/^\/api([/?]|$)/.test(request.url);
    if (sendPage && isPage && (request.headers.accept ?? '').includes('text/html')) {
      return sendPage(reply);
    }
    const path = request.url.split('?')[0] ?? '';
    const unavailable = unavailableAt(path);
    if (unavailable) return sendProblem(reply, request, 503, 'unavailable', unavailable);
    const allowed = methodsAt(path);
    if (allowed.length === 0) {
      return sendProblem(
        reply,
        request,
        404,
        'not_found',
        `no route for ${request.method} ${path}`,
      );
    }
    const detail = `${request.method} is not possible at ${path}, but ${allowed.join(', ')}`;
    reply.header('allow', allowed.join(', '));
    return sendProblem(reply, request, 405, 'method_not_allowed', detail);
  };
  app.setNotFoundHandler(answer);
  // At once: a body that no route takes is not parsed, so that its mistakes do not hide this one.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return answer(request, reply);
  });
}
