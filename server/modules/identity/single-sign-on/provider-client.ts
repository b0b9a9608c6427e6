import type { Configuration, ServerMetadata } from 'openid-client';
import type { Clock } from '../../../platform/clock.js';
import type { Secret } from '../../../platform/config/secret.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { outboundFetch } from '../../../platform/outbound/outbound-fetch.js';
import { type Claims, mergedClaims } from './claims.rules.js';
import { LogoutTokens } from './logout-token.js';
import { providerProblem } from './provider-problem.js';

/** Where a provider is, and as which client this installation is known there. */
export interface ProviderLogin {
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: Secret | null;
}

export interface ProviderClientDeps {
  fetch: ReturnType<typeof outboundFetch>;
  clock: Clock;
}

export interface SignOnRequest {
  redirectUri: string;
  state: string;
  nonce: string;
  verifier: string;
}

const TIMEOUT_SECONDS = 10;
/** Discovery documents are read again after this time; keys are read at each sign-in, as providers change them. */
const KEEP_MS = 60_000;
const MAX_KEPT = 100;

/** Speaks OpenID Connect with identity providers. Throws UnavailableError when one cannot be reached. */
export class ProviderClient {
  readonly #found = new Map<string, { metadata: ServerMetadata; at: number }>();
  readonly logoutTokens: LogoutTokens;

  constructor(private readonly deps: ProviderClientDeps) {
    this.logoutTokens = new LogoutTokens(deps);
  }

  /** The provider’s discovery document, as it is now. */
  async discover(issuer: string): Promise<ServerMetadata> {
    const client = await load();
    const config = await client
      .discovery(new URL(issuer), 'unregistered', undefined, client.None(), {
        [client.customFetch]: this.deps.fetch,
        timeout: TIMEOUT_SECONDS,
        execute: isPlain(issuer) ? [client.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        throw providerProblem(issuer, error);
      });
    const metadata = config.serverMetadata();
    if (metadata.issuer.includes('{')) {
      throw new InvalidInputError(
        `the issuer is a template (${metadata.issuer}): enter that of your own tenant`,
      );
    }
    return metadata;
  }

  /** How many signing keys the provider publishes. */
  async countKeys({ jwks_uri: uri }: ServerMetadata): Promise<number> {
    if (!uri) return 0;
    const response = await this.deps.fetch(uri).catch((error: unknown) => {
      throw providerProblem(uri, error);
    });
    const { keys } = (await response.json().catch(() => ({}))) as { keys?: unknown };
    return Array.isArray(keys) ? keys.length : 0;
  }

  async metadataOf(issuer: string): Promise<ServerMetadata> {
    const now = this.deps.clock.now().getTime();
    const known = this.#found.get(issuer);
    if (known && Math.abs(now - known.at) < KEEP_MS) return known.metadata;
    const metadata = await this.discover(issuer);
    if (this.#found.size >= MAX_KEPT) this.#found.clear();
    this.#found.set(issuer, { metadata, at: now });
    return metadata;
  }

  /** Where the browser goes to sign in. */
  async authorizationUrl(
    login: ProviderLogin,
    { redirectUri, state, nonce, verifier }: SignOnRequest,
    scopes: readonly string[],
  ): Promise<string> {
    const client = await load();
    const config = await this.#configOf(login);
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: [...new Set(['openid', ...scopes])].join(' '),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...{ state, nonce },
    });
    return url.href;
  }

  /** The claims of who comes back with this query. `needs`: claims that are looked for in userinfo too. */
  async exchange(
    login: ProviderLogin,
    { redirectUri, state, nonce, verifier }: SignOnRequest,
    query: string,
    needs: readonly string[],
  ): Promise<{ claims: Claims; idToken: string }> {
    const client = await load();
    const config = await this.#configOf(login);
    const url = new URL(redirectUri);
    url.search = query;
    try {
      const tokens = await client.authorizationCodeGrant(config, url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims || !tokens.id_token) throw new TypeError('the provider sent no ID token');
      const isWhole = needs.every((name) => claims[name.split('.')[0] ?? ''] !== undefined);
      const userInfo =
        isWhole || !config.serverMetadata().userinfo_endpoint
          ? {}
          : await client.fetchUserInfo(config, tokens.access_token, claims.sub);
      return { claims: mergedClaims(claims, userInfo), idToken: tokens.id_token };
    } catch (error) {
      throw providerProblem(login.name, error);
    }
  }

  /** Where the browser signs out of the provider; null when the provider offers no such page. */
  async endSessionUrl(
    login: ProviderLogin,
    { idToken, returnTo }: { idToken: string | null; returnTo: string },
  ): Promise<string | null> {
    const client = await load();
    const config = await this.#configOf(login);
    if (!config.serverMetadata().end_session_endpoint) return null;
    return client.buildEndSessionUrl(config, {
      post_logout_redirect_uri: returnTo,
      ...(idToken === null ? {} : { id_token_hint: idToken }),
    }).href;
  }

  /** With keys of its own, so that each sign-in reads those that the provider has now. */
  async #configOf({ issuer, clientId, clientSecret }: ProviderLogin): Promise<Configuration> {
    const client = await load();
    const metadata = await this.metadataOf(issuer);
    const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const secret = clientSecret?.reveal();
    const authentication =
      secret === undefined
        ? client.None()
        : methods.includes('client_secret_post')
          ? client.ClientSecretPost(secret)
          : client.ClientSecretBasic(secret);
    const config = new client.Configuration(metadata, clientId, undefined, authentication);
    config[client.customFetch] = this.deps.fetch;
    config.timeout = TIMEOUT_SECONDS;
    if (isPlain(issuer)) client.allowInsecureRequests(config);
    return config;
  }
}

/** Loaded at the first sign-in with a provider: most processes never need it. */
const load = () => import('openid-client');

/** The outbound guard lets plain http through only where OUTBOUND_ALLOW lists the host. */
const isPlain = (issuer: string) => issuer.startsWith('http:');
