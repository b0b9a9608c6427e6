import type { HttpApi } from './platform/http/http-api.js';
import type { ServiceContainer } from './service-container.js';

/**
 * Adds every module's routes behind a guard: a module that did not start, or whose routes cannot be
 * added, is disabled with its reason and returns 503 under its prefixes; the others work.
 */
export function registerAllRoutes(http: HttpApi, container: ServiceContainer): void {
  for (const { definition, module } of container.available) {
    // An earlier module may have disabled it meanwhile.
    if (!container.available.some((other) => other.module === module)) continue;
    try {
      module.addRoutes(http);
    } catch (error) {
      container.disable(definition.name, error);
    }
  }
}
