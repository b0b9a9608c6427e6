import { createHash } from 'node:crypto';
import type { CycloneDx, ImagePackage } from '../../../../contract/container-security.js';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { ImagesRepository, StoredImage } from '../images/images.repository.js';
import { readImageReport } from './image-report.read.js';
import type { PackagesRepository } from './packages.repository.js';
import { sbomOf } from './sbom.js';

export interface PackagesDeps {
  packages: PackagesRepository;
  images: ImagesRepository;
  rawReports: Pick<BlobStore, 'has' | 'open'>;
  log: Logger;
}

/** What is in images: told by the reports of their scans, which are kept masked. */
export class PackagesService {
  constructor(private readonly deps: PackagesDeps) {}

  /** Replaces what is known of an image by what this report says; null when it says nothing of it. */
  async take(
    scope: TeamScope,
    image: StoredImage,
    scan: { scanId: string; scannedAt: string; sha256: string },
  ): Promise<StoredImage['details']> {
    const { packages, rawReports, log } = this.deps;
    const { scanId, scannedAt, sha256 } = scan;
    const report = (await rawReports.has(sha256))
      ? await readImageReport(rawReports.open(sha256))
      : null;
    if (!report) {
      log.info({ imageId: image.id, scanId }, 'report has no image metadata');
      return null;
    }
    const its = report.packages.map((item) => ({
      ...item,
      id: idOf(image.id, item),
      teamId: scope.teamId,
      imageId: image.id,
      scanId,
      searchText: `${item.name}\n${item.purl}`.toLowerCase(),
    }));
    await packages.replace(scope, { imageId: image.id, scanId }, its);
    return { ...report.details, scanId, scannedAt };
  }

  async list(
    scope: TeamScope,
    filter: { q?: string; imageId?: string },
    limit: number,
    cursor?: string,
  ): Promise<Page<ImagePackage>> {
    const { packages, images } = this.deps;
    const page = await packages.page(scope, filter, limit, cursor);
    const ids = [...new Set(page.items.map(({ imageId }) => imageId))];
    const known = new Map((await images.getMany(scope, ids)).map((image) => [image.id, image]));
    const items = page.items.map((item) => ({
      ...item,
      image: known.get(item.imageId)?.reference ?? '',
    }));
    return { ...page, items };
  }

  async sbom(scope: TeamScope, imageId: string): Promise<CycloneDx> {
    const { packages, images } = this.deps;
    const image = await images.get(scope, imageId);
    if (!image) throw new NotFoundError('no such image', { imageId });
    if (!image.details) {
      throw new ConflictError('no scan has told yet what is in the image: scan it', { imageId });
    }
    return sbomOf(image, image.details, await packages.ofImage(scope, imageId));
  }

  async forget(scope: TeamScope, imageId: string): Promise<void> {
    await this.deps.packages.removeOf(scope, imageId);
  }
}

function idOf(
  imageId: string,
  { type, name, version, path }: Pick<ImagePackage, 'type' | 'name' | 'version' | 'path'>,
): string {
  const parts = JSON.stringify([imageId, type, name, version, path]);
  return `pkg_${createHash('sha256').update(parts).digest('hex').slice(0, 32)}`;
}
