import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository, type RetentionRule } from '../../../platform/database/repository.js';
import { ConflictError } from '../../../platform/errors.js';

/** Failed sign-ins of one account, or of one account from one address. */
export interface Attempts extends Doc {
  failures: number;
  lastAt: string;
  lockedUntil: string | null;
}

const attempts: CollectionSpec<Attempts> = {
  name: 'sign_in_attempts',
  scope: 'global',
  fields: { lastAt: 'string' },
  indexes: [['lastAt']],
};

export class AttemptsRepository extends GlobalRepository<Attempts> {
  static readonly database = 'platform';
  static readonly specs = [attempts];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'sessions', collection: 'sign_in_attempts', field: 'lastAt' },
  ];
  protected readonly spec = attempts;

  getMany(ids: readonly string[]): Promise<Attempts[]> {
    return this.all().getMany(ids);
  }

  /** Counts a failure in one step, so that parallel attempts all count. */
  async countFailure(id: string, at: string): Promise<Attempts> {
    const changes = { inc: { failures: 1 }, set: { lastAt: at } };
    for (;;) {
      const counted = await this.all().update(id, changes);
      if (counted) return counted;
      const first = { id, failures: 1, lastAt: at, lockedUntil: null };
      try {
        await this.all().insert(first);
        return first;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
  }

  async lock(id: string, until: string): Promise<void> {
    await this.all().update(id, { set: { lockedUntil: until, failures: 0 } });
  }

  async clear(ids: readonly string[]): Promise<void> {
    await this.all().removeMany({ id: { in: ids } });
  }
}
