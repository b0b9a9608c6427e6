import type { FastifyReply, FastifyRequest } from 'fastify';

/** The program at the other end of a request, and the session in its cookie. */
export interface Client {
  address: string;
  /** The user agent as it names itself, shortened. */
  name: string | null;
  /** The token in the session’s cookie. */
  session: string | null;
  /** The API key in `X-API-Key` or `Authorization: Bearer`. */
  key: string | null;
  /** What binds a sign-in with an identity provider to this browser. */
  signOn: string | null;
  /** The server’s address as the client used it. */
  origin: string;
  keepSignOn(token: string, endsAt: string): void;
  /** Only an open stream is checked again: that does not keep a session alive. */
  isWatching?: boolean;
  keepSession(token: string, endsAt: string): void;
  dropSession(): void;
}

/** A `__Host-` cookie is never sent over plain HTTP, nor by or to another host or path. */
const cookieName = (isSecure: boolean, name: string) => (isSecure ? `__Host-${name}` : name);

export function clientOf(request: FastifyRequest, reply: FastifyReply, isHttps: boolean): Client {
  const isSecure = isHttps || request.protocol === 'https';
  const name = cookieName(isSecure, 'cspm_session');
  const signOn = cookieName(isSecure, 'cspm_sign_on');
  const options = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: isSecure };
  const { authorization = '', 'x-api-key': key } = request.headers;
  const bearer = /^Bearer (\S+)$/i.exec(authorization)?.[1];
  return {
    address: request.ip,
    name: request.headers['user-agent']?.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 200) ?? null,
    session: request.cookies[name] ?? null,
    key: (typeof key === 'string' ? key : bearer) ?? null,
    signOn: request.cookies[signOn] ?? null,
    origin: `${isSecure ? 'https' : 'http'}://${request.host}`,
    keepSignOn: (token, endsAt) =>
      void reply.setCookie(signOn, token, { ...options, expires: new Date(endsAt) }),
    keepSession: (token, endsAt) =>
      void reply.setCookie(name, token, { ...options, expires: new Date(endsAt) }),
    dropSession: () => void reply.clearCookie(name, options),
  };
}
