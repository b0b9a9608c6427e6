import { newToken, tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { Clock } from '../../../platform/clock.js';
import { UnauthenticatedError } from '../../../platform/errors.js';
import type { Client } from '../../../platform/http/client.js';
import type { ProviderSession, SignedInBy } from '../sessions/sessions.repository.js';
import type { SessionsService, SignedInHow } from '../sessions/sessions.service.js';
import type { StoredUser, UsersRepository } from '../users/users.repository.js';
import type { OneTimeTokensRepository } from './one-time-tokens.repository.js';

/** Signed in, or asked for the second factor first. */
export interface Entered {
  userId: string | null;
  challenge: { token: string; expiresAt: string } | null;
}

export interface EntryDeps {
  users: UsersRepository;
  sessions: SessionsService;
  tokens: OneTimeTokensRepository;
  clock: Clock;
}

const CHALLENGE_MS = 5 * 60_000;

/** The last step of every sign-in by a person: a session, or a challenge for who has a second factor. */
export class Entry {
  constructor(private readonly deps: EntryDeps) {}

  async of(user: StoredUser, by: SignedInBy, client: Client, team?: string): Promise<Entered> {
    return this.#ask(user, { by, isSecond: false }, client, team);
  }

  /** Of a user whom a provider vouches for; `isSecond`: for their second factor too. */
  ofProvider(
    user: StoredUser,
    signOn: ProviderSession,
    isSecond: boolean,
    client: Client,
    team?: string,
  ): Promise<Entered> {
    return this.#ask(user, { by: 'provider', isSecond, signOn }, client, team);
  }

  /** The user whom a challenge asks; it can still be answered. */
  async userOf(challenge: string): Promise<string> {
    const found = await this.deps.tokens.get(tokenHash(challenge));
    const now = this.deps.clock.now().toISOString();
    if (found?.kind === 'challenge' && found.expiresAt > now) return found.userId;
    throw new UnauthenticatedError('the sign-in took too long: begin again');
  }

  /** Signs in after the right answer; one of two parallel answers wins. */
  async complete(challenge: string, client: Client): Promise<string> {
    const userId = await this.userOf(challenge);
    const signOn = (await this.deps.tokens.get(tokenHash(challenge)))?.signOn ?? null;
    if (!(await this.deps.tokens.use(tokenHash(challenge)))) {
      throw new UnauthenticatedError('the sign-in took too long: begin again');
    }
    await this.#begin(
      userId,
      { by: signOn ? 'provider' : 'password', isSecond: true, signOn },
      client,
    );
    return userId;
  }

  async #ask(user: StoredUser, how: SignedInHow, client: Client, team?: string): Promise<Entered> {
    if (user.totp !== null && !how.isSecond) {
      return { userId: null, challenge: await this.#challenge(user.id, how.signOn) };
    }
    await this.#begin(user.id, how, client, team);
    return { userId: user.id, challenge: null };
  }

  async #begin(userId: string, how: SignedInHow, client: Client, team?: string): Promise<void> {
    await this.deps.sessions.begin(userId, how, client, team);
    await this.deps.users.change(userId, { lastSignInAt: this.deps.clock.now().toISOString() });
  }

  async #challenge(
    userId: string,
    signOn: ProviderSession | null = null,
  ): Promise<{ token: string; expiresAt: string }> {
    const token = newToken();
    const expiresAt = new Date(this.deps.clock.now().getTime() + CHALLENGE_MS).toISOString();
    await this.deps.tokens.add({
      id: tokenHash(token),
      kind: 'challenge',
      userId,
      expiresAt,
      signOn,
    });
    return { token, expiresAt };
  }
}
