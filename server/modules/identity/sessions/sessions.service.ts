import type { Session } from '../../../../contract/sign-in.js';
import type { Audit } from '../../../platform/audit/audit.js';
import { type Actor, INSTALLATION } from '../../../platform/auth/actor.js';
import { newToken, tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { Clock } from '../../../platform/clock.js';
import { ConflictError, NotFoundError, UnauthenticatedError } from '../../../platform/errors.js';
import type { Client } from '../../../platform/http/client.js';
import type { Actors } from './actors.js';
import type {
  ProviderSession,
  SessionsRepository,
  SignedInBy,
  StoredSession,
} from './sessions.repository.js';

export interface SessionsDeps {
  sessions: SessionsRepository;
  actors: Actors;
  audit: Audit;
  clock: Clock;
  /** How long a session lives unused, and at most. */
  limits: { idleMs: number; totalMs: number };
}

export interface SignedInHow {
  by: SignedInBy;
  isSecond: boolean;
  signOn?: ProviderSession | null;
}

/** Uses of a session are stored at most this often. */
const SEEN_MS = 60_000;

/** Signed-in browsers. A session is read from the store at each request, so that ending it works at once. */
export class SessionsService {
  constructor(private readonly deps: SessionsDeps) {}

  /** Signs the client in with a new token, whatever session it had before. */
  async begin(
    userId: string,
    { by, isSecond, signOn = null }: SignedInHow,
    client: Client,
    team?: string,
  ): Promise<string> {
    const { sessions, actors, audit, clock, limits } = this.deps;
    const memberships = await actors.membershipsOf(userId);
    const now = clock.now().getTime();
    const at = (ms: number) => new Date(ms).toISOString();
    const token = newToken();
    const session: StoredSession = {
      id: tokenHash(token),
      userId,
      team: memberships.find((each) => each.team === team)?.team ?? memberships[0]?.team ?? null,
      by,
      isSecond,
      signOn,
      createdAt: at(now),
      lastSeenAt: at(now),
      idleUntil: at(now + limits.idleMs),
      endsAt: at(now + limits.totalMs),
      address: client.address,
      client: client.name,
    };
    await sessions.add(session);
    const teamId = session.team ?? INSTALLATION.teamId;
    const details = {
      ...{ by, address: client.address },
      ...(signOn ? { provider: signOn.provider, issuer: signOn.issuer } : {}),
    };
    await audit.record({ teamId, userId }, 'session.started', session.id, details);
    if (client.session) await sessions.removeOne(userId, tokenHash(client.session));
    client.keepSession(token, session.endsAt);
    return session.id;
  }

  /**
   * The actor of a session’s token. Throws UnauthenticatedError when it ended. A request keeps the session alive, an
   * open stream (`isWatching`) does not.
   */
  async actorOf(token: string, isWatching = false): Promise<Actor> {
    const { sessions, actors, clock, limits } = this.deps;
    const session = await sessions.get(tokenHash(token));
    const now = clock.now();
    const isOver = (until: string) => until <= now.toISOString();
    if (!session || isOver(session.idleUntil) || isOver(session.endsAt)) {
      throw new UnauthenticatedError('the session has ended: sign in again');
    }
    const actor = await actors.of(session.userId, session.team, session.isSecond);
    if (!actor) throw new UnauthenticatedError('this account is disabled');
    if (!isWatching && now.getTime() - Date.parse(session.lastSeenAt) >= SEEN_MS) {
      const idleUntil = new Date(now.getTime() + limits.idleMs).toISOString();
      await sessions.change(session.id, { lastSeenAt: now.toISOString(), idleUntil });
    }
    return { ...actor, sessionId: session.id };
  }

  async list(actor: Actor): Promise<Session[]> {
    const now = this.deps.clock.now().toISOString();
    const all = await this.deps.sessions.ofUser(actor.userId);
    return all
      .filter(({ idleUntil, endsAt }) => idleUntil > now && endsAt > now)
      .map((session) => ({ ...session, isCurrent: session.id === actor.sessionId }));
  }

  /** The session has shown the second factor. */
  async markSecondFactor(actor: Actor): Promise<void> {
    await this.deps.sessions.change(ofSession(actor), { isSecond: true });
  }

  async switchTeam(actor: Actor, teamId: string): Promise<void> {
    const { sessions, actors, audit } = this.deps;
    const sessionId = ofSession(actor);
    const memberships = await actors.membershipsOf(actor.userId);
    if (!memberships.some(({ team }) => team === teamId)) throw new NotFoundError('no such team');
    await sessions.change(sessionId, { team: teamId });
    await audit.record({ ...actor, teamId }, 'session.team_switched', sessionId);
  }

  async end(actor: Actor, sessionId: string): Promise<void> {
    ofSession(actor);
    if (!(await this.deps.sessions.removeOne(actor.userId, sessionId))) {
      throw new NotFoundError('no such session');
    }
    await this.deps.audit.record(actor, 'session.ended', sessionId);
  }

  /** Ends all of the actor’s sessions but the current one; returns their number. */
  async endOthers(actor: Actor): Promise<number> {
    return this.endAllOf(actor, actor.userId, ofSession(actor));
  }

  /** Ends all sessions of a user but one; returns their number. */
  async endAllOf(actor: Actor, userId: string, but?: string): Promise<number> {
    const ended = await this.deps.sessions.removeOfUser(userId, but);
    if (ended > 0) await this.deps.audit.record(actor, 'sessions.ended', userId, { ended });
    return ended;
  }
}

/** Throws ConflictError for an actor with an API key. */
export function ofSession({ sessionId }: Actor): string {
  if (sessionId) return sessionId;
  throw new ConflictError('an API key has no session: sign in with a browser');
}
