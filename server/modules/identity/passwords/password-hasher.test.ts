import { hash, verify } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { localOperator } from '../../../platform/auth/actor.js';
import { aSignInApp, Browser, PASSWORD } from '../testing/browser.js';
import { UsersRepository } from '../users/users.repository.js';
import { PasswordHasher } from './password-hasher.js';

test('hashes at most two passwords at a time, and all of them in the end', async () => {
  let running = 0;
  let most = 0;
  const counted = async <R>(work: () => Promise<R>): Promise<R> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    const result = await work();
    running -= 1;
    return result;
  };
  const hasher = new PasswordHasher(async () => ({
    hash: (password) => counted(async () => `hash of ${password}`),
    verify: (stored, password) => counted(async () => stored === `hash of ${password}`),
  }));
  const all = Array.from({ length: 20 }, (_, at) => hasher.hash(`p${at}`));
  const checks = Array.from({ length: 20 }, (_, at) => hasher.verify(`hash of p${at}`, `p${at}`));
  expect(new Set(await Promise.all(all)).size).toBe(20);
  expect(await Promise.all(checks)).toEqual(Array(20).fill(true));
  expect(most).toBe(2);
});

test('a sign-in hashes a password again that was hashed with weaker parameters', async () => {
  const app = await aSignInApp();
  const users = app.platform.repositories.create(UsersRepository);
  const person = { email: 'ann@example.org', name: 'Ann', isInstallationAdmin: false };
  const { id } = await app.identity.users.create(localOperator, { ...person, password: PASSWORD });
  const passwordHash = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await users.change(id, { passwordHash });
  const browser = new Browser(app);
  expect((await browser.signIn(person.email, 'some other sentence')).status).toBe(401);
  expect((await users.get(id))?.passwordHash).toBe(passwordHash);
  expect((await browser.signIn(person.email, PASSWORD)).status).toBe(200);
  const stored = (await users.get(id))?.passwordHash ?? '';
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verify(stored, PASSWORD)).toBe(true);
  await app.close();
});
