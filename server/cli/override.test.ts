import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
  const { code, stderr } = await folder.run(['import', SAMPLE]);
  expect(code, stderr).toBe(0);
});
afterAll(() => folder.remove());

/** A control that fails in the sample. */
const CONTROL = 'CRY-05';
const REASON = 'The proxy encrypts until the release.';
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

const run = (...args: string[]) => folder.run(['override', ...args]);
const output = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args);
  expect(code, stderr).toBe(0);
  return stdout;
};
const json = async (...args: string[]) => JSON.parse(await output(...args, '--json'));

test('an override wins over evidence until its day ends, is flagged, listed and withdrawn', async () => {
  expect(await output('--list')).toContain('There are no decisions in force');
  const until = inDays(3).slice(0, 10);
  const given = ['--status', 'implemented', '--reason', REASON, '--expires', until];
  expect(await output(CONTROL.toLowerCase(), ...given)).toContain(
    'Its evidence contradicts the decision',
  );
  const { decisions } = await json('--list');
  expect(decisions).toMatchObject([
    {
      ...{ controlId: CONTROL, kind: 'override', status: 'implemented', contradicted: true },
      expiresAt: `${until}T23:59:59.000Z`,
    },
  ]);
  expect(await output('--list')).toContain(until);
  expect(await output(CONTROL, '--withdraw')).toContain('follows its evidence again');
  expect((await json('--list')).decisions).toEqual([]);
  const again = await run(CONTROL, '--withdraw');
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('no decision')]);
});

test('not applicable needs a second person', async () => {
  const given = [CONTROL, '--status', 'not-applicable', '--reason', 'Nothing is stored here.'];
  const alone = await run(...given);
  expect([alone.code, alone.stderr]).toEqual([
    2,
    expect.stringContaining('not_applicable needs --approver'),
  ]);
  expect(await json(...given, '--approver', 'Ana')).toMatchObject({ status: 'not_applicable' });
  expect(await output('--list')).toContain('approved by Ana');
  expect(await json(CONTROL, '--withdraw')).toMatchObject({ status: 'not_implemented' });
});

test('wrong usage exits with 2 and changes nothing', async () => {
  const given = [CONTROL, '--status', 'implemented', '--reason', REASON];
  for (const [args, exit, text] of [
    [[], 2, 'name a control'],
    [[CONTROL], 2, '--status and --reason are required'],
    [[CONTROL, '--status', 'done', '--reason', REASON], 2, 'there are implemented, partial'],
    [[CONTROL, '--status', 'partial', '--reason', ' short '], 2, 'at least 10 characters'],
    [[...given, '--approver', 'Ana'], 2, 'can only be combined with --status not_applicable'],
    [[...given, '--expires', 'tomorrow'], 2, 'tomorrow is not a valid date, e.g. 2026-12-31'],
    // Not read as the third of March, nor as the year 2001.
    [[...given, '--expires', '2099-02-31'], 2, 'is not a valid date'],
    [[...given, '--expires', '5'], 2, 'is not a valid date'],
    [[...given, '--expires', '2020-01-01'], 2, 'must be in the future'],
    [[CONTROL, '--withdraw', '--status', 'partial'], 2, '--withdraw cannot be combined'],
    [['--list', '--withdraw'], 2, '--list can only be combined with --json'],
    [['--list', CONTROL], 2, '--list can only be combined with --json'],
    [['XXX-99', '--status', 'partial', '--reason', REASON], 1, 'no such control'],
  ] as const) {
    const { code, stdout, stderr } = await run(...args);
    expect([args, code]).toEqual([args, exit]);
    expect(stdout).toBe('');
    expect(stderr).toContain(text);
  }
  expect((await json('--list')).decisions).toEqual([]);
});
