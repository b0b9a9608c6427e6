import { newToken, tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { Clock } from '../../../platform/clock.js';
import { UnauthenticatedError } from '../../../platform/errors.js';
import type { OneTimeTokensRepository } from './one-time-tokens.repository.js';

export interface LinksDeps {
  tokens: OneTimeTokensRepository;
  clock: Clock;
}

type LinkKind = 'link' | 'reset';

/** How long each is valid. */
const MINUTES: Readonly<Record<LinkKind, number>> = { link: 60, reset: 24 * 60 };
/** The pages that use the tokens; a fragment is never sent to a server, so no log has it. */
const PAGES: Readonly<Record<LinkKind, string>> = {
  link: '/sign-in#link=',
  reset: '/reset-password#token=',
};

/** Links that work once: to sign in, or to set a new password. */
export class LinksService {
  constructor(private readonly deps: LinksDeps) {}

  /** A reset link replaces earlier ones; several servers print sign-in links of the same operator. */
  async create(
    kind: LinkKind,
    userId: string,
    minutes = MINUTES[kind],
  ): Promise<{ path: string; expiresAt: string }> {
    const { tokens, clock } = this.deps;
    const token = newToken();
    const expiresAt = new Date(clock.now().getTime() + minutes * 60_000).toISOString();
    if (kind === 'reset') await tokens.removeOfUser(userId, kind);
    await tokens.add({ id: tokenHash(token), kind, userId, expiresAt });
    return { path: PAGES[kind] + token, expiresAt };
  }

  /** The user of a valid link; it can still be used. */
  async userOf(kind: LinkKind, token: string): Promise<string> {
    const found = await this.deps.tokens.get(tokenHash(token));
    const now = this.deps.clock.now().toISOString();
    if (found?.kind === kind && found.expiresAt > now) return found.userId;
    throw new UnauthenticatedError('this link was used or has expired: ask for a new one');
  }

  /** The user of the link, which then no longer works. */
  async use(kind: LinkKind, token: string): Promise<string> {
    const userId = await this.userOf(kind, token);
    if (await this.deps.tokens.use(tokenHash(token))) return userId;
    throw new UnauthenticatedError('this link was used or has expired: ask for a new one');
  }

  async revoke(userId: string): Promise<void> {
    await this.deps.tokens.removeOfUser(userId);
  }
}
