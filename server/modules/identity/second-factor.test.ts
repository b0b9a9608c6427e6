import { generate } from 'otplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../../platform/auth/actor.js';
import { aSignInApp, Browser, PASSWORD, type SignInApp } from './testing/browser.js';

let app: SignInApp;
let admin: Browser;
const ANN = 'ann@example.org';
beforeAll(async () => {
  app = await aSignInApp();
  admin = new Browser(app);
  await admin.post('/api/setup', { email: ANN, name: 'Ann', password: PASSWORD });
});
afterAll(() => app.close());

const codeOf = (secret: string) =>
  generate({ secret, epoch: Math.floor(app.clock.now().getTime() / 1_000) });
const nextStep = () => app.clock.moveDays(31 / 86_400);

/** Adds a second factor to the browser's account. */
async function enrol(browser: Browser) {
  const { body } = await browser.post('/api/auth/mfa/totp');
  const confirmed = await browser.post('/api/auth/mfa/totp/confirm', {
    code: await codeOf(body.secret),
  });
  expect(confirmed.status).toBe(200);
  nextStep();
  return {
    secret: body.secret as string,
    ...body,
    codes: confirmed.body.recoveryCodes as string[],
  };
}

async function challengeOf(email: string) {
  const browser = new Browser(app);
  const { status, body, cookie } = await browser.signIn(email, PASSWORD);
  expect([status, body.userId, cookie]).toEqual([200, null, '']);
  const answer = (code: string) =>
    browser.post('/api/auth/mfa', { challenge: body.challenge.token, code });
  return { browser, answer };
}

async function newUser(name: string) {
  const email = `${name}@example.org`;
  const given = { email, name, password: PASSWORD, isInstallationAdmin: true };
  const { id } = await app.identity.users.create(localOperator, given);
  const browser = new Browser(app);
  await browser.signIn(email, PASSWORD);
  return { id, email, browser };
}

test('an authenticator asks for its code at each sign-in, and no code works twice', async () => {
  const { email, browser } = await newUser('bob');
  const { secret, uri, qr } = await enrol(browser);
  expect(uri).toMatch(/^otpauth:\/\/totp\/OffloadSecurity/);
  expect(qr).toMatch(/^<svg /);
  const code = await codeOf(secret);
  const one = await challengeOf(email);
  expect((await one.browser.get('/api/me')).status).toBe(401);
  expect((await one.answer('000000')).status).toBe(401);
  expect((await one.answer(code)).status).toBe(200);
  expect((await one.browser.get('/api/users')).status).toBe(200);
  const again = await challengeOf(email);
  expect((await again.answer(code)).status).toBe(401);
  nextStep();
  expect((await again.answer(await codeOf(secret))).status).toBe(200);
  const { items } = (await one.browser.get('/api/users?q=bob')).body;
  expect(items[0].hasSecondFactor).toBe(true);
});

test('parallel answers with one code sign in once', async () => {
  const { email, browser } = await newUser('cleo');
  const { secret } = await enrol(browser);
  const challenges = await Promise.all([
    challengeOf(email),
    challengeOf(email),
    challengeOf(email),
  ]);
  const code = await codeOf(secret);
  const answers = await Promise.all(challenges.map(({ answer }) => answer(code)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
});

test('five wrong codes lock the second factor, also for the right one', async () => {
  const { email, browser } = await newUser('dan');
  const { secret } = await enrol(browser);
  const { answer } = await challengeOf(email);
  for (let n = 0; n < 5; n += 1) expect((await answer('000000')).status).toBe(401);
  expect((await answer(await codeOf(secret))).status).toBe(429);
  app.clock.moveDays(16 / 1_440);
  expect((await (await challengeOf(email)).answer(await codeOf(secret))).status).toBe(200);
});

test('a recovery code works once, however it is typed, and new ones replace the old', async () => {
  const { email, browser } = await newUser('eve');
  const { secret, codes } = await enrol(browser);
  expect(new Set(codes).size).toBe(10);
  const typed = (codes[0] ?? '').toUpperCase().replaceAll('-', ' ');
  const first = await challengeOf(email);
  expect((await first.answer(typed)).status).toBe(200);
  expect((await first.browser.get('/api/auth/mfa')).body).toEqual({
    totp: true,
    recoveryCodesLeft: 9,
  });
  expect((await (await challengeOf(email)).answer(codes[0] ?? '')).status).toBe(401);
  const renewed = await first.browser.post('/api/auth/mfa/recovery-codes', {
    code: await codeOf(secret),
  });
  expect(renewed.body.recoveryCodes).toHaveLength(10);
  expect((await (await challengeOf(email)).answer(codes[1] ?? '')).status).toBe(401);
});

test('is removed with a code, or by an administrator for who lost it', async () => {
  const { id, email, browser } = await newUser('fay');
  const { secret } = await enrol(browser);
  expect((await browser.post('/api/auth/mfa/totp/remove', { code: '000000' })).status).toBe(401);
  expect(
    (await browser.post('/api/auth/mfa/totp/remove', { code: await codeOf(secret) })).status,
  ).toBe(200);
  expect((await new Browser(app).signIn(email, PASSWORD)).body.userId).toBe(id);
  nextStep();
  await enrol(browser);
  expect((await admin.delete(`/api/users/${id}/mfa`)).status).toBe(200);
  expect((await new Browser(app).signIn(email, PASSWORD)).body.userId).toBe(id);
});

test('a reset password does not replace the second factor', async () => {
  const { id, browser } = await newUser('gus');
  await enrol(browser);
  const { path } = await app.identity.users.resetLink(localOperator, id);
  const token = path.split('#token=')[1];
  const other = new Browser(app);
  const reset = await other.post('/api/auth/password/reset', { token, password: PASSWORD });
  expect([reset.status, reset.body.userId, reset.body.challenge.token]).toEqual([
    ...[200, null, expect.any(String)],
  ]);
  expect((await other.get('/api/auth/sessions')).status).toBe(401);
});

test('a team that asks for it lets nobody do anything without', async () => {
  const { body: team } = await admin.post('/api/teams', { name: 'Strict' });
  await admin.put('/api/auth/team', { teamId: team.id });
  expect((await admin.patch('/api/teams/current', { needsSecondFactor: true })).status).toBe(200);
  const refused = await admin.get('/api/security-scans/findings');
  expect([refused.status, refused.body.detail]).toEqual([
    403,
    expect.stringContaining('second factor'),
  ]);
  expect((await admin.get('/api/me')).body).toMatchObject({
    needsSecondFactor: true,
    permissions: [],
  });
  await enrol(admin);
  expect((await admin.get('/api/security-scans/findings')).status).toBe(200);
});

test('its secret is stored encrypted, and recovery codes as hashes', async () => {
  const { id, browser } = await newUser('hal');
  const { secret, codes } = await enrol(browser);
  const { UsersRepository } = await import('./users/users.repository.js');
  const stored = await app.platform.repositories.create(UsersRepository).get(id);
  const text = JSON.stringify(stored);
  expect(text).toContain('totp');
  for (const secretText of [secret, ...codes]) expect(text).not.toContain(secretText);
});
