import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyEndpoint } from '../../../contract/endpoint.js';
import { buildPackage, getPackage } from '../../../contract/evidence.js';
import { getScan } from '../../../contract/orchestration.js';
import {
  type AnyRequest,
  type RequestArgument,
  type RequestOf,
  type ResultOf,
  urlOf,
} from '../../../contract/request.js';
import { createImport, getImport, ReportImport } from '../../../contract/security-scans.js';
import { version } from '../../package-root.js';
import { UnavailableError } from '../../platform/errors.js';
import type { FileAnswer } from '../../platform/http/file-answer.js';
import { maskFileName } from '../../scanners/secrets/file-name.js';
import type { Api, ImportRequest, PackageRequest } from './api.js';
import type { ServerRequests } from './server-requests.js';

const POLL_MS = 1_000;
/** The first looks come sooner: most imports take a second. */
const FIRST_POLL_MS = 200;
export const IMPORT_MINUTES = 30;
const PACKAGE_MS = 60 * 60_000;
const RUNNING = ['queued', 'reading', 'applying'];

/** A server, used with an API key. */
export class RemoteApi implements Api {
  constructor(private readonly requests: ServerRequests) {}

  get server(): string {
    return this.requests.url;
  }

  async call<E extends AnyEndpoint>(
    endpoint: E,
    ...[request]: RequestArgument<RequestOf<E>>
  ): Promise<ResultOf<E>> {
    const { params, query, body }: AnyRequest = request ?? {};
    const response = await this.requests.send({
      method: endpoint.method,
      path: urlOf(endpoint.path, params, query),
      ...(body === undefined
        ? {}
        : {
            headers: { 'content-type': 'application/json' },
            body: () => JSON.stringify(body),
          }),
    });
    return this.#resultOf(endpoint, response);
  }

  async download<E extends AnyEndpoint>(
    endpoint: E,
    ...[request]: RequestArgument<RequestOf<E>>
  ): Promise<FileAnswer> {
    const { params, query }: AnyRequest = request ?? {};
    const path = urlOf(endpoint.path, params, query);
    const response = await this.requests.send({ method: 'GET', path, headers: { accept: '*/*' } });
    const { headers, body } = response;
    const named = /filename\*=UTF-8''([^;]+)/.exec(headers.get('content-disposition') ?? '')?.[1];
    const leftOut = headers.get('x-left-out');
    return {
      // A server must not choose the folder.
      fileName: basename(decodeURIComponent(named ?? 'download')),
      contentType: headers.get('content-type') ?? '',
      content: (body ?? []) as AsyncIterable<Uint8Array>,
      ...(leftOut === null ? {} : { leftOut: Number(leftOut) }),
    };
  }

  async importReport(path: string, request: ImportRequest): Promise<ReportImport> {
    const { target, coverage, onProgress, timeoutMs = IMPORT_MINUTES * 60_000 } = request;
    onProgress({ status: 'uploading', progress: 0 });
    const boundary = `cspm-${randomUUID()}`;
    const response = await this.requests.send({
      method: createImport.method,
      path: urlOf(createImport.path, {}, { target, coverage }),
      headers: {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        // So it may be sent again: the server imports it once.
        'idempotency-key': randomUUID(),
      },
      isRepeatable: true,
      body: () => formOf(path, boundary),
    });
    let item = await this.#resultOf(createImport, response);
    const until = Date.now() + timeoutMs;
    for (let pause = FIRST_POLL_MS; RUNNING.includes(item.status); pause = POLL_MS) {
      if (Date.now() >= until) {
        const minutes = Math.round(timeoutMs / 60_000);
        throw new UnavailableError(
          `the server has not imported it within ${minutes} minutes: cspm import show ${item.id} shows its progress`,
        );
      }
      onProgress(item);
      await sleep(pause);
      const { id: importId } = item;
      item = ReportImport.parse(await this.call(getImport, { params: { importId } }));
    }
    return item;
  }

  async buildPackage(request: PackageRequest) {
    let item = await this.call(buildPackage, { body: request });
    const until = Date.now() + PACKAGE_MS;
    while (item.state === 'queued' || item.state === 'building') {
      if (Date.now() >= until) throw new UnavailableError('the package is not ready after an hour');
      await sleep(POLL_MS);
      item = await this.call(getPackage, { params: { packageId: item.id } });
    }
    return item;
  }

  /** By asking every second: event streams do not pass every proxy. */
  async *watchScan(scanId: string, signal: AbortSignal) {
    while (!signal.aborted) {
      const scan = await this.call(getScan, { params: { scanId } });
      yield scan;
      if (scan.finishedAt !== null) return;
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async workers(): Promise<null> {
    return null;
  }

  /** The server has workers for that. */
  async runScans(): Promise<void> {}

  async #resultOf<E extends AnyEndpoint>(endpoint: E, response: Response): Promise<ResultOf<E>> {
    const found = endpoint.result.safeParse(await response.json().catch(() => undefined));
    if (found.success) return found.data as ResultOf<E>;
    throw new UnavailableError(
      `the answer of ${this.server} to ${endpoint.method} ${endpoint.path} is not as cspm ${version} knows it: use the version of the server`,
    );
  }
}

/** The file as the form that uploads expect, read while it is sent. */
async function* formOf(path: string, boundary: string): AsyncGenerator<Uint8Array> {
  const name = maskFileName(basename(path)).replace(/["\r\n]/g, '_');
  yield Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
  );
  yield* createReadStream(path);
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}
