import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { Compliance } from '../compliance/index.js';

export function createDrift(_platform: Platform, _compliance: Compliance) {
  return { addRoutes: (_http: HttpApi) => {} };
}
export type Drift = ReturnType<typeof createDrift>;
