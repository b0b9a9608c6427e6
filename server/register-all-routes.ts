import type { HttpApi } from './platform/http/http-api.js';
import type { ServiceContainer } from './service-container.js';

/**
 * Mounts every module's routes behind a guard: a module that did not start, or whose routes cannot be
 * added, is set aside with its reason and answers 503 under its prefixes; the rest serves.
 */
export function registerAllRoutes(http: HttpApi, container: ServiceContainer): void {
  for (const { definition, module } of container.available) {
    // Those before it may have taken it out of service meanwhile.
    if (!container.available.some((other) => other.module === module)) continue;
    try {
      module.addRoutes(http);
    } catch (error) {
      container.setAside(definition.name, error);
    }
  }
}
