import { type Actor, INSTALLATION } from '../../../platform/auth/actor.js';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';
import { AppError, ConflictError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { Vault } from '../../../platform/vault/vault.js';
import type { ProviderSession, SessionsRepository } from '../sessions/sessions.repository.js';
import type { IdentityProvidersService } from './identity-providers.service.js';
import type { LogoutTokensRepository } from './logout-tokens.repository.js';
import type { ProviderClient } from './provider-client.js';
import { placeOf } from './sign-on.service.js';
import { addressesOf } from './sign-on-addresses.js';
import { identityIdOf } from './sign-on-identities.repository.js';

export interface SignOutsDeps {
  providers: IdentityProvidersService;
  client: ProviderClient;
  sessions: SessionsRepository;
  used: LogoutTokensRepository;
  vault: Vault;
  platform: Pick<Platform, 'audit' | 'clock' | 'log'>;
}

/** Signing out at both ends: of the provider when people sign out here, and here when they sign out there. */
export class SignOutsService {
  constructor(private readonly deps: SignOutsDeps) {}

  /** Where the browser of this session signs out of its provider. Null when it need not, or cannot. */
  async continueAt(actor: Actor, origin: string): Promise<string | null> {
    const session = actor.sessionId ? await this.deps.sessions.get(actor.sessionId) : null;
    if (!session?.signOn) return null;
    // The session here ends whatever the provider does.
    return this.#endSession(session.signOn, origin).catch((error: unknown) => {
      const { provider } = session.signOn as ProviderSession;
      this.deps.platform.log.warn({ err: error, provider }, 'sign-out of the provider failed');
      return null;
    });
  }

  /** Ends the sessions that a logout token names; they are over at their next request, on every server. */
  async endByToken(providerId: string, token: string): Promise<number> {
    const { providers, client, sessions, used, platform } = this.deps;
    const provider = await providers.get(providerId);
    const metadata = await client.metadataOf(provider.issuer);
    const { jti, sub, sid } = await client.logoutTokens.check(token, metadata, provider.clientId);
    const now = platform.clock.now().toISOString();
    await used.use(tokenHash(`${providerId}\n${jti}`), now).catch((error: unknown) => {
      if (!(error instanceof ConflictError)) throw error;
      throw new AppError(400, 'invalid_request', 'the logout token was used before');
    });
    const identity = sub === null ? undefined : identityIdOf(provider.issuer, sub);
    const of = { provider: providerId, ...(identity ? { identity } : {}), ...(sid ? { sid } : {}) };
    const ended = await sessions.removeSignedOn(of);
    const who = { ...INSTALLATION, userId: 'single-sign-on' };
    const details = { provider: providerId, ended };
    await platform.audit.record(who, 'sessions.ended_by_provider', identity ?? providerId, details);
    return ended;
  }

  async #endSession({ provider: id, identity, idToken }: ProviderSession, origin: string) {
    const { providers, client, vault } = this.deps;
    const provider = await providers.get(id);
    if (!provider.signsOut) return null;
    const hint = idToken && (await vault.open(idToken, placeOf(identity)).catch(() => null));
    return client.endSessionUrl(await providers.loginOf(provider), {
      idToken: hint?.reveal() ?? null,
      returnTo: addressesOf(origin, id).signOutUri,
    });
  }
}
