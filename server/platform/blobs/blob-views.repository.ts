import type { CollectionSpec, Doc } from '../database/collection.js';
import { GlobalRepository } from '../database/repository.js';
import { ConflictError } from '../errors.js';
import type { BlobBackendKind } from './blob-backend.js';

/** What one process sees of the installation's files. */
export interface StoredBlobView extends Doc {
  host: string;
  pid: number;
  role: string;
  backend: BlobBackendKind;
  /** Whether it could read the probe when it last tried. */
  sees: boolean;
  seenAt: string;
}

/** The probe that every process must be able to read; there is one. */
export interface StoredBlobProbe extends Doc {
  probe: string;
}

const views: CollectionSpec<StoredBlobView> = {
  name: 'blob_views',
  scope: 'global',
  fields: { seenAt: 'string' },
  indexes: [['seenAt']],
};
const probes: CollectionSpec<StoredBlobProbe> = {
  name: 'blob_probes',
  scope: 'global',
  fields: { probe: 'string' },
};
const ONLY = 'installation';
/** More than any installation runs. */
const MAX_PROCESSES = 1_000;

export class BlobViewsRepository extends GlobalRepository<StoredBlobView> {
  static readonly database = 'platform';
  static readonly specs = [views, probes];
  protected readonly spec = views;

  async put(view: StoredBlobView): Promise<void> {
    await this.all().putMany([view]);
  }

  remove(id: string) {
    return this.all().remove(id);
  }

  async seenSince(instant: string): Promise<StoredBlobView[]> {
    const filter = { seenAt: { gte: instant } };
    return (await this.all().find(filter, { sort: ['-seenAt'], limit: MAX_PROCESSES })).items;
  }

  removeSeenBefore(instant: string) {
    return this.all().removeMany({ seenAt: { lt: instant } });
  }

  async probe(): Promise<string | null> {
    return (await this.all(probes).get(ONLY))?.probe ?? null;
  }

  /** Replaces the probe if it is still the former one; false when another process did. */
  async replaceProbe(former: string | null, probe: string): Promise<boolean> {
    if (former !== null) {
      return (await this.all(probes).update(ONLY, { set: { probe } }, { probe: former })) !== null;
    }
    try {
      await this.all(probes).insert({ id: ONLY, probe });
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }
}
