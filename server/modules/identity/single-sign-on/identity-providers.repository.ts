import type { ProviderSettings } from '../../../../contract/identity-providers.js';
import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository } from '../../../platform/database/repository.js';
import type { SealedSecret } from '../../../platform/vault/vault.js';

/** An identity provider; its id is part of the redirect URI. */
export interface StoredProvider extends Doc, ProviderSettings {
  /** Null: a public client. */
  clientSecret: SealedSecret | null;
  createdAt: string;
}

const providers: CollectionSpec<StoredProvider> = {
  name: 'identity_providers',
  scope: 'global',
  fields: { name: 'string', issuer: 'string', 'clientSecret.box.tag': 'string' },
  unique: [['issuer']],
};

const MAX_PROVIDERS = 100;

export class IdentityProvidersRepository extends GlobalRepository<StoredProvider> {
  static readonly database = 'platform';
  static readonly specs = [providers];
  protected readonly spec = providers;

  get(id: string): Promise<StoredProvider | null> {
    return this.all().get(id);
  }

  async list(): Promise<StoredProvider[]> {
    return (await this.all().find({}, { sort: ['name'], limit: MAX_PROVIDERS })).items;
  }

  /** Throws ConflictError when the id or the issuer is taken. */
  add(provider: StoredProvider): Promise<void> {
    return this.all().insert(provider);
  }

  change(id: string, changes: Partial<StoredProvider>): Promise<StoredProvider | null> {
    return this.all().update(id, { set: changes });
  }

  remove(id: string): Promise<boolean> {
    return this.all().remove(id);
  }

  /** Null when it was changed since it was read. */
  replaceSealed(id: string, from: SealedSecret, clientSecret: SealedSecret) {
    const unchanged = { 'clientSecret.box.tag': from.box.tag };
    return this.all().update(id, { set: { clientSecret } }, unchanged);
  }
}
