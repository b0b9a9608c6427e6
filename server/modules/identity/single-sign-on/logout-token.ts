import type { JWTVerifyGetKey } from 'jose';
import type { ServerMetadata } from 'openid-client';
import type { Clock } from '../../../platform/clock.js';
import { AppError } from '../../../platform/errors.js';
import type { outboundFetch } from '../../../platform/outbound/outbound-fetch.js';

/** Who signed out at the provider: a session of it, or all of a person. */
export interface LogoutNotice {
  jti: string;
  sub: string | null;
  sid: string | null;
}

export interface LogoutTokensDeps {
  fetch: ReturnType<typeof outboundFetch>;
  clock: Clock;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Older ones are refused; their `jti` is remembered for much longer. */
export const MAX_AGE_SECONDS = 300;
const CLOCK_TOLERANCE_SECONDS = 60;
/** Signed with the provider’s keys: no `none`, no shared secrets. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** Checks logout tokens as OpenID Connect Back-Channel Logout 1.0, section 2.6, asks. */
export class LogoutTokens {
  readonly #keys = new Map<string, JWTVerifyGetKey>();

  constructor(private readonly deps: LogoutTokensDeps) {}

  /** Throws an AppError with the status 400, which the specification asks for. */
  async check(token: string, metadata: ServerMetadata, clientId: string): Promise<LogoutNotice> {
    const jose = await import('jose');
    const { payload } = await jose
      .jwtVerify(token, await this.#keysOf(metadata.jwks_uri ?? ''), {
        issuer: metadata.issuer,
        audience: clientId,
        algorithms: ALGORITHMS as never,
        requiredClaims: ['iat', 'jti', 'events'],
        maxTokenAge: MAX_AGE_SECONDS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: this.deps.clock.now(),
      })
      .catch((cause: unknown) => {
        throw refused(cause instanceof Error ? cause.message : 'it cannot be read', cause);
      });
    const { jti, sub = null, sid = null, nonce, events } = payload;
    const event = (events as Record<string, unknown> | null)?.[EVENT];
    if (typeof event !== 'object' || event === null) throw refused('it is about another event');
    if (nonce !== undefined) throw refused('it has a nonce, as an ID token does');
    if (typeof jti !== 'string' || jti === '') throw refused('it has no jti');
    if (sub === null && typeof sid !== 'string') throw refused('it names neither sub nor sid');
    return { jti, sub, sid: typeof sid === 'string' ? sid : null };
  }

  /** Read again when a token names a key that is not among them, at most every half a minute. */
  async #keysOf(uri: string): Promise<JWTVerifyGetKey> {
    const known = this.#keys.get(uri);
    if (known) return known;
    if (!URL.canParse(uri)) throw refused('the provider publishes no keys');
    const jose = await import('jose');
    const keys = jose.createRemoteJWKSet(new URL(uri), { [jose.customFetch]: this.deps.fetch });
    if (this.#keys.size >= 100) this.#keys.clear();
    this.#keys.set(uri, keys);
    return keys;
  }
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError(
    400,
    'invalid_request',
    `the logout token is refused: ${reason}`,
    {},
    { cause },
  );
}
