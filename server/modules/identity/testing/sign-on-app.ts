import { localOperator } from '../../../platform/auth/actor.js';
import { createTestApp, TestClock } from '../../../testing/test-core.js';
import {
  type Person,
  ProviderBrowser,
  TestIdentityProvider,
} from '../../../testing/test-identity-provider.js';
import { Browser, PASSWORD, type SignInApp } from './browser.js';

/** As requests that are injected name it. */
export const ORIGIN = 'http://localhost';

export interface SignOnApp extends SignInApp {
  admin: Browser;
  adminId: string;
  teamId: string;
  main: TestIdentityProvider;
  other: TestIdentityProvider;
  close(): Promise<void>;
}

/** The product with an administrator, and two real providers, of which none is added yet. */
export async function aSignOnApp(): Promise<SignOnApp> {
  const origins = [ORIGIN];
  const [main, other] = await Promise.all([
    TestIdentityProvider.start({ origins, providerId: 'main' }),
    TestIdentityProvider.start({ origins, providerId: 'other' }),
  ]);
  const clock = new TestClock(new Date().toISOString());
  const env = { OUTBOUND_ALLOW: '127.0.0.1' };
  const app = await createTestApp({ authenticate: undefined, clock, env });
  const identity = app.container.get('identity');
  const given = { email: 'ann@example.org', name: 'Ann', password: PASSWORD };
  const admin = new Browser(app);
  const adminId = (await admin.post('/api/setup', given)).body.userId;
  const { body: team } = await admin.get('/api/teams/current');
  return {
    ...{ ...app, clock, identity, admin, adminId, teamId: team.id, main, other },
    close: async () => {
      await app.close();
      await Promise.all([main.stop(), other.stop()]);
    },
  };
}

export async function addProvider(
  { admin, main, other }: SignOnApp,
  id: 'main' | 'other',
  settings: object = {},
) {
  const { issuer, clientId, clientSecret } = id === 'main' ? main : other;
  return admin.post('/api/identity-providers', {
    ...{ id, name: id === 'main' ? 'Main' : 'Other', issuer, clientId, clientSecret },
    scopes: ['email', 'profile', 'groups'],
    ...settings,
  });
}

export interface SignOnOptions {
  provider?: 'main' | 'other';
  browser?: Browser;
  atProvider?: ProviderBrowser;
  start?: object;
  /** Changes the address before the browser goes there. */
  going?: (url: URL) => void;
  /** Changes the query that it comes back with. */
  coming?: (query: URLSearchParams) => void;
}

/** Signs a person of the provider in, as a browser does. */
export async function signOn(app: SignOnApp, sub: string, options: SignOnOptions = {}) {
  const { provider = 'main', browser = new Browser(app), start = {} } = options;
  const { atProvider = new ProviderBrowser() } = options;
  const path = `/api/auth/oidc/providers/${provider}`;
  // So that the audit trail is in order.
  app.clock.moveDays(1 / 86_400);
  const started = await browser.post(`${path}/start`, start);
  if (started.status !== 200) return { browser, atProvider, query: '', ...started };
  const url = new URL(started.body.url);
  options.going?.(url);
  const query = new URLSearchParams(await atProvider.signIn(url.href, sub));
  options.coming?.(query);
  const finished = await browser.post(`${path}/callback`, { query: query.toString() });
  return { browser, atProvider, query: query.toString(), ...finished };
}

/** A person of a provider, with a verified e-mail address. */
export function aPerson(sub: string, groups: string[] = [], more: Partial<Person> = {}): Person {
  const { claims, ...rest } = more;
  const email = `${sub}@example.org`;
  return { claims: { name: sub, email, email_verified: true, groups, ...claims }, ...rest };
}

/** A rule that gives a role to a group. */
export function groupRule(value: string, teamId: string, role: string) {
  return { claim: 'groups', test: 'contains', value, grant: { kind: 'team', teamId, role } };
}

/** The audit entries about this, newest first. */
export async function audited({ platform }: SignOnApp, action: string, teamId = 'installation') {
  return (await platform.audit.page({ ...localOperator, teamId }, { action }, 100)).items;
}
