import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository, type RetentionRule } from '../../../platform/database/repository.js';
import type { SealedSecret } from '../../../platform/vault/vault.js';

/** How a session was signed in. */
export type SignedInBy = 'password' | 'link' | 'setup' | 'invitation' | 'provider';

/** The identity provider that a session was signed in with, and what its sign-out needs. */
export interface ProviderSession {
  provider: string;
  issuer: string;
  /** Id of the linked identity. */
  identity: string;
  /** The provider’s own id of its session. */
  sid: string | null;
  idToken: SealedSecret | null;
}

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
  signOn?: ProviderSession | null;
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
  fields: {
    ...{ userId: 'string', team: 'string', idleUntil: 'string', createdAt: 'string' },
    ...{ 'signOn.provider': 'string', 'signOn.identity': 'string', 'signOn.sid': 'string' },
    'signOn.idToken.box.tag': 'string',
  },
  indexes: [['userId', '-createdAt'], ['team'], ['idleUntil']],
  sparse: ['signOn.identity', 'signOn.sid', 'signOn.provider'],
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

  /** Sessions that work in the team go on without one. */
  leaveTeam(team: string): Promise<number> {
    return this.all().updateMany({ team }, { set: { team: null } });
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

  /** Ends the sessions of a provider, of one identity or of one of the provider’s sessions; returns their number. */
  removeSignedOn(of: { provider: string; identity?: string; sid?: string }): Promise<number> {
    const named = Object.entries(of).filter(([, value]) => value !== undefined);
    return this.all().removeMany(
      Object.fromEntries(named.map(([name, value]) => [`signOn.${name}`, value])),
    );
  }

  /** Those of identity providers. */
  async *signedOn(): AsyncIterable<StoredSession & { signOn: ProviderSession }> {
    for await (const page of this.all().each({ 'signOn.provider': { ne: null } }))
      for (const { signOn, ...session } of page) if (signOn) yield { ...session, signOn };
  }

  /** Null when the session has ended, or its token was changed since it was read. */
  replaceIdToken(id: string, from: SealedSecret, to: SealedSecret) {
    const unchanged = { 'signOn.idToken.box.tag': from.box.tag };
    return this.all().update(id, { set: { 'signOn.idToken': to } }, unchanged);
  }

  /** False when the user has no such session. */
  async removeOne(userId: string, id: string): Promise<boolean> {
    return (await this.all().removeMany({ id, userId })) > 0;
  }
}
