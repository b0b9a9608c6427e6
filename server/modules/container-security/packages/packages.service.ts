import { createHash } from 'node:crypto';
import type {
  CycloneDx,
  ImageDetails,
  ImagePackage,
} from '../../../../contract/container-security.js';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import {
  type FollowedScan,
  hasResults,
  isNewer,
  type ScanImports,
} from '../../orchestration/index.js';
import type { ImagesRepository } from '../images/images.repository.js';
import type { StoredImage } from '../images/stored-image.js';
import { buildSbom } from './build-sbom.js';
import { type ImageReport, imageReport, wholeReport } from './image-report.read.js';
import type { PackagesRepository } from './packages.repository.js';

export interface PackagesDeps {
  packages: PackagesRepository;
  images: ImagesRepository;
  imports: Pick<ScanImports, 'of'>;
  rawReports: Pick<BlobStore, 'has' | 'open'>;
  platform: Pick<Platform, 'log' | 'parsing'>;
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
    const scannedAt = scan.finishedAt ?? scan.createdAt;
    if (!isNewest(image, scannedAt)) return null;
    const [first] = await this.deps.imports.of(scope, scan.id);
    if (!first || first.sha256 === null) return null;
    const report = await this.read(first.sha256);
    if (report) return this.#replace(scope, image, report, { scanId: scan.id, scannedAt });
    this.deps.platform.log.info(
      { imageId: image.id, scanId: scan.id },
      'report has no image metadata',
    );
    return null;
  }

  /**
   * The same for an imported report. Null also for one without a list of packages, which Trivy leaves out on
   * request: that says nothing of the packages.
   */
  async takeImport(
    scope: TeamScope,
    image: StoredImage,
    { report, importId, at }: { report: ImageReport; importId: string; at: string },
  ): Promise<StoredImage['details']> {
    const { createdAt, packages } = report;
    const scannedAt = createdAt !== null && createdAt < at ? createdAt : at;
    if (packages.length === 0 || !isNewest(image, scannedAt)) return null;
    return this.#replace(scope, image, report, { scanId: null, importId, scannedAt });
  }

  /** Null when the stored report is gone, too large or not of an image. */
  async read(sha256: string): Promise<ImageReport | null> {
    const { rawReports, platform } = this.deps;
    if (!(await rawReports.has(sha256))) return null;
    const bytes = await wholeReport(rawReports.open(sha256));
    if (bytes === null) return null;
    try {
      return await platform.parsing.run(imageReport, bytes, { fileName: sha256 });
    } catch (err) {
      if (!(err instanceof InvalidInputError)) throw err;
      platform.log.warn({ err, sha256 }, 'packages of report not read');
      return null;
    }
  }

  async #replace(
    scope: TeamScope,
    image: StoredImage,
    report: ImageReport,
    from: Pick<ImageDetails, 'scanId' | 'importId' | 'scannedAt'>,
  ): Promise<ImageDetails> {
    const source = from.scanId ?? from.importId ?? '';
    const found = report.packages.map((item) => ({
      ...item,
      id: idOf(image.id, item),
      teamId: scope.teamId,
      imageId: image.id,
      scanId: source,
      searchText: `${item.name}\n${item.purl}`.toLowerCase(),
    }));
    await this.deps.packages.replace(scope, { imageId: image.id, scanId: source }, found);
    return { ...report.details, ...from };
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

/** Whether an image's details are not of a later moment. */
function isNewest({ details }: StoredImage, scannedAt: string): boolean {
  return details === null || details.scannedAt < scannedAt;
}

function idOf(
  imageId: string,
  { type, name, version, path }: Pick<ImagePackage, 'type' | 'name' | 'version' | 'path'>,
): string {
  const parts = JSON.stringify([imageId, type, name, version, path]);
  return `pkg_${createHash('sha256').update(parts).digest('hex').slice(0, 32)}`;
}
