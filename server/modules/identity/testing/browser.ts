import type { InjectOptions } from 'fastify';
import { createTestApp, type TestApp } from '../../../testing/test-core.js';
import type { Identity } from '../index.js';

export const PASSWORD = 'four green bicycles whistle';

export interface SignInApp extends TestApp {
  identity: Identity;
}

/** The product with its own sign-in, in place of the actor that other tests bring. */
export async function aSignInApp(): Promise<SignInApp> {
  const app = await createTestApp({ authenticate: undefined });
  return { ...app, identity: app.container.get('identity') };
}

/** A browser, or a program with a key: keeps the session's cookie. */
export class Browser {
  token = '';
  /** Binds a sign-in with a provider to this browser. */
  signOn = '';

  constructor(
    private readonly app: TestApp,
    private readonly headers: Record<string, string> = {},
  ) {}

  signIn(email: string, password: string) {
    return this.post('/api/auth/login', { email, password });
  }

  get(url: string) {
    return this.#send({ method: 'GET', url });
  }

  post(url: string, payload?: object) {
    return this.#send({ method: 'POST', url, ...(payload ? { payload } : {}) });
  }

  put(url: string, payload: object) {
    return this.#send({ method: 'PUT', url, payload });
  }

  patch(url: string, payload: object) {
    return this.#send({ method: 'PATCH', url, payload });
  }

  delete(url: string) {
    return this.#send({ method: 'DELETE', url });
  }

  async #send(options: InjectOptions) {
    const cookies = {
      ...(this.token ? { cspm_session: this.token } : {}),
      ...(this.signOn ? { cspm_sign_on: this.signOn } : {}),
    };
    const request: InjectOptions = { ...options, headers: this.headers, cookies };
    const answer = await this.app.server.inject(request);
    const cookie = String(answer.headers['set-cookie'] ?? '');
    const given = /cspm_session=([^;]*)/.exec(cookie)?.[1];
    if (given !== undefined) this.token = given;
    this.signOn = /cspm_sign_on=([^;]*)/.exec(cookie)?.[1] ?? this.signOn;
    return { status: answer.statusCode, body: answer.json(), cookie };
  }
}

/** The browser of Ann, whom the set-up made the first administrator. */
export async function setUpAdmin(app: TestApp): Promise<Browser> {
  const admin = new Browser(app);
  await admin.post('/api/setup', { email: 'ann@example.org', name: 'Ann', password: PASSWORD });
  return admin;
}
