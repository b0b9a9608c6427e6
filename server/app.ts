import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { packageRoot, version } from './package-root.js';
import { DEFAULT_TEAM, localOperator } from './platform/auth/actor.js';
import type { Config } from './platform/config/config.js';
import { HttpApi, type HttpApiOptions } from './platform/http/http-api.js';
import { openApiDocument } from './platform/http/openapi.js';
import { WritesInFlight } from './platform/http/writes-in-flight.js';
import { createPlatform, type Platform, type PlatformOverrides } from './platform/platform.js';
import { addPlatformRoutes } from './platform-routes.js';
import { registerAllRoutes } from './register-all-routes.js';
import { MODULES, type ModuleDefinition, ServiceContainer } from './service-container.js';

export interface AppOverrides extends PlatformOverrides {
  modules?: readonly ModuleDefinition[];
  authenticate?: HttpApiOptions['authenticate'];
}

/** The product without HTTP: what the CLI's commands work with. */
export interface Core {
  platform: Platform;
  container: ServiceContainer;
  /** Ends what was begun and closes every connection. */
  close(): Promise<void>;
}

export async function startCore(config: Config, overrides: AppOverrides = {}): Promise<Core> {
  const platform = createPlatform(config, overrides);
  const container = new ServiceContainer(platform, overrides.modules ?? MODULES);
  try {
    await container.start();
    await platform.teams.ensure({ ...DEFAULT_TEAM, createdAt: platform.clock.now().toISOString() });
  } catch (error) {
    await platform.databases.close();
    throw error;
  }
  return {
    platform,
    container,
    close: async () => {
      await container.stop();
      await platform.databases.close();
    },
  };
}

/** The product behind HTTP, not yet listening. */
export interface App extends Core {
  server: FastifyInstance;
  http: HttpApi;
}

export async function startApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const [core, [{ createHttpServer }, { addDocsPage }]] = await Promise.all([
    startCore(config, overrides),
    loadHttp(),
  ]);
  const { platform, container } = core;
  const writes = new WritesInFlight();
  const server = await createHttpServer({
    log: platform.log,
    metrics: platform.metrics,
    newId: platform.newId,
    writes,
    webRoot: join(packageRoot, 'dist', 'web'),
    unavailableAt: (path) => container.unavailableAt(path),
  });
  const http = new HttpApi(server, {
    authenticate: overrides.authenticate ?? (() => localOperator),
    maxUploadBytes: config.maxUploadBytes,
    requireModule: (name) => {
      if (name !== 'platform') container.get(name);
    },
  });
  addPlatformRoutes(http, platform, container, () => writes.isEnding);
  registerAllRoutes(http, container);
  await addDocsPage(server, openApiDocument(http.endpoints, version));
  return {
    ...core,
    server,
    http,
    // Readers are answered while what was begun comes to its end; readiness says no meanwhile.
    close: async () => {
      await writes.end();
      await container.stop();
      await server.close();
      await core.close();
    },
  };
}

/**
 * Fastify and its plugins take a third of the start and some 40 MB: commands that serve nothing do without,
 * and a server loads them while the database threads prepare the collections.
 */
function loadHttp() {
  return Promise.all([
    import('./platform/http/http-server.js'),
    import('./platform/http/docs-page.js'),
  ]);
}
