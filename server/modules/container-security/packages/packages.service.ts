import { createHash } from 'node:crypto';
import type { CycloneDx, ImagePackage } from '../../../../contract/container-security.js';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import {
  type FollowedScan,
  hasResults,
  isNewer,
  type ScanImports,
} from '../../orchestration/index.js';
import type { ImagesRepository } from '../images/images.repository.js';
import type { StoredImage } from '../images/stored-image.js';
import { buildSbom } from './build-sbom.js';
import { readImageReport } from './image-report.read.js';
import type { PackagesRepository } from './packages.repository.js';

export interface PackagesDeps {
  packages: PackagesRepository;
  images: ImagesRepository;
  imports: Pick<ScanImports, 'of'>;
  rawReports: Pick<BlobStore, 'has' | 'open'>;
  log: Logger;
}

/** The packages in images, from the masked reports of their scans. */
export class PackagesService {
  constructor(private readonly deps: PackagesDeps) {}

  /** Stores the packages that a scan reports; returns the image's details. Null when the scan is not newer or reports none. */
  async takeScan(
    scope: TeamScope,
    image: StoredImage,
    scan: FollowedScan,
  ): Promise<StoredImage['details']> {
    if (!hasResults(scan) || !isNewer(image, scan)) return null;
    const [first] = await this.deps.imports.of(scope, scan.id);
    if (!first || first.sha256 === null) return null;
    const scannedAt = scan.finishedAt ?? scan.createdAt;
    return this.#replace(scope, image, { scanId: scan.id, scannedAt, sha256: first.sha256 });
  }

  async #replace(
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
    const found = report.packages.map((item) => ({
      ...item,
      id: idOf(image.id, item),
      teamId: scope.teamId,
      imageId: image.id,
      scanId,
      searchText: `${item.name}\n${item.purl}`.toLowerCase(),
    }));
    await packages.replace(scope, { imageId: image.id, scanId }, found);
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
      throw new ConflictError('the packages of the image are unknown: scan it first', { imageId });
    }
    return buildSbom(image, image.details, await packages.ofImage(scope, imageId));
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
