import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliFolder } from '../testing/run-cli.js';

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const run = (...args: string[]) => folder.run(['user', ...args]);

test('says how to create the first user', async () => {
  expect((await run()).stdout).toContain('cspm user create');
});

test('creates a user, who chooses the password by a link', async () => {
  const { code, stdout } = await run('create', 'Ann@Example.org', '--name', 'Ann', '--admin');
  expect([code, stdout]).toEqual([0, expect.stringContaining('/reset-password#token=')]);
  expect(stdout).toContain('Ann (ann@example.org) was created');
  const { users } = JSON.parse((await run('list', '--json')).stdout);
  expect(users).toMatchObject([{ email: 'ann@example.org', isInstallationAdmin: true }]);
  expect((await run('list')).stdout).toMatch(/Ann +ann@example\.org .*administrator/);
});

test('makes a new reset link, and a link that signs in', async () => {
  expect((await run('reset', 'ann@example.org')).stdout).toContain('/reset-password#token=');
  const { path } = JSON.parse((await run('link', '--json')).stdout);
  expect(path).toMatch(/^\/sign-in#link=/);
});

test.each([
  [['create', 'ann@example.org'], 1, /there is a user with this e-mail address/],
  [['create', 'no address'], 2, /is not an e-mail address/],
  [['reset', 'bob@example.org'], 1, /there is no user bob@example\.org/],
] as const)('rejects %j', async (args, code, why) => {
  const result = await run(...args);
  expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(why)]);
});
