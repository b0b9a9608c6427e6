import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import {
  followImports,
  Inventory,
  type Orchestration,
  ScanImports,
} from '../orchestration/index.js';
import type { SecurityScans } from '../security-scans/index.js';
import { ImportedTargets } from './targets/imported-targets.js';
import { TargetFindings } from './targets/target-findings.js';
import { TargetPorts } from './targets/target-ports.js';
import { TargetsRepository } from './targets/targets.repository.js';
import { TARGET, WebSecurityService } from './targets/web-security.service.js';
import { addWebSecurityRoutes } from './web-security.routes.js';

/** What this module uses of the modules before it. */
export interface WebSecurityParts {
  securityScans: {
    findings: Pick<SecurityScans['findings'], 'openByAccount'>;
    imports: Pick<SecurityScans['imports'], 'get'>;
    openPorts: Pick<SecurityScans['openPorts'], 'list'>;
  };
  orchestration: {
    scans: Pick<Orchestration['scans'], 'start' | 'get' | 'list'>;
    followScans: Orchestration['followScans'];
    ownTargets: Pick<Orchestration['ownTargets'], 'get'>;
  };
}

/** Web sites and networks that are scanned. */
export function createWebSecurity(platform: Platform, parts: WebSecurityParts) {
  const { repositories, audit, clock, newId, events, log } = platform;
  const { findings: allFindings, imports } = parts.securityScans;
  const { scans, ownTargets, followScans } = parts.orchestration;
  const repository = repositories.create(TargetsRepository);
  const inventory = new Inventory({ items: repository, scans, audit, clock }, TARGET);
  const targets = new WebSecurityService({
    inventory,
    targets: repository,
    findings: new TargetFindings({ findings: allFindings, ownTargets }),
    imports: new ScanImports({ scans, imports }),
    ...{ clock, newId },
  });
  const ports = new TargetPorts({ inventory, openPorts: parts.securityScans.openPorts });
  const imported = new ImportedTargets({ inventory, targets: repository, newId, log });
  followImports(events, (scope, report) => imported.take(scope, report));
  const follower = followScans({
    owner: 'web-security',
    title: 'Update sites and networks after scans that ended in other processes',
    kinds: ['web', 'network'],
    take: (scope, scan) => targets.take(scope, scan),
  });
  return {
    targets,
    follower,
    addRoutes: (http: HttpApi) => addWebSecurityRoutes(http, { targets, ports }),
    start: () => follower.start(),
    catchUp: () => follower.catchUp(),
  };
}
export type WebSecurity = ReturnType<typeof createWebSecurity>;
