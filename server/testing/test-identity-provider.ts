import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { type JWK, Provider } from 'oidc-provider';

export interface Person {
  claims: Record<string, unknown>;
  amr?: string[];
}

export interface TestProviderOptions {
  /** Origins of the product that may use it, and under which id it knows this provider. */
  origins: readonly string[];
  providerId: string;
  /** Default: what is sent to the product is kept in `sent`. */
  send?: typeof fetch;
}

const CLIENT_ID = 'cspm';
const CLIENT_SECRET = 'a-secret-of-this-client-only';

/** A real OpenID provider on loopback, with a page that lists its people. */
export class TestIdentityProvider {
  readonly people = new Map<string, Person>();
  readonly clientId = CLIENT_ID;
  readonly clientSecret = CLIENT_SECRET;
  /** Bodies that were sent to the product: logout tokens. */
  readonly sent: { url: string; body: string }[] = [];
  #provider!: Provider;
  #key!: { kid: string; secret: KeyObject };
  #keys = 0;

  private constructor(
    private readonly server: Server,
    private readonly options: TestProviderOptions,
  ) {}

  static async start(options: TestProviderOptions): Promise<TestIdentityProvider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const provider = new TestIdentityProvider(server, options);
    provider.rotateKeys();
    server.on('request', (request, response) => void provider.#answer(request, response));
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Signs with a new key from now on, and publishes only that. */
  rotateKeys(): void {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#keys += 1;
    this.#key = { kid: `key-${this.#keys}`, secret: privateKey };
    this.#provider = this.#create();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** A logout token as this provider makes them, with some claims changed. */
  logoutToken(claims: Record<string, unknown>, key: KeyObject = this.#key.secret): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const given = { iss: this.issuer, aud: CLIENT_ID, iat: now, exp: now + 120, events };
    return new SignJWT({ ...given, jti: `jti-${Math.random()}`, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: this.#key.kid, typ: 'logout+jwt' })
      .sign(key);
  }

  #create(): Provider {
    const { origins, providerId, send } = this.options;
    const jwk = this.#key.secret.export({ format: 'jwk' }) as unknown as JWK;
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: origins.map((origin) => `${origin}/sign-in/oidc/${providerId}`),
          post_logout_redirect_uris: origins.map((origin) => `${origin}/sign-in`),
          backchannel_logout_uri: `${origins[0]}/api/auth/oidc/providers/${providerId}/backchannel-logout`,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys: [{ ...jwk, kid: this.#key.kid, use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['of the test provider'] },
      scopes: ['openid', 'email', 'profile', 'groups'],
      claims: {
        openid: ['sub', 'amr'],
        email: ['email', 'email_verified'],
        profile: ['name', 'phone_number'],
        groups: ['groups', 'realm_access'],
      },
      conformIdTokenClaims: false,
      features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      ttl: { Session: 600, Interaction: 600, Grant: 600, IdToken: 600, AccessToken: 600 },
      fetch: async (url, init) => {
        // Without the dispatcher that keeps it from private addresses.
        const { dispatcher: _, ...request } = { dispatcher: null, ...init };
        if (send) return send(url, request);
        this.sent.push({ url: String(url), body: String(init?.body) });
        return new Response('{}');
      },
      findAccount: (_ctx, sub) => ({
        accountId: sub,
        claims: async () => ({ sub, ...this.people.get(sub)?.claims }),
      }),
      loadExistingGrant: async ({ oidc }) => {
        const { provider, client, session } = oidc;
        const grant = new provider.Grant({
          ...(client ? { clientId: client.clientId } : {}),
          ...(session?.accountId ? { accountId: session.accountId } : {}),
        });
        grant.addOIDCScope('openid email profile groups');
        await grant.save();
        return grant;
      },
    });
    return provider;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer);
    if (!url.pathname.startsWith('/interaction/')) {
      this.#provider.callback()(request, response);
      return;
    }
    if (request.method === 'GET') {
      const buttons = [...this.people.keys()].map(
        (sub) => `<button name="person" value="${sub}">Sign in as ${sub}</button>`,
      );
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><title>Provider</title><h1>Provider</h1><form method="post" action="${url.pathname}">${buttons.join('')}</form>`,
      );
      return;
    }
    let body = '';
    for await (const part of request) body += part;
    const accountId = new URLSearchParams(body).get('person') ?? '';
    const amr = this.people.get(accountId)?.amr;
    await this.#provider.interactionFinished(request, response, {
      login: { accountId, ...(amr ? { amr } : {}) },
    });
  }
}

/** A browser at the provider: keeps its cookies. */
export class ProviderBrowser {
  readonly #cookies = new Map<string, string>();

  /** Signs in as this person, unless that browser is signed in; returns the query that the product gets. */
  async signIn(url: string, person: string): Promise<string> {
    const end = await this.follow(url, { person });
    return new URL(end).search.slice(1);
  }

  /** Follows redirects and submits forms until the provider sends the browser to another origin. */
  async follow(address: string, fields: Record<string, string>): Promise<string> {
    const { origin } = new URL(address);
    let response = await this.#fetch(address);
    for (let step = 0; step < 20; step += 1) {
      const location = response.headers.get('location');
      if (location !== null) {
        const next = new URL(location, origin);
        if (next.origin !== origin) return next.href;
        response = await this.#fetch(next.href);
        continue;
      }
      const html = await response.text();
      const action = /action="([^"]+)"/.exec(html)?.[1];
      if (action === undefined) throw new Error(`${response.status} ${html.slice(0, 500)}`);
      const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const given = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
      response = await this.#fetch(new URL(action, origin).href, {
        method: 'POST',
        body: new URLSearchParams({ ...given, ...fields }),
      });
    }
    throw new Error('the provider does not come to an end');
  }

  async #fetch(url: string, options: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...options, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }
}
