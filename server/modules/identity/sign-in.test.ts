import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../platform/auth/actor.js';
import type { Identity } from './index.js';
import { aSignInApp, Browser, PASSWORD, type SignInApp } from './testing/browser.js';

let app: SignInApp;
let identity: Identity;
beforeAll(async () => {
  app = await aSignInApp();
  identity = app.identity;
});
afterAll(() => app.close());

const ADMIN = { email: 'ann@example.org', name: 'Ann', password: PASSWORD };

describe('an installation that is not set up', () => {
  test('answers nothing but health and setup', async () => {
    const browser = new Browser(app);
    for (const path of ['/api/me', '/api/security-scans/findings', '/api/users']) {
      const { status, body } = await browser.get(path);
      expect([status, body.code]).toEqual([401, 'unauthenticated']);
    }
    expect((await browser.get('/api/health')).status).toBe(200);
    expect((await browser.get('/api/setup')).body).toEqual({ needed: true });
  });

  test.each([
    ['short', /at least 12/],
    ['passwordpassword', /easily guessed|common/],
    ['ann@example.org1', /name or e-mail|easily guessed/],
  ])('rejects the password %s', async (password, why) => {
    const { status, body } = await new Browser(app).post('/api/setup', { ...ADMIN, password });
    expect([status, body.detail]).toEqual([422, expect.stringMatching(why)]);
  });

  test('has exactly one first administrator, whoever asks at the same time', async () => {
    const browsers = Array.from({ length: 4 }, () => new Browser(app));
    const answers = await Promise.all(
      browsers.map((browser, n) =>
        browser.post('/api/setup', { ...ADMIN, email: `a${n}@example.org` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403]);
    const winner = browsers[answers.findIndex(({ status }) => status === 201)] as Browser;
    expect((await winner.get('/api/me')).body).toMatchObject({ team: { id: 'default' } });
    const { items } = (await winner.get('/api/users')).body;
    expect(items).toHaveLength(1);
    expect((await winner.get('/api/setup')).body).toEqual({ needed: false });
    await identity.users.create(localOperator, { ...ADMIN, isInstallationAdmin: true });
  });
});

describe('a session', () => {
  test('is a cookie that no script reads, with no token in the store', async () => {
    const browser = new Browser(app);
    const { status, cookie } = await browser.signIn('ANN@example.org ', PASSWORD);
    expect([status, cookie]).toEqual([200, expect.stringMatching(/HttpOnly.*SameSite=Lax/)]);
    expect(cookie).not.toContain('Secure'); // loopback, plain HTTP
    const { items } = (await browser.get('/api/auth/sessions')).body;
    expect(items).toMatchObject([{ isCurrent: true, by: 'password' }]);
    expect(JSON.stringify(items)).not.toContain(browser.token);
  });

  test('ends at once when it is signed out or ended elsewhere', async () => {
    const [one, other] = [new Browser(app), new Browser(app)];
    await one.signIn(ADMIN.email, PASSWORD);
    await other.signIn(ADMIN.email, PASSWORD);
    expect((await one.delete('/api/auth/sessions')).body.ended).toBeGreaterThanOrEqual(1);
    expect((await other.get('/api/me')).status).toBe(401);
    const { token } = one;
    await one.post('/api/auth/logout');
    one.token = token;
    expect((await one.get('/api/me')).status).toBe(401);
  });

  test('gets a new token at each sign-in, whatever cookie the browser brings', async () => {
    const browser = new Browser(app);
    browser.token = 'chosen-by-an-attacker';
    await browser.signIn(ADMIN.email, PASSWORD);
    expect(browser.token).not.toBe('chosen-by-an-attacker');
    const { token } = browser;
    await browser.signIn(ADMIN.email, PASSWORD);
    browser.token = token;
    expect((await browser.get('/api/me')).status).toBe(401);
  });

  test('ends when it is unused for eight hours, and after a week', async () => {
    const browser = new Browser(app);
    await browser.signIn(ADMIN.email, PASSWORD);
    app.clock.moveDays(0.3);
    expect((await browser.get('/api/me')).status).toBe(200);
    app.clock.moveDays(0.34);
    expect((await browser.get('/api/me')).status).toBe(401);
    await browser.signIn(ADMIN.email, PASSWORD);
    for (let day = 0; day < 7 * 4; day += 1) {
      app.clock.moveDays(0.25);
      await browser.get('/api/me');
    }
    expect((await browser.get('/api/me')).status).toBe(401);
  });

  test('of a disabled user ends', async () => {
    const { id } = await identity.users.create(localOperator, {
      ...{ email: 'bob@example.org', name: 'Bob', password: PASSWORD, isInstallationAdmin: false },
    });
    const browser = new Browser(app);
    await browser.signIn('bob@example.org', PASSWORD);
    expect((await browser.get('/api/auth/sessions')).status).toBe(200);
    await identity.users.change(localOperator, id, { status: 'disabled' });
    expect((await browser.get('/api/auth/sessions')).status).toBe(401);
    expect((await browser.signIn('bob@example.org', PASSWORD)).status).toBe(401);
  });
});

describe('a wrong password', () => {
  const wrong = (email: string) => new Browser(app).signIn(email, 'not the password');

  test('gets the same answer as an unknown account, and locks it after five', async () => {
    const { body: known } = await wrong(ADMIN.email);
    const { body: unknown } = await wrong('nobody@example.org');
    const same = { requestId: '' };
    expect({ ...known, ...same }).toEqual({ ...unknown, ...same });
    for (let n = 0; n < 4; n += 1) {
      expect((await wrong(ADMIN.email)).status).toBe(401);
      expect((await wrong('nobody@example.org')).status).toBe(401);
    }
    for (const email of [ADMIN.email, 'nobody@example.org']) {
      const { status, body } = await new Browser(app).signIn(email, PASSWORD);
      expect([status, body.detail]).toEqual([429, expect.stringContaining('15 minutes')]);
    }
    app.clock.moveDays(16 / 1_440);
    expect((await new Browser(app).signIn(ADMIN.email, PASSWORD)).status).toBe(200);
  });

  test('is tried no more than five times, however many at once', async () => {
    const tries = await Promise.all(Array.from({ length: 12 }, () => wrong('many@example.org')));
    expect(tries.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect(tries.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(7);
  });

  test('is in the audit trail, without what was typed', async () => {
    const { items } = await app.platform.audit.page({ teamId: 'installation' }, {}, 100);
    const actions = items.map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['sign_in.failed', 'account.locked']));
    expect(JSON.stringify(items)).not.toContain('not the password');
  });
});

describe('a password', () => {
  test('is changed with the current one, which ends the other sessions', async () => {
    const email = 'cat@example.org';
    await identity.users.create(localOperator, {
      ...{ email, name: 'Cat', password: PASSWORD, isInstallationAdmin: false },
    });
    const [one, other] = [new Browser(app), new Browser(app)];
    await one.signIn(email, PASSWORD);
    await other.signIn(email, PASSWORD);
    const next = 'seven purple umbrellas sing';
    const refused = await one.post('/api/auth/password', { current: 'wrong wrong', next });
    expect(refused.status).toBe(401);
    const changed = await one.post('/api/auth/password', { current: PASSWORD, next });
    expect([changed.status, changed.body]).toEqual([200, { endedSessions: 1 }]);
    expect((await other.get('/api/auth/sessions')).status).toBe(401);
    expect((await one.get('/api/auth/sessions')).status).toBe(200);
    expect((await new Browser(app).signIn(email, PASSWORD)).status).toBe(401);
    expect((await new Browser(app).signIn(email, next)).status).toBe(200);
  });

  test('is reset by a link that works once', async () => {
    const email = 'dan@example.org';
    const user = await identity.users.create(localOperator, {
      ...{ email, name: 'Dan', isInstallationAdmin: false },
    });
    expect((await new Browser(app).signIn(email, PASSWORD)).status).toBe(401);
    const { path } = await identity.users.resetLink(localOperator, user.id);
    const [, token] = path.split('#token=');
    const weak = await new Browser(app).post('/api/auth/password/reset', {
      token,
      password: 'dandandandan',
    });
    expect(weak.status).toBe(422);
    const reset = () =>
      new Browser(app).post('/api/auth/password/reset', { token, password: PASSWORD });
    expect((await reset()).status).toBe(200);
    expect((await reset()).status).toBe(401);
    expect((await new Browser(app).signIn(email, PASSWORD)).status).toBe(200);
  });

  test('is stored with argon2id, and hashed again when the parameters rise', async () => {
    const { hash } = await import('@node-rs/argon2');
    const user = await identity.users.create(localOperator, {
      ...{ email: 'eve@example.org', name: 'Eve', password: PASSWORD, isInstallationAdmin: false },
    });
    const rows = app.platform.repositories;
    const { UsersRepository } = await import('./users/users.repository.js');
    const users = rows.create(UsersRepository);
    const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await users.change(user.id, { passwordHash: weak });
    await new Browser(app).signIn('eve@example.org', PASSWORD);
    expect((await users.get(user.id))?.passwordHash).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
    );
  });
});

test('the operator’s link signs in once, as administrator', async () => {
  const { path } = await identity.links.create('link', await identity.setup.ensureOperator());
  const [, token] = path.split('#link=');
  const browser = new Browser(app);
  expect((await browser.post('/api/auth/link', { token })).status).toBe(200);
  expect((await browser.get('/api/me')).body).toMatchObject({
    user: { id: 'local' },
    permissions: expect.arrayContaining(['installation:write', 'team:write']),
  });
  expect((await new Browser(app).post('/api/auth/link', { token })).status).toBe(401);
});

test('setup is closed once a command made an administrator, though nobody used the page', async () => {
  const other = await aSignInApp();
  const { users } = other.identity;
  const person = { email: 'root@example.org', name: 'Root', isInstallationAdmin: true };
  const { id } = await users.create(localOperator, person);
  const { path } = await users.resetLink(localOperator, id);
  expect((await new Browser(other).get('/api/setup')).body).toEqual({ needed: true });
  const reset = { token: path.split('#token=')[1], password: PASSWORD };
  await new Browser(other).post('/api/auth/password/reset', reset);
  expect((await new Browser(other).get('/api/setup')).body).toEqual({ needed: false });
  expect((await new Browser(other).post('/api/setup', ADMIN)).status).toBe(403);
  await other.close();
});
