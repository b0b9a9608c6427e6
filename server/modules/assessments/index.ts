import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { Compliance } from '../compliance/index.js';

export function createAssessments(_platform: Platform, _compliance: Compliance) {
  return { addRoutes: (_http: HttpApi) => {} };
}
export type Assessments = ReturnType<typeof createAssessments>;
