import type { ClaimRule } from '../../../../contract/identity-providers.js';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { CollectionSpec, Doc, Page } from '../../../platform/database/collection.js';
import { GlobalRepository, type RetentionRule } from '../../../platform/database/repository.js';

/** A person as a provider knows them: an issuer and its subject, whatever their e-mail address. */
export interface StoredIdentity extends Doc {
  provider: string;
  issuer: string;
  subject: string;
  /** The linked account. */
  userId: string | null;
  name: string | null;
  /** Verified; in lower case. */
  email: string | null;
  isWaiting: boolean;
  firstSeenAt: string;
  lastSeenAt: string;
  /** What the provider last sent, as it is shown. */
  claims: { name: string; value: string }[];
  /** What the rules gave at the last sign-in, and the rules that did. */
  grants: ClaimRule['grant'][];
  matched: string[];
}

const identities: CollectionSpec<StoredIdentity> = {
  name: 'sign_on_identities',
  scope: 'global',
  fields: {
    ...{ provider: 'string', userId: 'string', isWaiting: 'boolean', lastSeenAt: 'string' },
  },
  indexes: [['provider', 'isWaiting'], ['userId'], ['lastSeenAt']],
};

export interface IdentityFilter {
  providerId?: string;
  userId?: string;
  isWaiting?: boolean;
}

export class SignOnIdentitiesRepository extends GlobalRepository<StoredIdentity> {
  static readonly database = 'platform';
  static readonly specs = [identities];
  static readonly retention: readonly RetentionRule[] = [
    {
      kind: 'sessions',
      collection: 'sign_on_identities',
      field: 'lastSeenAt',
      only: { isWaiting: true, userId: null },
    },
  ];
  protected readonly spec = identities;

  get(id: string): Promise<StoredIdentity | null> {
    return this.all().get(id);
  }

  /** Throws ConflictError when it exists. */
  add(identity: StoredIdentity): Promise<void> {
    return this.all().insert(identity);
  }

  change(id: string, changes: Partial<StoredIdentity>): Promise<StoredIdentity | null> {
    return this.all().update(id, { set: changes });
  }

  /** Null when it is linked already. */
  link(id: string, userId: string): Promise<StoredIdentity | null> {
    return this.all().update(id, { set: { userId, isWaiting: false } }, { userId: null });
  }

  /** Unless it was linked, or unlinked, meanwhile. */
  async wait({ id, userId }: StoredIdentity): Promise<void> {
    await this.all().update(id, { set: { isWaiting: true } }, { userId });
  }

  page(
    { providerId, userId, isWaiting }: IdentityFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<StoredIdentity>> {
    const where = { provider: providerId, userId, isWaiting };
    const given = Object.entries(where).filter(([, value]) => value !== undefined);
    return this.all().find(Object.fromEntries(given), {
      sort: ['-lastSeenAt'],
      limit,
      after: cursor ?? null,
    });
  }

  async ofUser(userId: string): Promise<StoredIdentity[]> {
    return (await this.all().find({ userId }, { limit: 1_000 })).items;
  }

  ofProvider(provider: string): AsyncIterable<StoredIdentity[]> {
    return this.all().each({ provider });
  }

  countWaiting(provider: string): Promise<number> {
    return this.all().count({ provider, isWaiting: true });
  }

  remove(id: string): Promise<boolean> {
    return this.all().remove(id);
  }

  removeOfUser(userId: string): Promise<number> {
    return this.all().removeMany({ userId });
  }

  removeOfProvider(provider: string): Promise<number> {
    return this.all().removeMany({ provider });
  }
}

export function identityIdOf(issuer: string, subject: string): string {
  return tokenHash(`${issuer}\n${subject}`);
}
