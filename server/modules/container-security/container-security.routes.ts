import * as contract from '../../../contract/container-security.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { ContainerSecurityService } from './images/container-security.service.js';
import type { PackagesService } from './packages/packages.service.js';

export function addContainerSecurityRoutes(
  http: HttpApi,
  { images, packages }: { images: ContainerSecurityService; packages: PackagesService },
): void {
  http.add(contract.listImages, ({ actor, query: { limit, cursor, ...filter } }) =>
    images.list(actor, filter, limit, cursor),
  );
  http.add(contract.getImage, ({ actor, params }) => images.get(actor, params.imageId));
  http.add(contract.addImage, ({ actor, body }) => images.add(actor, body.reference));
  http.add(contract.scanImage, ({ actor, params }) => images.scan(actor, params.imageId));
  http.add(contract.deleteImage, ({ actor, params }) => images.delete(actor, params.imageId));
  http.add(contract.listRegistries, async ({ actor }) => ({
    items: await images.registries(actor),
  }));
  http.add(contract.listPackages, ({ actor, query: { limit, cursor, ...filter } }) =>
    packages.list(actor, filter, limit, cursor),
  );
  http.add(contract.getSbom, ({ actor, params }) => packages.sbom(actor, params.imageId));
}
