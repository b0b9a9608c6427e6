import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliFolder } from '../testing/run-cli.js';

let folder: CliFolder;
const KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
beforeAll(async () => {
  folder = await CliFolder.make();
  const env = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: KEY };
  const add = ['account', 'add', 'aws', '--account-number', '123456789012', '--no-wait'];
  const { code, stderr } = await folder.run(add, env);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
});
afterAll(() => folder.remove());

test('rotates the master key, and says so in the trail of the installation', async () => {
  const path = join(folder.path, 'data', 'master.key');
  const before = (await readFile(path, 'utf8')).trim();
  const { code, stdout } = await folder.run(['secrets', 'rotate', '--json']);
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ resealed: 1 })]);
  expect(await readFile(path, 'utf8')).not.toContain(before);
  // An unfinished one is named until the next rotation.
  await writeFile(path, `${await readFile(path, 'utf8')}${before}\n`);
  await chmod(path, 0o600);
  expect((await folder.run(['doctor'])).stdout).toContain('run “cspm secrets rotate” again');
  const { stdout: text } = await folder.run(['secrets', 'rotate']);
  expect(text).toContain('0 stored secrets sealed anew');
  expect(await readFile(path, 'utf8')).not.toContain(before);
});

test('refuses to rotate without every module', async () => {
  const env = { CSPM_MODULES: 'security-scans,catalogue,mapping,compliance' };
  const { code, stderr } = await folder.run(['secrets', 'rotate'], env);
  expect([code === 0, stderr]).toEqual([false, expect.stringContaining('CSPM_MODULES')]);
});
