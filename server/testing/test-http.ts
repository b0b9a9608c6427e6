import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { endpoint, PERMISSIONS, type Permission } from '../../contract/endpoint.js';
import { createNewId, systemClock } from '../platform/clock.js';
import { HttpApi, type HttpApiOptions } from '../platform/http/http-api.js';
import { createHttpServer, type HttpServerParts } from '../platform/http/http-server.js';
import { WritesInFlight } from '../platform/http/writes-in-flight.js';
import { setupStructuredLogging } from '../platform/log/structured-logging.js';
import type { Metrics } from '../platform/metrics/metrics.js';
import { PrometheusMetrics } from '../platform/metrics/prometheus-metrics.js';
import { anActor } from './test-core.js';

export interface TestHttp {
  server: FastifyInstance;
  http: HttpApi;
  metrics: Metrics;
  writes: WritesInFlight;
  /** The log lines, one JSON document each. */
  logged: string[];
}

/** The HTTP stack alone, for a test's own endpoints. */
export async function createTestHttp(
  overrides: Partial<HttpServerParts & HttpApiOptions> & { permissions?: Permission[] } = {},
): Promise<TestHttp> {
  const logged: string[] = [];
  const log = setupStructuredLogging(
    { logLevel: 'info' },
    { write: (line) => void logged.push(line) },
  );
  const metrics = new PrometheusMetrics();
  const writes = new WritesInFlight();
  const server = await createHttpServer({
    log,
    metrics,
    writes,
    newId: createNewId(systemClock),
    webRoot: null,
    unavailableAt: () => null,
    ...overrides,
  });
  const http = new HttpApi(server, {
    authenticate: () => anActor('a', overrides.permissions ?? PERMISSIONS),
    requireModule: () => {},
    maxUploadBytes: 1_000,
    ...overrides,
  });
  return { server, http, metrics, writes, logged };
}

/** A small endpoint for tests: `POST /api/things/:size?limit=&mode=`. */
export const postThing = endpoint({
  method: 'POST',
  path: '/api/things/:size',
  module: 'platform',
  access: 'team:read',
  summary: 'Make a thing',
  params: z.object({ size: z.coerce.number().int().min(1) }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(10).default(5) }),
  body: z.object({ name: z.string().min(2), tags: z.array(z.object({ label: z.string() })) }),
  result: z.object({ name: z.string() }),
  status: 201,
});
export const getThings = endpoint({
  method: 'GET',
  path: '/api/things',
  module: 'platform',
  access: 'team:read',
  summary: 'Things',
  result: z.object({ text: z.string() }),
});
export const uploadThing = endpoint({
  method: 'POST',
  path: '/api/uploads',
  module: 'platform',
  access: 'imports:write',
  summary: 'Upload a thing',
  upload: true,
  result: z.object({ fileName: z.string(), bytes: z.number() }),
  status: 202,
});

/** A form with one file in it. */
export function fileForm(
  content: string | Uint8Array<ArrayBuffer>,
  name = 'report.json',
  field = 'file',
) {
  const form = new FormData();
  form.append(field, new Blob([content]), name);
  return form;
}
