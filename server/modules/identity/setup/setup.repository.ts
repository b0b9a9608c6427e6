import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository } from '../../../platform/database/repository.js';
import { ConflictError } from '../../../platform/errors.js';

/** Who took over this installation. */
interface Owner extends Doc {
  userId: string;
  at: string;
}

const owners: CollectionSpec<Owner> = {
  name: 'installation',
  scope: 'global',
  fields: { userId: 'string' },
};
const ID = 'owner';

export class SetupRepository extends GlobalRepository<Owner> {
  static readonly database = 'platform';
  static readonly specs = [owners];
  protected readonly spec = owners;

  owner(): Promise<Owner | null> {
    return this.all().get(ID);
  }

  /** True for exactly one caller; `before`: an owner who was never stored. */
  async take(userId: string, at: string, before: string | null): Promise<boolean> {
    if (before !== null) {
      return (await this.all().update(ID, { set: { userId, at } }, { userId: before })) !== null;
    }
    try {
      await this.all().insert({ id: ID, userId, at });
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }
}
