import type { BlobStore } from '../blobs/blob-store.js';
import type { Clock } from '../clock.js';
import type { RepositoryFactory } from '../database/repository-factory.js';
import type { CrossModuleReferences } from '../links/cross-module-references.js';
import type { Logger } from '../log/structured-logging.js';
import { RETENTION_KINDS, type RetentionDays, type RetentionKind } from './retention-days.js';

export interface RetentionDeps {
  repositories: RepositoryFactory;
  references: CrossModuleReferences;
  rawReports: BlobStore;
  clock: Clock;
  log: Logger;
  days: RetentionDays;
}

const DAY_MS = 86_400_000;

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
    for (const kind of RETENTION_KINDS) {
      if (signal?.aborted) break;
      try {
        const count = await this.#purge(kind, signal);
        if (count > 0) removed[kind] = count;
      } catch (error) {
        log.error({ err: error, kind }, 'retention purge failed');
        failures.push(error);
      }
    }
    log.info({ removed }, 'retention purge finished');
    if (failures.length > 0) throw failures[0];
    return removed;
  }

  /** Reports stored on this host; every host purges its own. */
  purgeRawReports(signal?: AbortSignal): Promise<number> {
    return this.deps.rawReports.removeOlderThan(this.#before('raw_reports'), signal);
  }

  async #purge(kind: RetentionKind, signal?: AbortSignal): Promise<number> {
    const { repositories, references } = this.deps;
    if (kind === 'raw_reports') return this.purgeRawReports(signal);
    // Belongs to a module that this process does not load.
    if (!repositories.retentionKinds().includes(kind)) return 0;
    const onRemoved = (linkedAs: string, ids: readonly string[]) =>
      references.unlinkPurged(linkedAs, ids);
    return repositories.purgeOlderThan(kind, { before: this.#before(kind), signal, onRemoved });
  }

  #before(kind: RetentionKind): Date {
    return new Date(this.deps.clock.now().getTime() - this.deps.days[kind] * DAY_MS);
  }
}
