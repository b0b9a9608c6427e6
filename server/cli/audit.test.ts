import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliFolder } from '../testing/run-cli.js';

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
  await folder.run(['targets', 'own', 'add', '10.0.0.0/8']);
  await folder.run(['targets', 'own', 'add', '*.corp.example']);
});
afterAll(() => folder.remove());

const run = (...args: string[]) => folder.run(['audit', ...args]);

test('lists who did what, newest first', async () => {
  const { stdout } = await run('--json');
  const { entries } = JSON.parse(stdout);
  expect(entries.map(({ seq }: { seq: number }) => seq)).toEqual([2, 1]);
  expect(entries[0]).toMatchObject({ actor: 'local', at: expect.any(String) });
  const { stdout: text } = await run('list', '--action', entries[0].action, '--limit', '1');
  expect(text).toContain(entries[0].action);
  expect((await run('list', '--actor', 'nobody')).stdout).toContain('no entry matches');
});

test('exports the matching entries as JSON lines, and records it', async () => {
  const { stdout } = await run('export', '--action', 'audit.');
  expect(JSON.parse(stdout)).toMatchObject({ action: 'audit.exported', seq: 3 });
});

test('verifies the chain', async () => {
  const { code, stdout } = await run('verify');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/all \d+ entries are as they were/)]);
  expect(JSON.parse((await run('verify', '--json')).stdout)).toMatchObject({ ok: true });
});

test.each([
  ['--limit', '0'],
  ['--from', 'yesterday'],
])('rejects %s %s', async (...option) => {
  const { code, stderr } = await run('list', ...option);
  expect([code, stderr]).toEqual([2, expect.stringContaining(option[0])]);
});
