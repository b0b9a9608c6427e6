import { createHash } from 'node:crypto';
import type { ContainerImage } from '../../../../contract/container-security.js';
import type { PastScan } from '../../../../contract/inventory.js';
import type { ScanRun } from '../../../../contract/orchestration.js';
import type { Severity } from '../../../../contract/severity.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import { parseImageReference } from '../../../scanners/targets/index.js';
import {
  type FollowedScan,
  hasResults,
  isNews,
  noTrace,
  type Orchestration,
  pastScanOf,
  traceSteps,
} from '../../orchestration/index.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { PackagesService } from '../packages/packages.service.js';
import type { ImageFindings } from './image-findings.js';
import type { ImagesRepository, StoredImage } from './images.repository.js';

export interface ContainerSecurityDeps {
  images: ImagesRepository;
  findings: ImageFindings;
  packages: PackagesService;
  scans: Pick<Orchestration['scans'], 'start' | 'get' | 'list'>;
  imports: Pick<SecurityScans['imports'], 'get'>;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

export interface ImageListFilter {
  q?: string;
  registry?: string[];
  severity?: Severity[];
}

const HISTORY = 20;

/** The team's container images: added by people or by being scanned, and what scans told of them. */
export class ContainerSecurityService {
  constructor(private readonly deps: ContainerSecurityDeps) {}

  async list(
    scope: TeamScope,
    { severity, ...filter }: ImageListFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<ContainerImage>> {
    const { images, findings } = this.deps;
    const repository = severity ? await findings.repositoriesWith(scope, severity) : undefined;
    const page = await images.page(scope, { ...filter, repository }, limit, cursor);
    return { ...page, items: await findings.beside(scope, page.items) };
  }

  async get(actor: Actor, imageId: string) {
    const { findings, scans } = this.deps;
    const image = await this.#stored(actor, imageId);
    const [shown] = await findings.beside(actor, [image]);
    const past =
      image.targetKey === null
        ? []
        : (await scans.list(actor, { target: image.targetKey }, HISTORY)).items;
    return {
      ...(shown as ContainerImage),
      fixable: await findings.fixable(actor, image.repository),
      scans: past.map(pastScanOf) satisfies PastScan[],
    };
  }

  /** Throws InvalidInputError for what is no reference, ConflictError for one that is there. */
  async add(actor: Actor, reference: string): Promise<ContainerImage> {
    const { images, findings, audit, clock } = this.deps;
    const fresh = this.#newImage(
      actor,
      referenceIn(reference),
      'person',
      clock.now().toISOString(),
    );
    const known = await images.findByKey(actor, fresh.key);
    if (known?.removedAt === null) throw isThere(known);
    const added = known ? await this.#revive(known, fresh) : await this.#insert(fresh);
    await audit.record(actor, 'image.added', added.id, { reference: added.reference });
    const [shown] = await findings.beside(actor, [added]);
    return shown as ContainerImage;
  }

  /** Throws ConflictError that names the scan which is running. */
  async scan(actor: Actor, imageId: string): Promise<ScanRun> {
    const { scans, audit } = this.deps;
    const { reference } = await this.#stored(actor, imageId);
    const scan = await scans.start(actor, { kind: 'image', image: reference });
    await audit.record(actor, 'image.scanned', imageId, { scanId: scan.id });
    await this.take(actor, scan);
    return scan;
  }

  /** Findings and scans stay; what was in the image is forgotten with it. */
  async delete(actor: Actor, imageId: string): Promise<{ id: string }> {
    const { images, packages, audit, clock } = this.deps;
    const { reference } = await this.#stored(actor, imageId);
    const removedAt = clock.now().toISOString();
    const gone = await images.update(
      actor,
      imageId,
      { removedAt, details: null },
      { removedAt: null },
    );
    if (!gone) throw new NotFoundError('no such image', { imageId });
    await packages.forget(actor, imageId);
    await audit.record(actor, 'image.removed', imageId, { reference });
    return { id: imageId };
  }

  registries(scope: TeamScope) {
    return this.deps.images.registries(scope);
  }

  /** A scan of an image has begun or ended. Twice is as good as once, in any order. */
  async take(scope: TeamScope, scan: FollowedScan): Promise<void> {
    if (scan.request.kind !== 'image') return;
    const { images, packages } = this.deps;
    const image = await this.#joined(scope, scan, scan.request.image);
    if (!image) return;
    const details = await this.#detailsBy(scope, image, scan);
    for (const { set, only } of traceSteps(scan)) {
      const more = set.lastScan && details ? { details } : {};
      await images.update(scope, image.id, { ...set, ...more }, { ...only, removedAt: null });
    }
    // Removed while its report was read.
    if (details && !(await images.get(scope, image.id))) await packages.forget(scope, image.id);
  }

  /** Null when a person has removed the image since the scan was asked for. */
  async #joined(scope: TeamScope, scan: FollowedScan, given: string): Promise<StoredImage | null> {
    const { images, audit } = this.deps;
    const fresh = this.#newImage(scope, parseImageReference(given), 'scan', scan.createdAt);
    const known = await images.findByKey(scope, fresh.key);
    if (known?.removedAt === null) return known;
    if (known?.removedAt && scan.createdAt <= known.removedAt) return null;
    try {
      const added = known ? await this.#revive(known, fresh) : await this.#insert(fresh);
      const actor = { teamId: scope.teamId, userId: scan.requestedBy };
      const { reference } = added;
      await audit.record(actor, 'image.added', added.id, { reference, scanId: scan.id });
      return added;
    } catch (error) {
      if (error instanceof ConflictError) return images.findByKey(scope, fresh.key); // just joined
      throw error;
    }
  }

  /** What the report of a scan says of the image, when that is newer than what is known. */
  async #detailsBy(
    scope: TeamScope,
    image: StoredImage,
    scan: FollowedScan,
  ): Promise<StoredImage['details']> {
    const { scans, imports, packages } = this.deps;
    if (!hasResults(scan) || !isNews(image, scan)) return null;
    const { subJobs, finishedAt } = await scans.get(scope, scan.id);
    const importId = subJobs.find((subJob) => subJob.importId !== null)?.importId;
    if (!importId) return null;
    const { sha256 } = await imports.get(scope, importId);
    if (sha256 === null) return null;
    const scannedAt = finishedAt ?? scan.createdAt;
    return packages.take(scope, image, { scanId: scan.id, scannedAt, sha256 });
  }

  async #stored(scope: TeamScope, imageId: string): Promise<StoredImage> {
    const image = await this.deps.images.get(scope, imageId);
    if (!image) throw new NotFoundError('no such image', { imageId });
    return image;
  }

  async #insert(image: StoredImage): Promise<StoredImage> {
    try {
      await this.deps.images.add(image);
      return image;
    } catch (error) {
      const twin = await this.deps.images.findByKey(image, image.key);
      throw error instanceof ConflictError && twin ? isThere(twin) : error;
    }
  }

  async #revive(known: StoredImage, { addedBy, addedAt }: StoredImage): Promise<StoredImage> {
    const set = { removedAt: null, addedBy, addedAt };
    const only = { removedAt: known.removedAt };
    const revived = await this.deps.images.update(known, known.id, set, only);
    if (!revived) throw isThere(known);
    return revived;
  }

  #newImage(
    { teamId }: TeamScope,
    parsed: ReturnType<typeof parseImageReference>,
    addedBy: StoredImage['addedBy'],
    addedAt: string,
  ): StoredImage {
    const { text: reference, registry, repository, tag, digest } = parsed;
    return {
      ...{ id: this.deps.newId('img'), teamId, reference, repository, tag, digest },
      ...{ addedBy, addedAt, ...noTrace() },
      registry: registry.text,
      key: createHash('sha256').update(reference).digest('hex'),
      searchText: reference.toLowerCase(),
      details: null,
      removedAt: null,
    };
  }
}

function referenceIn(given: string): ReturnType<typeof parseImageReference> {
  try {
    return parseImageReference(given);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const { message } = error;
    throw new InvalidInputError(`body.reference: ${message}`, {
      errors: [{ path: 'body.reference', message }],
    });
  }
}

function isThere({ id, reference }: StoredImage): ConflictError {
  return new ConflictError(`${reference} is in the inventory already (${id})`, { imageId: id });
}
