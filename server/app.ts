import type { FastifyInstance } from 'fastify';
import { CatchUp } from './catch-up.js';
import { frameworkOfTeam } from './framework-of-team.js';
import { built, version } from './package-root.js';
import { DEFAULT_TEAM, localOperator } from './platform/auth/actor.js';
import type { Config } from './platform/config/config.js';
import { DataFolder } from './platform/data-folder/data-folder.js';
import { addDocsPage } from './platform/http/docs-page.js';
import { HttpApi, type HttpApiOptions } from './platform/http/http-api.js';
import { Idempotency } from './platform/http/idempotency.js';
import { openApiDocument } from './platform/http/openapi.js';
import type { RequestRates } from './platform/http/request-rates.js';
import { WritesInFlight } from './platform/http/writes-in-flight.js';
import { setupStructuredLogging } from './platform/log/structured-logging.js';
import { Parsing } from './platform/parsing/parsing.js';
import { createPlatform, type Platform, type PlatformOverrides } from './platform/platform.js';
import { addPlatformRoutes } from './platform-routes.js';
import { MODULES, type ModuleDefinition } from './product-modules.js';
import { registerAllRoutes } from './register-all-routes.js';
import { maskFileName } from './scanners/secrets/file-name.js';
import { maskSecrets } from './scanners/secrets/mask-secrets.js';
import { createScanning } from './scanning.js';
import { ServiceContainer } from './service-container.js';

/** What a process does: serve requests, run jobs, enqueue scheduled work, or all of it. */
export const ROLES = ['all', 'api', 'worker', 'scheduler'] as const;
export type Role = (typeof ROLES)[number];

export interface AppOverrides extends PlatformOverrides {
  /** Default: `api` for commands, `all` for a server. */
  role?: Role;
  modules?: readonly ModuleDefinition[];
  authenticate?: HttpApiOptions['authenticate'];
}

/** The product without HTTP, for CLI commands. */
export interface Core {
  platform: Platform;
  container: ServiceContainer;
  /** Stops all work and closes all connections. */
  close(): Promise<void>;
}

export async function startCore(config: Config, overrides: AppOverrides = {}): Promise<Core> {
  const role = overrides.role ?? 'api';
  const metrics = overrides.role ? await loadMetrics() : undefined;
  const log = overrides.log ?? setupStructuredLogging(config, undefined, maskSecrets);
  const parsing = parsingFor(overrides);
  const platform = createPlatform(config, { metrics, ...overrides, log, parsing });
  const scanning = await createScanning(platform, role === 'all' || role === 'worker');
  const container = new ServiceContainer(platform, scanning, overrides.modules ?? MODULES);
  const catchUp = new CatchUp(container, platform.log);
  const folder = new DataFolder(config.dataDir, platform.log);
  const close = async () => {
    await folder.end();
    await platform.clockWatch.end();
    await catchUp.end();
    await platform.storeWatch.end();
    await scanning.stop();
    await container.stop();
    platform.parsing.close();
    await platform.leases.close();
    await platform.blobViews.end();
    await platform.blobs.close();
    await platform.databases.close();
    await platform.workFolder.end();
  };
  try {
    await folder.restrict();
    await sweepLeftovers(platform);
    await container.start();
    await platform.teams.ensure({ ...DEFAULT_TEAM, createdAt: platform.clock.now().toISOString() });
    await scanning.start({ schedule: role === 'all' || role === 'scheduler' });
    if (!overrides.role) {
      await platform.clockWatch.lookAndRepair();
      await catchUp.team(localOperator);
    } else {
      platform.clockWatch.begin();
      platform.storeWatch.begin();
      platform.blobViews.begin(role);
      folder.restrictAll();
      catchUp.begin();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { platform, container, close };
}

/** A server parses in processes apart; a command, and uncompiled sources (tests), in their own. */
function parsingFor({ role, parsing }: AppOverrides): Parsing {
  const isApart = role !== undefined && !import.meta.url.endsWith('.ts');
  const entry = isApart ? built('server', 'parsers.js') : null;
  return parsing ?? new Parsing({ entry, maskText: maskSecrets });
}

async function sweepLeftovers({ workFolder, log }: Platform): Promise<void> {
  const folders = await workFolder.sweep();
  if (folders > 0) log.info({ folders }, 'temporary files of killed processes deleted');
}

/** Logs that a server or worker runs; returns a `close` that logs its stop. Commands are not logged. */
export function logProcess({ platform: { log }, container, close }: Core, role: Role) {
  const unavailable = container.health.filter(({ status }) => status === 'unavailable').length;
  const modules = container.health.length;
  log.info({ module: 'platform', role, version, modules, unavailable }, 'server started');
  return async () => {
    log.info({ module: 'platform', role }, 'server stopping');
    await close();
    log.info({ module: 'platform', role }, 'server stopped');
  };
}

/** The product behind HTTP, not yet listening. */
export interface App extends Core {
  server: FastifyInstance;
  http: HttpApi;
}

export async function startApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const { role = 'all' } = overrides;
  const [core, { createHttpServer }] = await Promise.all([
    startCore(config, { ...overrides, role }),
    loadHttp(),
  ]);
  const { platform, container } = core;
  const servesApi = role === 'all' || role === 'api';
  const writes = new WritesInFlight();
  const rates = await loadRates(platform);
  const server = await createHttpServer({
    log: platform.log,
    metrics: platform.metrics,
    newId: platform.newId,
    writes,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    metricsToken: config.metricsToken,
    rates,
    webRoot: servesApi ? built('web') : null,
    unavailableAt: (path) => container.unavailableAt(path),
    maskText: maskSecrets,
  });
  const http = new HttpApi(server, {
    authenticate:
      overrides.authenticate ??
      ((_request, client) => container.get('identity').authenticate(client)),
    rates,
    idempotency: new Idempotency({
      ...{ requests: platform.idempotentRequests, clock: platform.clock, maskText: maskSecrets },
    }),
    recordExport: (actor, subject, details) =>
      platform.audit.record(actor, 'file.exported', subject, details),
    isHttps: config.publicUrl?.startsWith('https:') ?? false,
    maxUploadBytes: config.maxUploadBytes,
    maskFileName,
    maskText: maskSecrets,
    controlsOf: async (team, id) => (await frameworkOfTeam(container, team, id)).controlIds,
    requireModule: (name) => {
      if (name !== 'platform') container.get(name);
    },
  });
  addPlatformRoutes(http, platform, container, () => writes.isEnding);
  if (servesApi) registerAllRoutes(http, container);
  addDocsPage(server, () => openApiDocument(http.endpoints, version));
  return {
    ...core,
    server,
    http,
    // Reads are served while running work finishes; readiness fails meanwhile.
    close: async () => {
      await writes.end();
      await container.scanning.stop();
      await container.stop();
      await server.close();
      await core.close();
    },
  };
}

/** Commands do not load the Prometheus client, since their metrics are never scraped. */
async function loadMetrics() {
  const { PrometheusMetrics } = await import('./platform/metrics/prometheus-metrics.js');
  return new PrometheusMetrics();
}

/** Shared by all processes through Redis, where there is one. */
async function loadRates({ config, log }: Platform): Promise<RequestRates> {
  const { redisUrl, redisPrefix: prefix, requestsPerMinute: perMinute } = config;
  const { RequestRates } = await import('./platform/http/request-rates.js');
  if (!redisUrl) return new RequestRates({ perMinute });
  const { RedisRateCounts } = await import('./platform/http/redis-rate-counts.js');
  const counts = new RedisRateCounts({ url: redisUrl.reveal(), prefix, log });
  return new RequestRates({ perMinute, counts });
}

/**
 * Fastify and its plugins take a third of the start and about 40 MB: commands do not load them, and a
 * server loads them while the database threads prepare the collections.
 */
function loadHttp() {
  return import('./platform/http/http-server.js');
}
