import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Assurance, ControlStatus } from '../../contract/compliance.js';
import { SEVERITIES } from '../../contract/severity.js';
import { DEFAULT_FRAMEWORKS } from '../modules/catalogue/library/framework-activation.rules.js';
import { ocsfReport } from '../testing/prowler-rows.js';
import { CliFolder, FIXTURES, SAMPLE } from '../testing/run-cli.js';

const count = z.number().int().min(0);
const share = z.number().min(0).max(100).nullable();

/** The exact shape that scripts rely on. */
const Document = z.strictObject({
  imports: z.array(
    z.strictObject({
      file: z.string(),
      tool: z.string().nullable(),
      version: z.string().nullable(),
      results: count,
      pass: count,
      fail: count,
      manual: count,
      muted: count,
      error: count,
      partial: z.boolean(),
      problem: z.string().nullable(),
      unread: z.array(z.strictObject({ what: z.string(), count })),
      notes: z.array(z.string()),
    }),
  ),
  findings: z.strictObject({
    open: count,
    bySeverity: z.strictObject(Object.fromEntries(SEVERITIES.map((name) => [name, count]))),
  }),
  controls: z.array(
    z.strictObject({
      id: z.string(),
      status: ControlStatus,
      assurance: Assurance,
      passing: share,
      reason: z.string(),
    }),
  ),
  frameworks: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      score: share,
      coverage: share,
      ceiling: share,
      passing: share,
      expired: z
        .strictObject({ controls: count, requirements: count, points: z.number() })
        .nullable(),
      requirements: z.strictObject({
        total: count,
        satisfied: count,
        partial: count,
        failing: count,
        notAssessed: count,
      }),
    }),
  ),
});

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
let [truncated, garbage, missing] = ['', '', ''];
beforeAll(async () => {
  folder = await CliFolder.make();
  truncated = join(folder.path, 'truncated.ocsf.json');
  garbage = join(folder.path, 'garbage.json');
  missing = join(folder.path, 'missing.json');
  const whole = await readFile(SAMPLE);
  await writeFile(truncated, whole.subarray(0, whole.length / 2));
  await writeFile(garbage, '<html>not a report</html>');
});
afterAll(() => folder.remove());

const assess = (...args: string[]) => folder.run(['assess', ...args]);

async function json(...args: string[]) {
  const { stdout, ...rest } = await assess('--json', ...args);
  return { document: Document.parse(JSON.parse(stdout)), ...rest };
}

describe('assess --json', () => {
  test('prints one document of exactly the promised shape, and nothing else', async () => {
    const { code, stdout, stderr } = await folder.runProcess(['assess', '--json', SAMPLE]);
    expect([code, stderr]).toEqual([0, '']);
    const document = Document.parse(JSON.parse(stdout));
    expect(document.imports).toEqual([
      {
        file: SAMPLE,
        tool: 'prowler',
        version: '5.46.0',
        results: 73,
        pass: 31,
        fail: 36,
        manual: 6,
        muted: 0,
        error: 0,
        partial: false,
        problem: null,
        unread: [],
        notes: [],
      },
    ]);
    expect(document.findings).toMatchObject({ open: 36, bySeverity: { critical: 8, high: 13 } });
    expect(document.controls.length).toBeGreaterThan(300);
    expect(document.frameworks.map(({ id }) => id)).toEqual([...DEFAULT_FRAMEWORKS].sort());
    for (const { requirements: r } of document.frameworks) {
      expect(r.satisfied + r.partial + r.failing + r.notAssessed).toBe(r.total);
    }
  });

  test('prints the same whatever the order of the files, and on a second run', async () => {
    const files = [join(FIXTURES, 'aws-sample.csv'), join(FIXTURES, 'prowler-5.3.ocsf.json')];
    const { document: one } = await json(...files);
    const { document: other } = await json(...files.reverse());
    expect({ ...other, imports: [] }).toEqual({ ...one, imports: [] });
  });

  test('states what an old report took from the scores', async () => {
    const old = join(folder.path, 'old.ocsf.json');
    const row = { check: 'kms_cmk_are_used', resource: 'key', status: 'PASS' } as const;
    await writeFile(old, ocsfReport([row], { at: '2024-05-01T00:00:00.000Z' }));
    const { document } = await json('-f', 'nist-800-53-r5', old);
    expect(document.frameworks[0]?.expired?.points).toBeGreaterThan(0);
  });

  test('leaves no files behind', async () => {
    await json(SAMPLE);
    expect(await folder.leftovers()).toEqual([]);
    expect((await folder.shell('ls data')).code).not.toBe(0);
  });

  test('ignores the configured databases', async () => {
    const elsewhere = { MONGODB_URI: 'mongodb://127.0.0.1:1', PORT: 'bad' };
    expect((await folder.run(['assess', '--json', SAMPLE], elsewhere)).code).toBe(0);
  });
});

describe('a file', () => {
  test.each([
    ['that does not exist', () => missing, /no such file/],
    ['that is not a report', () => garbage, /\S/],
    ['that is a folder', () => folder.path, /folder/],
  ])('%s exits with 1, and the document has the reason', async (_, file, problem) => {
    const { document, code } = await json(file());
    expect(code).toBe(1);
    expect(document.imports).toMatchObject([{ file: file(), results: 0, tool: null }]);
    expect(document.imports[0]?.problem).toMatch(problem);
    expect(document.findings.open).toBe(0);
  });

  test('that cannot be read does not stop the others', async () => {
    const { document, code } = await json(missing, SAMPLE, garbage);
    expect(code).toBe(1);
    expect(document.imports.map(({ results }) => results)).toEqual([0, 73, 0]);
    expect(document.findings.open).toBe(36);
  });

  test('that is truncated counts up to the break, and the document says where', async () => {
    const { document, code } = await json(truncated);
    expect(code).toBe(0);
    const [item] = document.imports;
    expect(item).toMatchObject({ partial: true, problem: expect.stringMatching(/\S/) });
    expect(item?.results).toBeGreaterThan(20);
    expect(item?.results).toBeLessThan(73);
  });

  test('is named in a one-line message without --json', async () => {
    const { stdout, code } = await assess(missing);
    expect(code).toBe(1);
    expect(stdout).toContain(`${missing}: `);
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });
});

describe('--framework', () => {
  test.each([
    ['once', ['--framework', 'soc2-tsc-2017', SAMPLE], ['soc2-tsc-2017']],
    ['after the file', [SAMPLE, '-f', 'soc2-tsc-2017'], ['soc2-tsc-2017']],
    [
      'again',
      ['-f', 'soc2-tsc-2017', '-f', 'nist-csf-2.0', SAMPLE],
      ['nist-csf-2.0', 'soc2-tsc-2017'],
    ],
    [
      'as a list',
      [SAMPLE, '--framework=soc2-tsc-2017, nist-csf-2.0'],
      ['nist-csf-2.0', 'soc2-tsc-2017'],
    ],
  ])('given %s', async (_, args, wanted) => {
    const { document, code } = await json(...args);
    expect(code).toBe(0);
    expect(document.imports).toHaveLength(1);
    expect(document.frameworks.map(({ id }) => id).sort()).toEqual(wanted);
  });

  test('with an unknown slug exits with 2 and lists the known ones', async () => {
    const { code, stdout, stderr } = await assess('--json', '-f', 'soc2', SAMPLE);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/unknown framework soc2; there are: .*soc2-tsc-2017/);
  });
});

describe('--fail-on', () => {
  test.each([
    [['--fail-on', 'high', SAMPLE], 3],
    [[SAMPLE, '--fail-on', 'high'], 3],
    [['--fail-on', 'critical', SAMPLE], 3],
    [[SAMPLE, '--fail-on=informational'], 3],
    [['--fail-on', 'score:50', SAMPLE], 3],
    [['--fail-on', 'score:0', SAMPLE], 0],
    [['--fail-on', 'score:0,critical', SAMPLE], 3],
    [['--fail-on', 'score:0', SAMPLE, '--fail-on', 'low'], 3],
    [['--fail-on', 'score:0.3', '-f', 'cis-controls-8.1', SAMPLE], 0],
    [['--fail-on', 'score:0.3', '-f', 'soc2-tsc-2017', SAMPLE], 3],
  ])('%j exits with %i', async (args, code) => {
    const { stderr, ...rest } = await assess(...args);
    expect(rest.code).toBe(code);
    expect(stderr.startsWith('gate:')).toBe(code === 3);
  });

  test('passes silently when no finding is open', async () => {
    const clean = join(folder.path, 'clean.json');
    const rows = JSON.parse(await readFile(SAMPLE, 'utf8')) as { status_code: string }[];
    const passes = rows.filter(({ status_code }) => status_code === 'PASS');
    await writeFile(clean, JSON.stringify(passes));
    const { code, stderr } = await assess(clean, '--fail-on', 'informational');
    expect([code, stderr]).toEqual([0, '']);
  });

  test.each(['severe', 'score:', 'score:101', 'score:-1', 'HIGH'])(
    'rejects %s with 2 and lists the allowed values',
    async (gate) => {
      const { code, stderr, stdout } = await assess(SAMPLE, '--fail-on', gate);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('critical, high, medium, low, informational, or score:<0–100>');
    },
  );

  test('an unreadable file takes precedence over the gate', async () => {
    expect((await assess(SAMPLE, missing, '--fail-on', 'high')).code).toBe(1);
  });
});
