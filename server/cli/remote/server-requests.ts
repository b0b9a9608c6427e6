import { setTimeout as sleep } from 'node:timers/promises';
import { getHealth } from '../../../contract/platform.js';
import { Problem } from '../../../contract/problem.js';
import { version } from '../../package-root.js';
import * as errors from '../../platform/errors.js';
import type { ChosenServer } from './chosen-server.js';

const MAX_TRIES = 5;
const MAX_PAUSE_MS = 60_000;

export interface Sent {
  method: string;
  /** Below the server’s address, with its query. */
  path: string;
  headers?: Record<string, string>;
  /** Called once per attempt: a stream is read once. */
  body?: () => string | AsyncIterable<Uint8Array>;
  /** It may be sent again when nobody knows whether the server got it. */
  isRepeatable?: boolean;
  signal?: AbortSignal;
}

/** Requests to one server, with its key; every failure is an AppError that says what to do. */
export class ServerRequests {
  constructor(private readonly server: ChosenServer) {}

  get url(): string {
    return this.server.url;
  }

  /** The response, once it is a success. Waits and repeats while the server is busy or restarts. */
  async send(sent: Sent): Promise<Response> {
    const isRepeatable = sent.isRepeatable ?? sent.method === 'GET';
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#once(sent).catch((error: unknown) => error as Error);
      const isOk = response instanceof Response && response.ok;
      if (isOk) return response;
      const pause = pauseAfter(response, attempt);
      if (!isRepeatable || pause === null || attempt >= MAX_TRIES || sent.signal?.aborted) {
        throw response instanceof Response ? await this.#problemOf(response, sent) : response;
      }
      if (response instanceof Response) await response.body?.cancel();
      await sleep(pause, undefined, { signal: sent.signal });
    }
  }

  async #once({ method, path, headers, body, signal }: Sent): Promise<Response> {
    const { key } = this.server;
    // Node's fetch sends a stream only with this, which its types lack.
    const streamed = { duplex: 'half' } as object;
    try {
      return await fetch(`${this.url}${path}`, {
        method,
        signal,
        ...streamed,
        // A key is never sent to where a redirect points.
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          'user-agent': `cspm/${version}`,
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
        body: body?.() as RequestInit['body'],
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): errors.AppError {
    const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
    const code = cause?.code ?? '';
    const reason = cause?.message || (error instanceof Error ? error.message : String(error));
    const isTls = /CERT|SSL|TLS|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code);
    const message = isTls
      ? `the certificate of ${this.url} is not accepted: ${reason}; NODE_EXTRA_CA_CERTS=<file> adds your own authority`
      : `no server answers at ${this.url}: ${reason}`;
    return new errors.UnavailableError(message, { tls: isTls }, { cause: error });
  }

  async #problemOf(response: Response, sent: Sent): Promise<errors.AppError> {
    const { status } = response;
    const text = await response.text();
    const problem = Problem.safeParse(jsonOf(text));
    if (status >= 300 && status < 400) {
      const to = response.headers.get('location') ?? 'elsewhere';
      return new errors.InvalidInputError(`${this.url} redirects to ${to}: give that address`);
    }
    if (!problem.success) {
      const message = `${this.url} is no OffloadSecurity server: it answered ${status} to ${sent.path}`;
      return new errors.UnavailableError(message);
    }
    const { detail, code, errors: fields } = problem.data;
    const isUnknownRoute = /^no route for | is not possible at /.test(detail);
    if ((status === 404 || status === 405) && isUnknownRoute) {
      const theirs = await this.#version();
      const message = `the server at ${this.url} is version ${theirs} and does not know this yet; cspm is ${version}: update the server`;
      return new errors.UnavailableError(message);
    }
    return errorOf(status, code, this.#explained(status, detail), fields ? { errors: fields } : {});
  }

  #explained(status: number, detail: string): string {
    const { key, by } = this.server;
    if (status === 401 && key === null) {
      return `no key for ${this.url}: run cspm login --server ${this.url}, or set CSPM_API_KEY`;
    }
    if (status === 401) {
      const hint = `run cspm login --server ${this.url}, or set CSPM_API_KEY`;
      return `${this.url} refuses the key (${detail}): ${hint}`;
    }
    const needed = /this needs the permission (\S+)/.exec(detail)?.[1];
    if (status === 403 && needed) {
      const whose = by === 'login' ? 'the key of cspm login' : 'the API key';
      return `${whose} lacks the permission ${needed.replace(/[:,.]$/, '')}: create a key with it at ${this.url}`;
    }
    return detail;
  }

  async #version(): Promise<string> {
    const response = await this.#once({ method: 'GET', path: getHealth.path }).catch(() => null);
    const found = getHealth.result.safeParse(jsonOf((await response?.text()) ?? ''));
    return found.success ? found.data.version : 'unknown';
  }
}

/** How long to wait before another attempt; null when it would not help. */
function pauseAfter(failure: Response | Error, attempt: number): number | null {
  const grows = Math.min(500 * 2 ** (attempt - 1), MAX_PAUSE_MS);
  if (failure instanceof errors.AppError) return failure.details.tls === true ? null : grows;
  if (!(failure instanceof Response)) return null;
  if (failure.status !== 429 && failure.status !== 502 && failure.status !== 503) return null;
  const asked = Number(failure.headers.get('retry-after') ?? 0) * 1_000;
  return Math.min(Math.max(asked, grows), MAX_PAUSE_MS);
}

function errorOf(
  status: number,
  code: string,
  message: string,
  details: Record<string, unknown>,
): errors.AppError {
  switch (status) {
    case 401:
      return new errors.UnauthenticatedError(message, details);
    case 403:
      return new errors.ForbiddenError(message, details);
    case 404:
      return new errors.NotFoundError(message, details);
    case 409:
      return new errors.ConflictError(message, details);
    case 422:
      return new errors.InvalidInputError(message, details);
    default:
      return new errors.AppError(status, code, message, details);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
