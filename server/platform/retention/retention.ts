import type { BlobArea } from '../blobs/blob-areas.js';
import type { BlobStore } from '../blobs/blob-store.js';
import type { Blobs } from '../blobs/blobs.js';
import type { Clock } from '../clock.js';
import type { RepositoryFactory } from '../database/repository-factory.js';
import type { CrossModuleReferences } from '../links/cross-module-references.js';
import type { Logger } from '../log/structured-logging.js';
import { TeamsRepository } from '../teams/teams.repository.js';
import { RETENTION_KINDS, type RetentionDays, type RetentionKind } from './retention-days.js';

export interface RetentionDeps {
  repositories: RepositoryFactory;
  references: CrossModuleReferences;
  blobs: Blobs;
  clock: Clock;
  log: Logger;
  days: RetentionDays;
}

const DAY_MS = 86_400_000;
/** Longer than an upload may wait for its host. */
const LEFT_OVER_MS = 8 * DAY_MS;
/** No writer of a blob takes longer. By the clock of the system: stores do not know the product's. */
const MAX_WRITE_MS = DAY_MS;

/** Kinds that are files, with their area. */
const FILES = {
  raw_reports: 'raw-reports',
  evidence_packages: 'evidence-packages',
} as const satisfies Partial<Record<RetentionKind, BlobArea>>;
type FileKind = keyof typeof FILES;

/** Deletes data past its retention period. */
export class Retention {
  constructor(private readonly deps: RetentionDeps) {}

  /**
   * Purges one kind after the other, in batches; returns the number deleted per kind. The signal stops it
   * between batches. Throws after all kinds were tried when one of them failed.
   */
  async purge(signal?: AbortSignal): Promise<Partial<Record<RetentionKind, number>>> {
    const { log } = this.deps;
    const removed: Partial<Record<RetentionKind, number>> = {};
    const failures: unknown[] = [];
    const attempt = async (kind: string, purge: () => Promise<number>) => {
      try {
        return await purge();
      } catch (error) {
        log.error({ err: error, kind }, 'retention purge failed');
        failures.push(error);
        return 0;
      }
    };
    for (const kind of RETENTION_KINDS) {
      if (signal?.aborted) break;
      const count = await attempt(kind, () => this.#purge(kind, signal));
      if (count > 0) removed[kind] = count;
    }
    if (!signal?.aborted) await attempt('leftovers', () => this.#purgeLeftovers(signal));
    log.info({ removed }, 'retention purge finished');
    if (failures.length > 0) throw failures[0];
    return removed;
  }

  /** Deletes expired files in this host's folder, and what dead writers left there; every host looks after its own. */
  async purgeLocalFiles(signal?: AbortSignal): Promise<number> {
    const { blobs } = this.deps;
    let removed = 0;
    for (const kind of Object.keys(FILES) as FileKind[])
      removed += await this.#purgeFiles(kind, blobs.onThisHost(FILES[kind]), signal);
    removed += await blobs.onThisHost('incoming').removeOlderThan(this.#leftOver(), signal);
    return removed + (await blobs.folder.sweep(new Date(Date.now() - MAX_WRITE_MS)));
  }

  #purgeFiles(kind: FileKind, files: BlobStore, signal?: AbortSignal): Promise<number> {
    return files.removeOlderThan(this.#before(kind), signal);
  }

  #leftOver(): Date {
    return new Date(this.deps.clock.now().getTime() - LEFT_OVER_MS);
  }

  /** Uploads of ended imports, and parts of files, where all processes share them. */
  async #purgeLeftovers(signal?: AbortSignal): Promise<number> {
    const { blobs } = this.deps;
    const removed = await blobs.incoming.removeOlderThan(this.#leftOver(), signal);
    return removed + (await blobs.backend.sweep(new Date(Date.now() - MAX_WRITE_MS)));
  }

  async #purge(kind: RetentionKind, signal?: AbortSignal): Promise<number> {
    const { repositories, references, blobs } = this.deps;
    if (kind === 'raw_reports') return this.#purgeFiles(kind, blobs.rawReports, signal);
    if (kind === 'evidence_packages') return this.#purgeFiles(kind, blobs.evidencePackages, signal);
    // Belongs to a module that this process does not load.
    if (!repositories.retentionKinds().includes(kind)) return 0;
    const onRemoved = (linkedAs: string, ids: readonly string[]) =>
      references.unlinkPurged(linkedAs, ids);
    const stored = await repositories.create(TeamsRepository).list();
    const teams = stored.map(({ id: teamId }) => ({ teamId }));
    const before = this.#before(kind);
    return repositories.purgeOlderThan(kind, { before, signal, onRemoved, teams });
  }

  #before(kind: RetentionKind): Date {
    return new Date(this.deps.clock.now().getTime() - this.deps.days[kind] * DAY_MS);
  }
}
