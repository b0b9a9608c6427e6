import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import { type Orchestration, ScanFollower } from '../orchestration/index.js';
import type { SecurityScans } from '../security-scans/index.js';
import { addContainerSecurityRoutes } from './container-security.routes.js';
import { ContainerSecurityService } from './images/container-security.service.js';
import { ImageFindings } from './images/image-findings.js';
import { ImagesRepository } from './images/images.repository.js';
import { PackagesRepository } from './packages/packages.repository.js';
import { PackagesService } from './packages/packages.service.js';

export interface ContainerSecurityParts {
  securityScans: Pick<SecurityScans, 'findings' | 'imports'>;
  orchestration: Pick<Orchestration, 'scans'>;
}

/** Container images, what scans told of them, and what is in them. */
export function createContainerSecurity(platform: Platform, parts: ContainerSecurityParts) {
  const { repositories, rawReports, audit, clock, newId, log } = platform;
  const { findings: allFindings, imports } = parts.securityScans;
  const { scans } = parts.orchestration;
  const repository = repositories.create(ImagesRepository);
  const findings = new ImageFindings({ images: repository, findings: allFindings });
  const packages = new PackagesService({
    packages: repositories.create(PackagesRepository),
    images: repository,
    rawReports,
    log,
  });
  const images = new ContainerSecurityService({
    ...{ images: repository, findings, packages, scans, imports, audit, clock, newId },
  });
  const follower = new ScanFollower({ ...platform, scans }, ['image'], (scope, scan) =>
    images.take(scope, scan),
  );
  return {
    images,
    packages,
    follower,
    addRoutes: (http: HttpApi) => addContainerSecurityRoutes(http, { images, packages }),
    start: () => follower.start(),
    stop: async () => follower.stop(),
  };
}
export type ContainerSecurity = ReturnType<typeof createContainerSecurity>;
