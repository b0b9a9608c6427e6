import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository } from '../../../platform/database/repository.js';

/** A long-running process that works on jobs. */
export interface StoredWorker extends Doc {
  host: string;
  pid: number;
  /** Identifies the process together with its pid, since pids are reused; null where the system does not report it. */
  processStarted: string | null;
  startedAt: string;
  /** Where it serves its health and metrics; missing where it does not. */
  address?: string;
  seenAt: string;
}

const workers: CollectionSpec<StoredWorker> = {
  name: 'workers',
  scope: 'global',
  fields: { seenAt: 'string' },
  indexes: [['seenAt']],
};
/** More than any installation runs. */
const MAX_WORKERS = 1_000;

export class WorkersRepository extends GlobalRepository<StoredWorker> {
  static readonly database = 'orchestration';
  static readonly specs = [workers];
  protected readonly spec = workers;

  async put(worker: StoredWorker): Promise<void> {
    await this.all().putMany([worker]);
  }

  remove(id: string) {
    return this.all().remove(id);
  }

  async seenSince(instant: string): Promise<StoredWorker[]> {
    const filter = { seenAt: { gte: instant } };
    return (await this.all().find(filter, { sort: ['-seenAt'], limit: MAX_WORKERS })).items;
  }

  removeSeenBefore(instant: string) {
    return this.all().removeMany({ seenAt: { lt: instant } });
  }
}
