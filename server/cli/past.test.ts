import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const json = async (...args: string[]) =>
  JSON.parse((await folder.run([...args, '--json'])).stdout);
const PAST = '2020-01-01T00:00:00Z';

test('--at shows controls and frameworks as they were before and after a report', async () => {
  await folder.run(['import', SAMPLE]);
  const now = await json('controls');
  const at = new Date().toISOString();
  const then = await json('controls', '--at', at);
  expect(then.at).toBe(at);
  const summary = ({ id, status, reason }: Record<string, string>) => ({ id, status, reason });
  const assessed = (list: { status: string }[]) =>
    list.filter(({ status }) => status !== 'not_assessed');
  expect(assessed(then.controls).length).toBeGreaterThan(5);
  expect(assessed(then.controls).map((one) => summary(one as never))).toEqual(
    assessed(now.controls).map((one) => summary(one as never)),
  );
  const before = await json('controls', '--at', PAST);
  expect(before.controls).toHaveLength(now.controls.length);
  expect(assessed(before.controls)).toEqual([]);
  expect(await json('controls', '--at', PAST, '--status', 'implemented')).toMatchObject({
    controls: [],
  });

  const { frameworks } = await json('frameworks');
  const past = await json('frameworks', '--at', at);
  const scores = (list: Record<string, unknown>[], id: string) =>
    Object.fromEntries(list.map((one) => [one[id], one.score]));
  expect(scores(past.frameworks, 'frameworkId')).toEqual(scores(frameworks, 'id'));
  expect((await json('frameworks', '--at', PAST)).frameworks).toEqual([]);
  const shown = await folder.run(['frameworks', '--at', at]);
  expect(shown.stdout).toContain(`As of ${at}`);
  expect(shown.stdout).toMatch(/Score .*Coverage/);
  const table = await folder.run(['controls', '--at', PAST, '--domain', 'iac']);
  expect(table.stdout).toContain('No state was recorded by then.');
});

test.each([
  ['no date', ['controls', '--at', 'yesterday'], 'ISO 8601'],
  ['no time', ['controls', '--at', '2026-03-01'], 'ISO 8601'],
  ['the future', ['frameworks', '--at', '2999-01-01T00:00:00Z'], 'must not be in the future'],
  ['an explanation', ['controls', '--why', 'IAC-06', '--at', PAST], '--why'],
])('--at with %s exits with 2', async (_, args, message) => {
  const { code, stderr } = await folder.run(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
