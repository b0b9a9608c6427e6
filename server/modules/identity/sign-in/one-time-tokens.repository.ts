import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository, type RetentionRule } from '../../../platform/database/repository.js';
import type { ProviderSession } from '../sessions/sessions.repository.js';

/** `link`: signs in. `reset`: sets a new password. `challenge`: waits for the second factor. */
export type OneTimeKind = 'link' | 'reset' | 'challenge';

/** A link that works once. Its token is stored nowhere. */
export interface OneTimeToken extends Doc {
  /** SHA-256 of the token. */
  id: string;
  kind: OneTimeKind;
  userId: string;
  expiresAt: string;
  /** Of a challenge: the provider that the user signed in with before. */
  signOn?: ProviderSession | null;
}

const tokens: CollectionSpec<OneTimeToken> = {
  name: 'one_time_tokens',
  scope: 'global',
  fields: { kind: 'string', userId: 'string', expiresAt: 'string' },
  indexes: [['userId', 'kind'], ['expiresAt']],
};

export class OneTimeTokensRepository extends GlobalRepository<OneTimeToken> {
  static readonly database = 'platform';
  static readonly specs = [tokens];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'sessions', collection: 'one_time_tokens', field: 'expiresAt' },
  ];
  protected readonly spec = tokens;

  add(token: OneTimeToken): Promise<void> {
    return this.all().insert(token);
  }

  get(id: string): Promise<OneTimeToken | null> {
    return this.all().get(id);
  }

  /** True for exactly one caller. */
  use(id: string): Promise<boolean> {
    return this.all().remove(id);
  }

  removeOfUser(userId: string, kind?: OneTimeKind): Promise<number> {
    return this.all().removeMany({ userId, ...(kind ? { kind } : {}) });
  }
}
