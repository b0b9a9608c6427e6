import type { CollectionSpec, Doc, Page } from '../../../platform/database/collection.js';
import { GlobalRepository } from '../../../platform/database/repository.js';
import type { SealedSecret } from '../../../platform/vault/vault.js';

export interface StoredUser extends Doc {
  /** In lower case; null for service accounts and the operator. */
  email: string | null;
  name: string;
  /** `operator`: whoever runs commands on the store’s own machine. */
  kind: 'person' | 'service' | 'operator';
  isInstallationAdmin: boolean;
  /** `rule`: an administrator by a claim rule of a provider, which takes it again. */
  adminSource?: 'rule' | null;
  status: 'active' | 'disabled';
  passwordHash: string | null;
  /** The authenticator app; `lastStep`: the time step of the last accepted code, so that none works twice. */
  totp: { secret: SealedSecret; lastStep: number } | null;
  /** One that was shown and not confirmed yet. */
  pendingTotp?: SealedSecret | null;
  /** Hashes of unused ones. */
  recoveryCodes?: string[];
  createdAt: string;
  lastSignInAt: string | null;
  /** Name and e-mail in lower case. */
  searchText: string;
}

const users: CollectionSpec<StoredUser> = {
  name: 'users',
  scope: 'global',
  fields: {
    ...{ email: 'string', name: 'string', kind: 'string', status: 'string' },
    ...{ isInstallationAdmin: 'boolean', searchText: 'string' },
    ...{ 'totp.lastStep': 'number', recoveryCodes: 'string[]' },
    ...{ 'totp.secret.box.tag': 'string', 'pendingTotp.box.tag': 'string' },
  },
  unique: [['email']],
  indexes: [['name'], ['isInstallationAdmin', 'status']],
};

export class UsersRepository extends GlobalRepository<StoredUser> {
  static readonly database = 'platform';
  static readonly specs = [users];
  protected readonly spec = users;

  get(id: string): Promise<StoredUser | null> {
    return this.all().get(id);
  }

  getMany(ids: readonly string[]): Promise<StoredUser[]> {
    return this.all().getMany(ids);
  }

  async byEmail(email: string): Promise<StoredUser | null> {
    return (await this.all().find({ email }, { limit: 1 })).items[0] ?? null;
  }

  page(q: string | undefined, limit: number, cursor?: string): Promise<Page<StoredUser>> {
    const where = q ? { searchText: { contains: q.toLowerCase() } } : {};
    return this.all().find(where, { sort: ['name'], limit, after: cursor ?? null });
  }

  /** Throws ConflictError when the id or the e-mail exists. */
  add(user: StoredUser): Promise<void> {
    return this.all().insert(user);
  }

  /** Null when there is no such user. */
  change(id: string, changes: Partial<StoredUser>): Promise<StoredUser | null> {
    return this.all().update(id, { set: changes });
  }

  async *everyone(): AsyncIterable<StoredUser> {
    for await (const page of this.all().each({})) yield* page;
  }

  /** Null when it was changed since it was read. */
  replaceSealed(
    id: string,
    at: 'totp.secret' | 'pendingTotp',
    from: SealedSecret,
    to: SealedSecret,
  ) {
    return this.all().update(id, { set: { [at]: to } }, { [`${at}.box.tag`]: from.box.tag });
  }

  /** False for a step that is not newer than the last accepted one. */
  async takeTotpStep(id: string, step: number): Promise<boolean> {
    const changes = { set: { 'totp.lastStep': step } };
    return (await this.all().update(id, changes, { 'totp.lastStep': { lt: step } })) !== null;
  }

  /** True for exactly one caller. */
  async takeRecoveryCode(id: string, hash: string): Promise<boolean> {
    const changes = { pull: { recoveryCodes: [hash] } };
    return (await this.all().update(id, changes, { recoveryCodes: hash })) !== null;
  }

  remove(id: string): Promise<boolean> {
    return this.all().remove(id);
  }

  /** Active administrators who can sign in with a password. */
  async administrators(): Promise<StoredUser[]> {
    const where = { isInstallationAdmin: true, status: 'active' };
    const { items } = await this.all().find(where, { limit: 1_000 });
    return items.filter(({ kind, passwordHash }) => kind === 'person' && passwordHash !== null);
  }
}

export function searchTextOf({ name, email }: Pick<StoredUser, 'name' | 'email'>): string {
  return `${name} ${email ?? ''}`.toLowerCase();
}
