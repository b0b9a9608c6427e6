import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository, type RetentionRule } from '../../../platform/database/repository.js';

/** A logout token that was used; its id is the SHA-256 of its provider and `jti`. */
export interface UsedLogoutToken extends Doc {
  usedAt: string;
}

const tokens: CollectionSpec<UsedLogoutToken> = {
  name: 'used_logout_tokens',
  scope: 'global',
  fields: { usedAt: 'string' },
  indexes: [['usedAt']],
};

export class LogoutTokensRepository extends GlobalRepository<UsedLogoutToken> {
  static readonly database = 'platform';
  static readonly specs = [tokens];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'sessions', collection: 'used_logout_tokens', field: 'usedAt' },
  ];
  protected readonly spec = tokens;

  /** Throws ConflictError for one that was used before. */
  use(id: string, usedAt: string): Promise<void> {
    return this.all().insert({ id, usedAt });
  }
}
