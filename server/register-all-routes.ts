import type { Routes } from './platform/http/http-api.js';
import type { ServiceContainer } from './service-container.js';

/**
 * Adds the routes of every module that was built. While the module is unavailable, its routes and all paths under its
 * prefixes return 503 with the reason; the others work.
 */
export function registerAllRoutes(http: Routes, container: ServiceContainer): void {
  for (const { definition, module } of container.built) {
    // An earlier module may have disabled it meanwhile.
    if (!container.built.some((other) => other.module === module)) continue;
    try {
      module.addRoutes(http);
    } catch (error) {
      container.disable(definition.name, error);
    }
  }
}
