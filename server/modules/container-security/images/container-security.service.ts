import { createHash } from 'node:crypto';
import type { ContainerImage } from '../../../../contract/container-security.js';
import type { ScanRun } from '../../../../contract/orchestration.js';
import type { Severity } from '../../../../contract/severity.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { parseImageReference } from '../../../scanners/targets/index.js';
import {
  type FollowedScan,
  hasResults,
  Inventory,
  isNews,
  noTrace,
  type Orchestration,
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

/** The team's container images: added by people or by being scanned, and what scans told of them. */
export class ContainerSecurityService {
  readonly #inventory: Inventory<StoredImage>;

  constructor(private readonly deps: ContainerSecurityDeps) {
    this.#inventory = new Inventory(
      { ...deps, items: deps.images },
      {
        noun: 'image',
        facts: ({ reference }) => ({ reference }),
        isThere: ({ id, reference }) => `${reference} is in the inventory already (${id})`,
      },
    );
  }

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
    const { findings } = this.deps;
    const image = await this.#inventory.get(actor, imageId);
    const [shown] = await findings.beside(actor, [image]);
    return {
      ...(shown as ContainerImage),
      fixable: await findings.fixable(actor, image.repository),
      scans: await this.#inventory.pastScans(actor, image),
    };
  }

  /** Throws InvalidInputError for what is no reference, ConflictError for one that is there. */
  async add(actor: Actor, reference: string): Promise<ContainerImage> {
    const { findings, clock } = this.deps;
    const addedAt = clock.now().toISOString();
    const fresh = this.#newImage(actor, referenceIn(reference), 'person', addedAt);
    const added = await this.#inventory.add(actor, fresh);
    const [shown] = await findings.beside(actor, [added]);
    return shown as ContainerImage;
  }

  /** Throws ConflictError that names the scan which is running. */
  async scan(actor: Actor, imageId: string): Promise<ScanRun> {
    const { scans, audit } = this.deps;
    const { reference } = await this.#inventory.get(actor, imageId);
    const scan = await scans.start(actor, { kind: 'image', image: reference });
    await audit.record(actor, 'image.scanned', imageId, { scanId: scan.id });
    await this.take(actor, scan);
    return scan;
  }

  /** Findings and scans stay; what was in the image is forgotten with it. */
  async delete(actor: Actor, imageId: string): Promise<{ id: string }> {
    const removed = await this.#inventory.remove(actor, imageId, { details: null });
    await this.deps.packages.forget(actor, imageId);
    return removed;
  }

  registries(scope: TeamScope) {
    return this.deps.images.registries(scope);
  }

  /** A scan of an image has begun or ended. Twice is as good as once, in any order. */
  async take(scope: TeamScope, scan: FollowedScan): Promise<void> {
    if (scan.request.kind !== 'image') return;
    const { images, packages } = this.deps;
    const given = parseImageReference(scan.request.image);
    const fresh = this.#newImage(scope, given, 'scan', scan.createdAt);
    const image = await this.#inventory.joined(scope, scan, fresh);
    if (!image) return;
    const details = await this.#detailsBy(scope, image, scan);
    await this.#inventory.follow(scope, image, scan, details ? { details } : {});
    // Removed while its report was read.
    if (details && !(await images.get(scope, image.id))) await packages.forget(scope, image.id);
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
