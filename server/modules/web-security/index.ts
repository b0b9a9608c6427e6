import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import { type Orchestration, ScanFollower } from '../orchestration/index.js';
import type { SecurityScans } from '../security-scans/index.js';
import { TargetFindings } from './targets/target-findings.js';
import { TargetsRepository } from './targets/targets.repository.js';
import { WebSecurityService } from './targets/web-security.service.js';
import { addWebSecurityRoutes } from './web-security.routes.js';

export interface WebSecurityParts {
  securityScans: Pick<SecurityScans, 'findings' | 'imports'>;
  orchestration: Pick<Orchestration, 'scans' | 'ownTargets'>;
}

/** Web sites and networks that are scanned. */
export function createWebSecurity(platform: Platform, parts: WebSecurityParts) {
  const { repositories, audit, clock, newId } = platform;
  const { findings: allFindings, imports } = parts.securityScans;
  const { scans, ownTargets } = parts.orchestration;
  const findings = new TargetFindings({ findings: allFindings, ownTargets });
  const targets = new WebSecurityService({
    targets: repositories.create(TargetsRepository),
    ...{ findings, scans, imports, audit, clock, newId },
  });
  const follower = new ScanFollower({ ...platform, scans }, ['web', 'network'], (scope, scan) =>
    targets.take(scope, scan),
  );
  return {
    targets,
    follower,
    addRoutes: (http: HttpApi) => addWebSecurityRoutes(http, targets),
    start: () => follower.start(),
    stop: async () => follower.stop(),
  };
}
export type WebSecurity = ReturnType<typeof createWebSecurity>;
