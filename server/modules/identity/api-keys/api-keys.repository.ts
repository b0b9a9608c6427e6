import type { Permission } from '../../../../contract/endpoint.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** A key of a user for one team. The key itself is stored nowhere. */
export interface StoredApiKey extends TeamDoc {
  name: string;
  userId: string;
  prefix: string;
  /** SHA-256 of the whole key. */
  keyHash: string;
  permissions: Permission[];
  addresses: string[];
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
  lastAddress: string | null;
  /** Those it was used from, as far as they are kept; undefined in keys of former releases. */
  knownAddresses?: string[];
}

const keys: CollectionSpec<StoredApiKey> = {
  name: 'api_keys',
  scope: 'team',
  fields: { userId: 'string', keyHash: 'string', createdAt: 'string' },
  unique: [['keyHash']],
  indexes: [['userId'], ['-createdAt']],
  acrossTeams: [['keyHash'], ['userId']],
};

export class ApiKeysRepository extends TeamRepository<StoredApiKey> {
  static readonly database = 'platform';
  static readonly specs = [keys];
  protected readonly spec = keys;

  async list(scope: TeamScope): Promise<StoredApiKey[]> {
    return (await this.of(scope).find({}, { sort: ['-createdAt'], limit: 1_000 })).items;
  }

  get(scope: TeamScope, id: string): Promise<StoredApiKey | null> {
    return this.of(scope).get(id);
  }

  /** A request with a key names no team: the key does. */
  async byHash(keyHash: string): Promise<StoredApiKey | null> {
    return (await this.acrossTeams().find({ keyHash }, { limit: 1 })).items[0] ?? null;
  }

  add(key: StoredApiKey): Promise<void> {
    return this.of(key).insert(key);
  }

  change(scope: TeamScope, id: string, set: Partial<StoredApiKey>): Promise<StoredApiKey | null> {
    return this.of(scope).update(id, { set });
  }

  /** Adds an address to the known ones. */
  recordAddress(scope: TeamScope, id: string, address: string): Promise<StoredApiKey | null> {
    return this.of(scope).update(id, { addToSet: { knownAddresses: [address] } });
  }

  remove(scope: TeamScope, id: string): Promise<boolean> {
    return this.of(scope).remove(id);
  }

  removeOfMember(scope: TeamScope, userId: string): Promise<number> {
    return this.of(scope).removeMany({ userId });
  }

  removeOfUser(userId: string): Promise<number> {
    return this.acrossTeams().removeMany({ userId });
  }
}
