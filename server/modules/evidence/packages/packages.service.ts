import type { Actor } from '../../../platform/auth/actor.js';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import {
  AppError,
  ConflictError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from '../../../platform/errors.js';
import { isOutage } from '../../../platform/outages/outage.js';
import type { Platform } from '../../../platform/platform.js';
import type { Compliance } from '../../compliance/index.js';
import type { PackageBuilder } from './package-builder.js';
import type { PackagesRepository, StoredPackage } from './packages.repository.js';

/** How far a caller's clock may be ahead of this one. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;
const MAX_BUILD_MS = 86_400_000;
const MAX_PERIOD_MS = 5 * 366 * 86_400_000;

export interface PackagesDeps {
  repository: PackagesRepository;
  builder: PackageBuilder;
  packages: BlobStore;
  /** Enqueues the build job. */
  enqueue: (item: StoredPackage) => Promise<void>;
  catalogues: Compliance['catalogues'];
  platform: Pick<Platform, 'audit' | 'clock' | 'newId'>;
}

export interface PackageRequest {
  frameworkId: string;
  from: string;
  to: string;
}

/** Audit packages: requested, built by a job, listed and downloaded. */
export class PackagesService {
  constructor(private readonly deps: PackagesDeps) {}

  async request(actor: Actor, request: PackageRequest): Promise<StoredPackage> {
    const item = await this.#add(actor, request);
    await this.deps.enqueue(item);
    return item;
  }

  /** Builds at once, in this process, for the command line. */
  async buildNow(
    actor: Actor,
    request: PackageRequest,
    onProgress?: (share: number) => void,
  ): Promise<StoredPackage> {
    const item = await this.#add(actor, request);
    return this.run(actor, item.id, onProgress);
  }

  /**
   * Builds a requested package; repeating it changes nothing. A package that cannot be built ends as failed, with the
   * reason; after a temporary error only when this was the last attempt.
   */
  async run(
    team: TeamScope,
    packageId: string,
    onProgress: (share: number) => void = () => {},
    { signal, isLastTry = true }: { signal?: AbortSignal; isLastTry?: boolean } = {},
  ): Promise<StoredPackage> {
    const { repository, builder, platform } = this.deps;
    const building = await repository.update(team, packageId, { state: 'building' });
    if (!building) return this.get(team, packageId);
    const done = () => platform.clock.now().toISOString();
    try {
      const built = await builder.build(team, building, onProgress, signal);
      await repository.update(team, packageId, {
        ...built,
        state: 'ready',
        progress: 1,
        finishedAt: done(),
      });
    } catch (error) {
      if (signal?.aborted || isOutage(error)) throw error;
      if (!(isLastTry || error instanceof AppError)) throw error;
      const problem = error instanceof Error ? error.message.slice(0, 500) : 'the build failed';
      await repository.update(team, packageId, { state: 'failed', problem, finishedAt: done() });
      if (!(error instanceof AppError)) throw error;
    }
    return this.get(team, packageId);
  }

  /** Fails packages that were requested a day ago and are not built: the process that built them died. */
  async endLost(team: TeamScope): Promise<void> {
    const { repository, platform } = this.deps;
    const now = platform.clock.now();
    const before = new Date(now.getTime() - MAX_BUILD_MS).toISOString();
    for (const { id } of await repository.unfinished(team, before)) {
      const problem = 'the build was interrupted; build it again';
      const finishedAt = now.toISOString();
      await repository.update(team, id, { state: 'failed', problem, finishedAt });
    }
  }

  async get(scope: TeamScope, packageId: string): Promise<StoredPackage> {
    const item = await this.deps.repository.get(scope, packageId);
    if (!item) throw new NotFoundError('no such package', { packageId });
    return item;
  }

  list(actor: Actor, limit: number, cursor?: string) {
    return this.deps.repository.page(actor, limit, cursor);
  }

  async content(actor: Actor, packageId: string) {
    const { frameworkId, from, to, state, sha256 } = await this.get(actor, packageId);
    if (state !== 'ready' || sha256 === null) {
      throw new ConflictError(`the package is ${state} and cannot be downloaded`, { state });
    }
    if (!(await this.deps.packages.has(sha256))) {
      throw new UnavailableError('the file is missing or past its retention; build it again');
    }
    const fileName = `evidence-${frameworkId}-${from.slice(0, 10)}-${to.slice(0, 10)}.zip`;
    return { fileName, contentType: 'application/zip', content: this.deps.packages.open(sha256) };
  }

  async #add(actor: Actor, { frameworkId, ...period }: PackageRequest): Promise<StoredPackage> {
    const { repository, catalogues } = this.deps;
    const { audit, clock, newId } = this.deps.platform;
    const now = clock.now().toISOString();
    const from = new Date(period.from).toISOString();
    const end = new Date(period.to).toISOString();
    const isAhead = end > now && Date.parse(end) - Date.parse(now) < CLOCK_DIFFERENCE_MS;
    const to = isAhead ? now : end;
    if (to > now) throw invalid('to', 'must not be in the future');
    if (from >= to) throw invalid('from', 'must be before the end');
    if (Date.parse(to) - Date.parse(from) > MAX_PERIOD_MS)
      throw invalid('from', 'the period can be at most five years');
    const framework = (await catalogues.of(actor)).frameworks.get(frameworkId);
    if (!framework) throw new NotFoundError('no such framework', { frameworkId });
    const item: StoredPackage = {
      id: newId('pkg'),
      teamId: actor.teamId,
      frameworkId,
      frameworkName: framework.name,
      from,
      to,
      state: 'queued',
      progress: 0,
      files: 0,
      evidence: 0,
      sizeBytes: null,
      sha256: null,
      problem: null,
      createdAt: now,
      createdBy: actor.name,
      finishedAt: null,
    };
    await repository.add(actor, item);
    await audit.record(actor, 'evidence.package_requested', item.id, { frameworkId, from, to });
    return item;
  }
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError(`body.${path}: ${message}`, {
    errors: [{ path: `body.${path}`, message }],
  });
}
