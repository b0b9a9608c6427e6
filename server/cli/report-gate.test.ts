import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CliFolder, FIXTURES, SAMPLE } from '../testing/run-cli.js';
import {
  ocsfFinding,
  sarifLog,
  sarifRun,
  TOOL_REPORTS,
  type ToolReport,
} from '../testing/tool-reports.js';

vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const file = async (name: string, text: string | Uint8Array) => {
  const path = join(folder.path, name);
  await writeFile(path, text);
  return path;
};
const truncated = async (report: ToolReport, index = 0) => {
  const whole = report.text(report.fails);
  return file(`cut-${index}.report`, whole.slice(0, Math.floor(whole.length * 0.97)));
};
const zap = TOOL_REPORTS.find(({ format }) => format === 'zap-xml') as ToolReport;
/** A report in which one of two results is unreadable. */
const rejected = () =>
  file('rejected.json', JSON.stringify([ocsfFinding('S3.1'), { class_uid: 2004, metadata: 1 }]));

describe('a gate', () => {
  test('fails on truncated reports of every format, and names each', async () => {
    const table = (await readFile(join(FIXTURES, 'aws-sample.csv'))).subarray(0, -9);
    const paths = [
      ...(await Promise.all(TOOL_REPORTS.map(truncated))),
      await file('cut.csv', table),
      await rejected(),
    ];
    const { code, stderr } = await folder.run([
      'assess',
      '--fail-on',
      'score:0',
      '--json',
      ...paths,
    ]);
    expect(code).toBe(1);
    for (const path of paths) expect(stderr).toContain(`gate: ${path} was not read`);
  });

  test.each([['assess'], ['import']])(
    'of %s says why it fails, unless partial reports are allowed',
    async (command) => {
      const path = await truncated(zap);
      const run = (...args: string[]) => folder.run([command, path, ...args]);
      const refused = await run('--fail-on', 'critical');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /^gate: .*cut-0.report was not read whole \(--allow-partial accepts it\): \S/,
      );
      expect(refused.stdout).toContain('! ');
      const allowed = await run('--fail-on', 'critical', '--allow-partial', '--json');
      expect([allowed.code, allowed.stderr]).toEqual([0, '']);
      expect(JSON.parse(allowed.stdout).imports).toMatchObject([{ partial: true }]);
      expect((await run()).code).toBe(0);
    },
  );

  test('on open findings takes precedence over one on partial reports', async () => {
    const { code, stderr } = await folder.run(['import', await truncated(zap), '--fail-on', 'low']);
    expect(code).toBe(3);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  test('names a file without a readable result, even with --allow-partial', async () => {
    const nothing = await file('nothing.sarif', '{"runs": 5}');
    const args = ['import', nothing, '--fail-on', 'low', '--allow-partial', '--json'];
    const { code, stderr } = await folder.run(args);
    expect(code).toBe(1);
    expect(stderr).toContain(`gate: ${nothing} was not read: `);
  });
});

describe('import --fail-on', () => {
  test('counts open findings of the accounts in the reports, whenever they were found', async () => {
    const cloud = { provider: 'AWS', account: { uid: '900000000009' } };
    const other = await file('other.json', JSON.stringify([ocsfFinding('S3.1', {}, { cloud })]));
    expect((await folder.run(['import', SAMPLE])).code).toBe(0);
    expect((await folder.run(['import', other, '--fail-on', 'critical'])).code).toBe(0);
    expect((await folder.run(['import', SAMPLE, '--fail-on', 'critical'])).code).toBe(3);
    expect((await folder.run(['import', other, '--fail-on', 'score:100'])).code).toBe(3);
    expect((await folder.run(['import', other, '--fail-on', 'score:0'])).code).toBe(0);
  });
});

test('import --target names what a report does not name', async () => {
  const path = await file(
    'a.sarif',
    sarifLog({ ...sarifRun('Lint', ['R1']), automationDetails: {} }),
  );
  const named = await folder.run(['import', path, '--target', 'acme/shop', '--json']);
  expect(JSON.parse(named.stdout).imports).toMatchObject([
    { target: 'acme/shop', accounts: ['code/acme/shop'], notes: [] },
  ]);
  const guessed = await folder.run(['assess', path]);
  expect(guessed.stdout).toContain('The report does not say what was scanned');
  expect((await folder.run(['import', path, '--target', ' '])).code).toBe(2);
});

test('an import names the parts of a report that it does not read', async () => {
  const text = zapNewer();
  const { stdout } = await folder.run(['import', await file('newer.xml', text)]);
  expect(stdout).toContain('not read: 1 elements that are not read (newer)');
});

const zapNewer = () => zap.text(zap.fails).replace('<alerts>', '<newer/><alerts>');
