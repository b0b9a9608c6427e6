import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository, type RetentionRule } from '../../../platform/database/repository.js';

/** How a session was signed in. */
export type SignedInBy = 'password' | 'link' | 'setup' | 'invitation';

/** A signed-in browser. The token itself is stored nowhere. */
export interface StoredSession extends Doc {
  /** SHA-256 of the token. */
  id: string;
  userId: string;
  /** The team that it works in; null: of no team yet. */
  team: string | null;
  by: SignedInBy;
  /** Also with a second factor, or by whoever has access to the server's machine. */
  isSecond: boolean;
  createdAt: string;
  lastSeenAt: string;
  /** Unless it is used before. */
  idleUntil: string;
  /** However much it is used. */
  endsAt: string;
  address: string | null;
  client: string | null;
}

const sessions: CollectionSpec<StoredSession> = {
  name: 'sessions',
  scope: 'global',
  fields: { userId: 'string', idleUntil: 'string', createdAt: 'string' },
  indexes: [['userId', '-createdAt'], ['idleUntil']],
};

export class SessionsRepository extends GlobalRepository<StoredSession> {
  static readonly database = 'platform';
  static readonly specs = [sessions];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'sessions', collection: 'sessions', field: 'idleUntil' },
  ];
  protected readonly spec = sessions;

  get(id: string): Promise<StoredSession | null> {
    return this.all().get(id);
  }

  async ofUser(userId: string): Promise<StoredSession[]> {
    return (await this.all().find({ userId }, { sort: ['-createdAt'], limit: 200 })).items;
  }

  add(session: StoredSession): Promise<void> {
    return this.all().insert(session);
  }

  change(id: string, changes: Partial<StoredSession>): Promise<StoredSession | null> {
    return this.all().update(id, { set: changes });
  }

  /** Ends the user’s sessions; `but` stays. Returns their number. */
  removeOfUser(userId: string, but?: string): Promise<number> {
    return this.all().removeMany({ userId, ...(but === undefined ? {} : { id: { ne: but } }) });
  }

  /** False when the user has no such session. */
  async removeOne(userId: string, id: string): Promise<boolean> {
    return (await this.all().removeMany({ id, userId })) > 0;
  }
}
