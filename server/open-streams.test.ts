import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint } from '../contract/endpoint.js';
import {
  aSignInApp,
  Browser,
  PASSWORD,
  type SignInApp,
  setUpAdmin,
} from './modules/identity/testing/browser.js';

// A stream is one long request: it must not outlive the right to make it.

const ticks = endpoint({
  method: 'GET',
  path: '/api/ticks',
  module: 'platform',
  access: 'scans:read',
  summary: 'Events without an end',
  result: z.object({ type: z.string() }),
});

let app: SignInApp;
let admin: Browser;
let address: string;
/** How many handlers are still sending. */
let sending = 0;
beforeAll(async () => {
  app = await aSignInApp();
  app.http.addStream(ticks, async ({ signal }) => endless(signal));
  address = await app.server.listen({ host: '127.0.0.1', port: 0 });
  admin = await setUpAdmin(app);
});
afterAll(async () => {
  app.server.server.closeAllConnections();
  await app.close();
});

async function* endless(signal: AbortSignal) {
  sending += 1;
  try {
    while (!signal.aborted) {
      yield { type: 'tick' };
      await sleep(50, undefined, { signal }).catch(() => {});
    }
  } finally {
    sending -= 1;
  }
}

async function aMember(name: string) {
  const email = `${name}@example.org`;
  const { body } = await admin.post('/api/invitations', { email, role: 'SECURITY_ANALYST' });
  const browser = new Browser(app);
  const token = body.path.split('#token=')[1];
  await browser.post('/api/invitations/accept', { token, name, password: PASSWORD });
  const { user } = (await browser.get('/api/me')).body;
  return { browser, userId: user.id as string };
}

/** Opens the stream and waits for its first event. */
async function open(headers: Record<string, string>) {
  const leaving = new AbortController();
  const { status, body } = await fetch(`${address}${ticks.path}`, {
    headers,
    signal: leaving.signal,
  });
  expect(status).toBe(200);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  const ended = (async () => {
    const startedMs = performance.now();
    while (!(await reader.read()).done);
    return performance.now() - startedMs;
  })();
  ended.catch(() => {});
  return { ended, leave: () => leaving.abort() };
}

const cookieOf = ({ token }: Browser) => ({ cookie: `cspm_session=${token}` });

describe('an open stream ends within seconds', () => {
  test.each<[string, (who: Awaited<ReturnType<typeof aMember>>) => Promise<unknown>]>([
    ['when its session signs out', ({ browser }) => browser.post('/api/auth/logout')],
    [
      'when its user is removed from the team',
      ({ userId }) => admin.delete(`/api/teams/current/members/${userId}`),
    ],
    [
      'when its user is disabled',
      ({ userId }) => admin.patch(`/api/users/${userId}`, { status: 'disabled' }),
    ],
  ])('%s', async (what, change) => {
    const who = await aMember(what.replace(/\W/g, ''));
    const [stream, other] = [await open(cookieOf(who.browser)), await open(cookieOf(admin))];
    await change(who);
    expect(await stream.ended).toBeLessThan(10_000);
    // Only that one.
    expect(await Promise.race([other.ended, sleep(0, 'open')])).toBe('open');
    other.leave();
  });

  test('when its key is revoked, and its handler stops', async () => {
    const { body } = await admin.post('/api/api-keys', { name: 'k', permissions: ['scans:read'] });
    const stream = await open({ 'x-api-key': body.key });
    await admin.delete(`/api/api-keys/${body.id}`);
    expect(await stream.ended).toBeLessThan(10_000);
    await expect.poll(() => sending, { timeout: 10_000 }).toBe(0);
  });
});
