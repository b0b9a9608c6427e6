import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliFolder } from '../testing/run-cli.js';

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const run = (...args: string[]) => folder.run(['team', ...args]);

test('creates and lists teams', async () => {
  const { code, stdout } = await run('create', 'Payments');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/Payments \(team_\w+\) was created/)]);
  expect((await run()).stdout).toMatch(/Payments +team_\w+ +1/);
});

test('deletes a team once its name is confirmed, after saying what goes', async () => {
  const preview = await run('delete', 'Payments');
  expect(preview.stdout).toContain('repeat with --confirm "Payments"');
  expect(preview.stdout).toMatch(/members +1/);
  const wrong = await run('delete', 'Payments', '--confirm', 'Paymants');
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('not the name')]);
  const { stdout } = await run('delete', 'Payments', '--confirm', 'Payments');
  expect(stdout).toContain('Payments was deleted');
  const { teams } = JSON.parse((await run('list', '--json')).stdout);
  expect(teams.map(({ name }: { name: string }) => name)).toEqual(['Default team']);
});

test.each([
  [['delete', 'nothing'], 1, /there is no team nothing/],
  [['delete', 'default', '--confirm', 'Default team'], 1, /the first team stays/],
  [['create', ' '], 2, /a team needs a name/],
] as const)('rejects %j', async (args, code, why) => {
  const result = await run(...args);
  expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(why)]);
});
