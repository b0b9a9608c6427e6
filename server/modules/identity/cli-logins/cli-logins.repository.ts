import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository, type RetentionRule } from '../../../platform/database/repository.js';

/** A command line that waits for a user. Neither its token nor its code is stored. */
export interface CliLogin extends Doc {
  /** SHA-256 of the token. */
  id: string;
  codeHash: string;
  client: string;
  address: string;
  state: 'waiting' | 'allowed' | 'refused';
  /** Who allowed it, and in which of their teams. */
  allowedBy: { userId: string; team: string } | null;
  startedAt: string;
  expiresAt: string;
}

const logins: CollectionSpec<CliLogin> = {
  name: 'cli_logins',
  scope: 'global',
  fields: { codeHash: 'string', state: 'string', expiresAt: 'string' },
  unique: [['codeHash']],
  indexes: [['expiresAt']],
};

export class CliLoginsRepository extends GlobalRepository<CliLogin> {
  static readonly database = 'platform';
  static readonly specs = [logins];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'sessions', collection: 'cli_logins', field: 'expiresAt' },
  ];
  protected readonly spec = logins;

  countOpen(now: string): Promise<number> {
    return this.all().count({ expiresAt: { gt: now } });
  }

  /** Throws ConflictError when the code is taken. */
  add(login: CliLogin): Promise<void> {
    return this.all().insert(login);
  }

  get(id: string): Promise<CliLogin | null> {
    return this.all().get(id);
  }

  async byCode(codeHash: string): Promise<CliLogin | null> {
    return (await this.all().find({ codeHash }, { limit: 1 })).items[0] ?? null;
  }

  /** True for the first answer only. */
  async answer(id: string, changes: Pick<CliLogin, 'state' | 'allowedBy'>): Promise<boolean> {
    return (await this.all().update(id, { set: changes }, { state: 'waiting' })) !== null;
  }

  /** True for exactly one caller. */
  use(id: string): Promise<boolean> {
    return this.all().remove(id);
  }
}
