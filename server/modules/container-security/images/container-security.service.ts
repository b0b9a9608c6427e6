import { createHash } from 'node:crypto';
import type { ContainerImage } from '../../../../contract/container-security.js';
import type { ScanRun } from '../../../../contract/orchestration.js';
import type { Severity } from '../../../../contract/severity.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { parseImageReference } from '../../../scanners/targets/index.js';
import {
  byImport,
  causedBy,
  type FollowedScan,
  type ImportedReport,
  type Inventory,
  type InventoryKind,
  noTrace,
} from '../../orchestration/index.js';
import type { PackagesService } from '../packages/packages.service.js';
import type { ImageFindings } from './image-findings.js';
import type { ImagesRepository } from './images.repository.js';
import type { StoredImage } from './stored-image.js';

export interface ContainerSecurityDeps {
  inventory: Inventory<StoredImage>;
  images: ImagesRepository;
  findings: ImageFindings;
  packages: PackagesService;
  clock: Clock;
  newId: NewId;
}

export interface ImageListFilter {
  q?: string;
  registry?: string[];
  severity?: Severity[];
}

/** How the inventory names images. */
export const IMAGE: InventoryKind<StoredImage> = {
  noun: 'image',
  facts: ({ reference }) => ({ reference }),
  duplicate: ({ id, reference }) => `${reference} is in the inventory already (${id})`,
};

/** The team's container images, added by people or by scans, and the results of their scans. */
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
    return { ...page, items: await findings.addTo(scope, page.items) };
  }

  async get(actor: Actor, imageId: string) {
    const { inventory, findings } = this.deps;
    const image = await inventory.get(actor, imageId);
    const [shown] = await findings.addTo(actor, [image]);
    return {
      ...(shown as ContainerImage),
      fixable: await findings.fixable(actor, image),
      scans: await inventory.pastScans(actor, image),
    };
  }

  /** Throws InvalidInputError for an invalid reference, ConflictError for an image in the inventory. */
  async add(actor: Actor, reference: string): Promise<ContainerImage> {
    const { inventory, findings, clock } = this.deps;
    const addedAt = clock.now().toISOString();
    const fresh = this.#newImage(actor, referenceIn(reference), 'person', addedAt);
    const added = await inventory.add(actor, fresh);
    const [shown] = await findings.addTo(actor, [added]);
    return shown as ContainerImage;
  }

  /** Throws ConflictError that names the running scan. */
  async scan(actor: Actor, imageId: string): Promise<ScanRun> {
    const { inventory } = this.deps;
    const image = await inventory.get(actor, imageId);
    const request = { kind: 'image' as const, image: image.reference };
    const scan = await inventory.startScan(actor, image, request);
    await this.take(actor, scan);
    return scan;
  }

  /** Findings and scans stay; the image's packages are deleted. */
  async delete(actor: Actor, imageId: string): Promise<{ id: string }> {
    const { inventory, packages } = this.deps;
    const removed = await inventory.remove(actor, imageId, { details: null });
    await packages.forget(actor, imageId);
    return removed;
  }

  registries(scope: TeamScope) {
    return this.deps.images.registries(scope);
  }

  /** Records a scan of an image that has started or ended. Idempotent, in any order. */
  async take(scope: TeamScope, scan: FollowedScan): Promise<void> {
    if (scan.request.kind !== 'image') return;
    const { inventory, images, packages } = this.deps;
    const given = parseImageReference(scan.request.image);
    const fresh = this.#newImage(scope, given, 'scan', scan.createdAt);
    const image = await inventory.joined(scope, causedBy(scan), fresh);
    if (!image) return;
    const details = await packages.takeScan(scope, image, scan);
    await inventory.follow(scope, image, scan, details ? { details } : {});
    // The image may have been removed while its report was read.
    if (details && !(await images.get(scope, image.id))) await packages.forget(scope, image.id);
  }

  /** Records an imported Trivy report of an image: the image, its packages and bill of materials. Idempotent. */
  async takeImport(scope: TeamScope, imported: ImportedReport): Promise<void> {
    const place = imported.places.find(({ provider }) => provider === 'image');
    if (!place) return;
    const { inventory, images, packages } = this.deps;
    const { importId, at, sha256 } = imported;
    const report = await packages.read(sha256);
    const given = report && firstReference(report.references);
    if (!report || !given) return;
    const fresh = this.#newImage(scope, given, 'import', at);
    const image = await inventory.joined(scope, byImport(imported), fresh);
    if (!image) return;
    const details = await packages.takeImport(scope, image, { report, importId, at });
    const named = { resultsAt: at, reportedAs: place.accountId };
    const results = { ...named, ...(details ? { details } : {}) };
    await inventory.followImport(scope, [image], { importId, at }, results);
    if (details && !(await images.get(scope, image.id))) await packages.forget(scope, image.id);
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

function firstReference(names: readonly string[]): ReturnType<typeof parseImageReference> | null {
  for (const name of names) {
    try {
      return parseImageReference(name);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
    }
  }
  return null;
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
