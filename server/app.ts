import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { packageRoot, version } from './package-root.js';
import { DEFAULT_TEAM, localOperator } from './platform/auth/actor.js';
import type { Config } from './platform/config/config.js';
import { addDocsPage } from './platform/http/docs-page.js';
import { HttpApi, type HttpApiOptions } from './platform/http/http-api.js';
import { createHttpServer } from './platform/http/http-server.js';
import { openApiDocument } from './platform/http/openapi.js';
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
  const core = await startCore(config, overrides);
  const { platform, container } = core;
  let stopping = false;
  const server = await createHttpServer({
    log: platform.log,
    metrics: platform.metrics,
    newId: platform.newId,
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
  addPlatformRoutes(http, platform, container, () => stopping);
  registerAllRoutes(http, container);
  await addDocsPage(server, openApiDocument(http.endpoints, version));
  return {
    ...core,
    server,
    http,
    close: async () => {
      stopping = true;
      await server.close();
      await core.close();
    },
  };
}
