import type { CloudAccount } from '../../../../contract/cloud-security.js';
import type {
  Changes,
  CollectionSpec,
  Filter,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { SealedSecret } from '../../../platform/vault/vault.js';

export type StoredAccount = CloudAccount &
  TeamDoc & {
    /** Identifies the account at its provider; unique in a team. */
    key: string;
  };

/** Stored separately from the account, so that no list ever loads it. Its id is the account's. */
export interface StoredCredentials extends TeamDoc {
  sealed: SealedSecret;
  changedAt: string;
}

const accounts: CollectionSpec<StoredAccount> = {
  name: 'cloud_accounts',
  scope: 'team',
  fields: {
    name: 'string',
    provider: 'string',
    status: 'string',
    key: 'string',
    'lastImport.at': 'string',
  },
  unique: [['key']],
  indexes: [['name'], ['status']],
  acrossTeams: [['status']],
};
const credentials: CollectionSpec<StoredCredentials> = {
  name: 'cloud_credentials',
  scope: 'team',
  fields: { changedAt: 'string', 'sealed.box.tag': 'string' },
};

export class AccountsRepository extends TeamRepository<StoredAccount> {
  static readonly database = 'cloudSecurity';
  static readonly specs = [accounts, credentials];
  protected readonly spec = accounts;

  /** The stored credentials of all teams. */
  async *allCredentials(): AsyncIterable<StoredCredentials> {
    for await (const page of this.acrossTeams(credentials).each({})) yield* page;
  }

  /** Null when they were changed since they were read. */
  replaceSealed(stored: StoredCredentials, sealed: SealedSecret) {
    const unchanged = { 'sealed.box.tag': stored.sealed.box.tag };
    return this.of(stored, credentials).update(stored.id, { set: { sealed } }, unchanged);
  }

  get(scope: TeamScope, id: string) {
    return this.of(scope).get(id);
  }

  page(scope: TeamScope, limit: number, cursor?: string) {
    return this.of(scope).find({}, { sort: ['name'], limit, after: cursor ?? null });
  }

  /** Throws ConflictError when the team has an account with this key. */
  add(account: StoredAccount) {
    return this.of(account).insert(account);
  }

  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>, only?: Filter) {
    return this.of(scope).update(id, { set }, only);
  }

  remove(scope: TeamScope, id: string) {
    return this.of(scope).remove(id);
  }

  async findByKey(scope: TeamScope, key: string): Promise<StoredAccount | null> {
    return (await this.of(scope).find({ key }, { limit: 1 })).items[0] ?? null;
  }

  /** Accounts of a provider that is not reached by the name in its reports. */
  async ofProvider(scope: TeamScope, provider: string): Promise<StoredAccount[]> {
    const found: StoredAccount[] = [];
    for await (const page of this.of(scope).each({ provider })) found.push(...page);
    return found;
  }

  /** Active accounts of every team, for the scheduler. */
  async active(): Promise<StoredAccount[]> {
    const found: StoredAccount[] = [];
    for await (const page of this.acrossTeams().each({ status: 'active' })) found.push(...page);
    return found;
  }

  credentialsOf(scope: TeamScope, accountId: string) {
    return this.of(scope, credentials).get(accountId);
  }

  async putCredentials(stored: StoredCredentials): Promise<void> {
    await this.of(stored, credentials).putMany([stored]);
  }

  removeCredentials(scope: TeamScope, accountId: string) {
    return this.of(scope, credentials).remove(accountId);
  }
}
