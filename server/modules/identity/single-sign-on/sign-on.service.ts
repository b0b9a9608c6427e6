import { createHash } from 'node:crypto';
import { type Actor, INSTALLATION } from '../../../platform/auth/actor.js';
import { newToken, tokenHash } from '../../../platform/auth/secret-tokens.js';
import { Secret } from '../../../platform/config/secret.js';
import {
  AppError,
  ConflictError,
  ForbiddenError,
  UnauthenticatedError,
} from '../../../platform/errors.js';
import type { Client } from '../../../platform/http/client.js';
import type { Platform } from '../../../platform/platform.js';
import type { KeptSecret, SealedSecret, Vault } from '../../../platform/vault/vault.js';
import type { SessionsRepository } from '../sessions/sessions.repository.js';
import { ofSession } from '../sessions/sessions.service.js';
import type { Entered, Entry } from '../sign-in/entry.js';
import { type Claims, hasSecondFactor, omittedClaim } from './claims.rules.js';
import type { StoredProvider } from './identity-providers.repository.js';
import type { IdentityProvidersService } from './identity-providers.service.js';
import type { ProviderClient } from './provider-client.js';
import { addressesOf } from './sign-on-addresses.js';
import type { SignOnFlow, SignOnFlowsRepository } from './sign-on-flows.repository.js';
import type { SignOnPeople } from './sign-on-people.js';

export interface SignOnDeps {
  providers: IdentityProvidersService;
  client: ProviderClient;
  flows: SignOnFlowsRepository;
  people: SignOnPeople;
  entrance: { entry: Entry; vault: Vault };
  platform: Pick<Platform, 'audit' | 'clock' | 'log'>;
}

export interface SignedOn extends Entered {
  outcome: 'signed_in' | 'challenge' | 'linked' | 'waiting';
  next: string;
}

const FLOW_MS = 10 * 60_000;

/** Signing in with an identity provider: there, and back. */
export class SignOnService {
  constructor(private readonly deps: SignOnDeps) {}

  /** The address at the provider. `origin`: of this server, to come back to. */
  async start(
    providerId: string,
    { next, purpose }: Pick<SignOnFlow, 'next' | 'purpose'>,
    origin: string,
    client: Client,
  ): Promise<{ url: string }> {
    const { providers, flows, platform } = this.deps;
    const provider = await providers.enabled(providerId);
    const state = newToken();
    // One cookie for all sign-ins that this browser has begun, in several tabs perhaps.
    const browser = /^[\w-]{43}$/.test(client.signOn ?? '') ? String(client.signOn) : newToken();
    const expiresAt = new Date(platform.clock.now().getTime() + FLOW_MS).toISOString();
    const { redirectUri } = addressesOf(origin, providerId);
    const url = await this.deps.client.authorizationUrl(
      await providers.loginOf(provider),
      { redirectUri, state, ...derived(state, browser) },
      provider.scopes,
    );
    await flows.add({
      ...{ id: tokenHash(state), browser: tokenHash(browser), provider: providerId },
      ...{ redirectUri, next, purpose, expiresAt },
    });
    client.keepSignOn(browser, expiresAt);
    return { url };
  }

  /** The same, to link the account that this session is of. */
  async startLink(
    providerId: string,
    actor: Actor,
    origin: string,
    client: Client,
  ): Promise<{ url: string }> {
    const purpose = {
      ...{ kind: 'link' as const, userId: actor.userId },
      sessionId: ofSession(actor),
    };
    await this.deps.people.requirePerson(actor.userId);
    return this.start(providerId, { next: '/account', purpose }, origin, client);
  }

  /** Signs in, links or lets wait who came back with this query. */
  async finish(providerId: string, query: string, client: Client): Promise<SignedOn> {
    const { platform } = this.deps;
    const { flow, state, browser } = await this.#flowOf(providerId, query, client);
    try {
      return await this.#finish(flow, { state, ...derived(state, browser) }, query, client);
    } catch (error) {
      if (error instanceof AppError) {
        const details = { provider: providerId, reason: error.message, address: client.address };
        const who = { ...INSTALLATION, userId: 'unknown' };
        await platform.audit.record(who, 'sign_in.refused', providerId, details);
      }
      throw error;
    }
  }

  /** The flow that this browser began; it can be used once. */
  async #flowOf(providerId: string, query: string, client: Client) {
    const { flows, platform } = this.deps;
    const state = new URLSearchParams(query).get('state') ?? '';
    const browser = client.signOn ?? '';
    const flow = await flows.get(tokenHash(state));
    const isOwn =
      flow?.browser === tokenHash(browser) &&
      flow.provider === providerId &&
      flow.expiresAt > platform.clock.now().toISOString();
    if (isOwn && (await flows.use(flow.id))) return { flow, state, browser };
    platform.log.warn(
      { provider: providerId, address: client.address, known: flow !== null },
      'sign-in with a provider refused: no such sign-in of this browser',
    );
    throw new UnauthenticatedError(
      'this sign-in was used, has expired, or began in another browser: begin again',
    );
  }

  async #finish(
    flow: SignOnFlow,
    secrets: { state: string; nonce: string; verifier: string },
    query: string,
    client: Client,
  ): Promise<SignedOn> {
    const { providers, people } = this.deps;
    const provider = await providers.enabled(flow.provider);
    const { claims, idToken } = await this.deps.client.exchange(
      await providers.loginOf(provider),
      { redirectUri: flow.redirectUri, ...secrets },
      query,
      ['email', 'name', ...provider.rules.map(({ claim }) => claim)],
    );
    const omitted = omittedClaim(provider.rules, claims);
    if (omitted !== null) {
      throw new ForbiddenError(
        `${provider.name} left out the claim ${omitted}, as it is too long: let it send fewer groups`,
      );
    }
    const identity = await people.seen(provider, claims);
    const { purpose, next } = flow;
    if (purpose.kind === 'link') {
      // In the same session still: the account of who clicked is linked, not of whoever sits there now.
      const sessionId = client.session === null ? null : tokenHash(client.session);
      if (sessionId !== purpose.sessionId) {
        throw new ConflictError(
          'the session in which you began has ended: sign in, and link again',
        );
      }
      await people.link(identity, purpose.userId);
      return { userId: purpose.userId, challenge: null, outcome: 'linked', next };
    }
    const admitted =
      purpose.kind === 'invitation'
        ? await people.invited(provider, identity, purpose.tokenHash)
        : await people.admitted(provider, identity);
    if (admitted === null) return { userId: null, challenge: null, outcome: 'waiting', next };
    const signOn = await this.#sessionOf(provider, identity.id, claims, idToken);
    const isSecond = hasSecondFactor(claims, provider.trustedAmr);
    const { entry } = this.deps.entrance;
    const entered = await entry.ofProvider(admitted.user, signOn, isSecond, client, admitted.team);
    return { ...entered, outcome: entered.challenge ? 'challenge' : 'signed_in', next };
  }

  async #sessionOf(provider: StoredProvider, identity: string, claims: Claims, idToken: string) {
    const { vault } = this.deps.entrance;
    return {
      ...{ provider: provider.id, issuer: provider.issuer, identity },
      sid: typeof claims.sid === 'string' ? claims.sid : null,
      idToken: provider.signsOut ? await vault.seal(new Secret(idToken), placeOf(identity)) : null,
    };
  }
}

/** Of the ID token that a session keeps for its sign-out. */
/** The ID tokens that sessions keep for their sign-out, for a rotation of the key. */
export async function* keptIdTokens(sessions: SessionsRepository): AsyncIterable<KeptSecret> {
  for await (const { id, signOn } of sessions.signedOn()) {
    const { identity, idToken: sealed } = signOn;
    if (!sealed) continue;
    const replace = (next: SealedSecret) => sessions.replaceIdToken(id, sealed, next);
    yield { place: placeOf(identity), sealed, replace };
  }
}

export const placeOf = (identity: string) => `id-token/${identity}`;

/** From the browser’s cookie, so that what is stored here does not open a sign-in. */
function derived(state: string, browser: string): { nonce: string; verifier: string } {
  const part = (name: string) =>
    createHash('sha256').update(`${name} ${state} ${browser}`).digest('base64url');
  return { nonce: part('nonce'), verifier: part('verifier') };
}
