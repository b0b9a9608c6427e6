import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import {
  followImports,
  Inventory,
  type Orchestration,
  ScanImports,
} from '../orchestration/index.js';
import type { SecurityScans } from '../security-scans/index.js';
import { addContainerSecurityRoutes } from './container-security.routes.js';
import { ContainerSecurityService, IMAGE } from './images/container-security.service.js';
import { ImageFindings } from './images/image-findings.js';
import { ImagesRepository } from './images/images.repository.js';
import { PackagesRepository } from './packages/packages.repository.js';
import { PackagesService } from './packages/packages.service.js';

/** What this module uses of the modules before it. */
export interface ContainerSecurityParts {
  securityScans: {
    findings: Pick<SecurityScans['findings'], 'openByAccount' | 'list'>;
    imports: Pick<SecurityScans['imports'], 'get'>;
  };
  orchestration: {
    scans: Pick<Orchestration['scans'], 'start' | 'get' | 'list'>;
    followScans: Orchestration['followScans'];
  };
}

/** Container images, the results of their scans, and their packages. */
export function createContainerSecurity(platform: Platform, parts: ContainerSecurityParts) {
  const { repositories, blobs, audit, clock, newId, events } = platform;
  const { findings: allFindings, imports } = parts.securityScans;
  const { scans, followScans } = parts.orchestration;
  const repository = repositories.create(ImagesRepository);
  const findings = new ImageFindings({ images: repository, findings: allFindings });
  const packages = new PackagesService({
    packages: repositories.create(PackagesRepository),
    images: repository,
    imports: new ScanImports({ scans, imports }),
    rawReports: blobs.rawReports,
    platform,
  });
  const inventory = new Inventory({ items: repository, scans, audit, clock }, IMAGE);
  const images = new ContainerSecurityService({
    ...{ inventory, images: repository, findings, packages, clock, newId },
  });
  const follower = followScans({
    owner: 'container-security',
    title: 'Update images after scans that ended in other processes',
    kinds: ['image'],
    take: (scope, scan) => images.take(scope, scan),
  });
  followImports(events, (scope, report) => images.takeImport(scope, report));
  return {
    images,
    packages,
    follower,
    addRoutes: (http: HttpApi) => addContainerSecurityRoutes(http, { images, packages }),
    start: () => follower.start(),
    catchUp: () => follower.catchUp(),
  };
}
export type ContainerSecurity = ReturnType<typeof createContainerSecurity>;
