import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

let folder: CliFolder;
let policy: string;
beforeAll(async () => {
  folder = await CliFolder.make();
  policy = await written('access-policy.txt', 'Access is reviewed by its owner every quarter.\n');
}, 60_000);
afterAll(() => folder.remove());

async function written(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, content);
  return path;
}
const run = (...args: string[]) => folder.run(['evidence', ...args]);
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return JSON.parse(stdout);
};
/** Expects the exit code (2 for wrong usage, 1 for a failure), one error line and no output. */
async function refused(code: number, message: RegExp, ...args: string[]) {
  const result = await run(...args);
  expect({ args, code: result.code, stdout: result.stdout }).toEqual({ args, code, stdout: '' });
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(/\n\s+at /);
}

test('a file is uploaded, approved, revised, rejected, removed and restored', async () => {
  expect((await run()).stdout).toContain('No evidence matches.');
  const { evidence, duplicate } = await json(
    ...['upload', policy, '--kind', 'policy', '--title', 'Access policy', '--controls', 'IAC-06'],
    ...['--effective-from', '2026-01-01T00:00:00Z', '--description', 'Who reviews what'],
  );
  expect(duplicate).toBe(false);
  expect(evidence).toMatchObject({
    state: 'pending_review',
    valid: false,
    controlIds: ['IAC-06'],
    effectiveFrom: '2026-01-01T00:00:00.000Z',
  });
  // Internal fields are not printed.
  expect(Object.keys(evidence)).not.toEqual(expect.arrayContaining(['teamId']));
  expect(Object.keys(evidence)).not.toEqual(expect.arrayContaining(['contentKey']));
  const { id } = evidence;

  const same = await written('the-same.txt', await readFile(policy));
  const again = await run('upload', same, '--controls', 'GOV-02');
  expect(again.stdout).toMatch(/already stored; nothing changed/);
  expect(again.stdout).toMatch(/Access policy.*IAC-06/);

  expect((await json('review', id, '--approve', '--comment', 'read')).evidence).toMatchObject({
    state: 'approved',
    valid: true,
  });
  const shown = (await run('show', id)).stdout;
  expect(shown).toMatch(/approved, counts now/);
  expect(shown).toMatch(/Holds 2026-01-01 to no end; collected \d{4}/);
  expect(shown).toMatch(/Review 12\/20: approved by its uploader/);
  expect(shown).toMatch(/approved by Local operator: read/);

  const newer = await written('access-policy-2.txt', 'Access is reviewed every month.\n');
  const revised = await json('revise', id, newer);
  expect(revised.evidence).toMatchObject({ state: 'pending_review', revision: { number: 2 } });
  const copy = join(folder.path, 'first.txt');
  expect(await json('download', id, '--revision', '1', '-o', copy)).toEqual({ file: copy });
  expect(await readFile(copy, 'utf8')).toBe(await readFile(policy, 'utf8'));
  await refused(1, /EEXIST/, 'download', id, '-o', copy);

  expect((await run('review', id, '--reject', 'it is a draft')).stdout).toMatch(/rejected/);
  await refused(1, /rejected cannot be approved/, 'review', id, '--approve');
  expect((await json('review', id, '--submit')).evidence.state).toBe('pending_review');
  expect((await json('review', id, '--renew', 'a year is over')).evidence).toMatchObject({
    renewalRequestedAt: expect.any(String),
  });

  expect((await json('remove', id)).evidence.deletedAt).not.toBeNull();
  expect(await json('list')).toEqual({ evidence: [], nextCursor: null });
  expect((await json('list', '--removed')).evidence).toHaveLength(1);
  expect((await json('restore', id)).evidence.deletedAt).toBeNull();
});

describe('with a report imported', () => {
  beforeAll(async () => {
    expect((await folder.run(['import', SAMPLE])).code).toBe(0);
  }, 120_000);

  test('the list is filtered and read page by page', async () => {
    const scans = (await json('list', '--kind', 'scan')).evidence;
    expect(scans.length).toBeGreaterThan(3);
    expect(scans[0]).toMatchObject({ source: { tool: 'prowler' }, state: 'auto_collected' });
    const first = await json('list', '--kind', 'scan', '--limit', '2');
    const human = (await run('list', '--kind', 'scan', '--limit', '2')).stdout;
    expect(human).toContain(`More: --after ${first.nextCursor}`);
    const next = await json('list', '--kind', 'scan', '--limit', '2', '--after', first.nextCursor);
    const ids = [...first.evidence, ...next.evidence].map(({ id }: { id: string }) => id);
    expect(ids).toEqual(scans.slice(0, 4).map(({ id }: { id: string }) => id));
    const count = async (...args: string[]) => (await json('list', ...args)).evidence.length;
    expect(await count('--state', 'rejected,expired')).toBe(0);
    expect(await count('--search', 'NETWORK')).toBe(1);
    expect(await count('--control', 'IAC-06', '--kind', 'policy')).toBe(1);
    expect(await count('--framework', 'soc2-tsc-2017')).toBeGreaterThan(3);
    expect(await count('--expiring', '0')).toBe(0);
  });

  test('coverage and gaps are reported per framework', async () => {
    const { items } = await json('coverage');
    const soc = items.find(
      ({ frameworkId }: { frameworkId: string }) => frameworkId === 'soc2-tsc-2017',
    );
    expect(soc.coverage).toBeGreaterThan(0);
    expect((await run('coverage')).stdout).toMatch(
      new RegExp(`soc2-tsc-2017 .* ${String(soc.coverage).replace('.', '\\.')} %`),
    );
    const gaps = await json('gaps', 'soc2-tsc-2017', '--days', '0');
    expect(gaps.controls[0]).toMatchObject({ reason: 'none', evidenceId: null });
    const human = (await run('gaps', 'soc2-tsc-2017')).stdout;
    expect(human).toMatch(new RegExp(`${gaps.requirements.length} requirements lack evidence`));
  });

  test('a package is reproducible and verified, and a change to it is detected', async () => {
    const period = ['--from', '2026-01-01T00:00:00Z', '--to', new Date().toISOString()];
    const [one, two] = [join(folder.path, 'one.zip'), join(folder.path, 'two.zip')];
    const { package: built } = await json('package', 'soc2-tsc-2017', ...period, '-o', one);
    expect(built).toMatchObject({ state: 'ready', file: one, frameworkId: 'soc2-tsc-2017' });
    expect(built.evidence).toBeGreaterThan(3);
    const again = await run('package', 'soc2-tsc-2017', ...period, '-o', two);
    expect(again.stdout).toContain(`SHA-256 ${built.sha256}`);
    expect((await readFile(two)).equals(await readFile(one))).toBe(true);
    expect((await json('packages')).packages).toHaveLength(2);
    expect((await run('packages')).stdout).toContain(built.sha256.slice(0, 12));

    expect(await json('verify', one)).toEqual({ files: built.files, problems: [] });
    expect((await run('verify', one)).stdout).toContain(`${built.files} files are unchanged`);
    const changed = join(folder.path, 'changed.zip');
    await copyFile(one, changed);
    const bytes = await readFile(changed);
    const at = bytes.indexOf('report.pdf') + 400;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(changed, bytes);
    const verified = await run('verify', changed);
    expect([verified.code, verified.stdout]).toEqual([
      1,
      expect.stringContaining('report.pdf was changed'),
    ]);
    const { code, stdout } = await run('verify', changed, '--json');
    expect([code, JSON.parse(stdout).problems]).toEqual([
      1,
      expect.arrayContaining(['report.pdf was changed']),
    ]);
    // An existing file is not overwritten.
    await refused(1, /EEXIST/, 'package', 'soc2-tsc-2017', ...period, '-o', one);
    expect((await stat(one)).size).toBe(built.sizeBytes);
  });

  test('OSCAL is printed, or written to a file', async () => {
    const { stdout } = await run('export', 'soc2-tsc-2017');
    expect(JSON.parse(stdout)['assessment-results'].results).toHaveLength(1);
    const file = join(folder.path, 'poam.json');
    const result = await run('export', 'soc2-tsc-2017', '--model', 'poam', '-o', file);
    expect(result).toMatchObject({ code: 0, stdout: '' });
    const poam = JSON.parse(await readFile(file, 'utf8'))['plan-of-action-and-milestones'];
    expect(poam['poam-items'].length).toBeGreaterThan(0);
  });
});

test('wrong usage exits with 2 and names the option', async () => {
  await refused(2, /--state: must be one of auto_collected, /, 'list', '--state', 'good');
  await refused(2, /--expiring: /, 'list', '--expiring', 'soon');
  await refused(2, /--limit/, 'list', '--limit', '1000');
  await refused(
    2,
    /--effective-from: must be a date/,
    'upload',
    policy,
    '--effective-from',
    '1.1.26',
  );
  await refused(2, /--kind: must be one of /, 'upload', policy, '--kind', 'scan');
  await refused(2, /--title/, 'upload', policy, '--title', 'x');
  const other = await written('other.txt', 'Something else.');
  await refused(
    2,
    /--controls: there is no control NOPE-1/,
    'upload',
    other,
    '--controls',
    'NOPE-1',
  );
  const ahead = ['--effective-from', '2026-02-01T00:00:00Z', '--effective-to'];
  await refused(
    2,
    /--effective-to: must be after/,
    'upload',
    other,
    ...ahead,
    '2026-01-01T00:00:00Z',
  );
  await refused(2, /one of --approve/, 'review', 'evd_x');
  await refused(2, /one of --approve/, 'review', 'evd_x', '--approve', '--submit');
  await refused(2, /--reject: /, 'review', 'evd_x', '--reject', '');
  await refused(2, /--days/, 'gaps', 'soc2-tsc-2017', '--days', 'many');
  await refused(
    2,
    /--from: yesterday is not a valid date/,
    'package',
    'soc2-tsc-2017',
    '--from',
    'yesterday',
  );
  await refused(
    2,
    /--to: must not be in the future/,
    'package',
    'soc2-tsc-2017',
    '--to',
    '2100-01-01',
  );
  await refused(2, /--model: must be one of /, 'export', 'soc2-tsc-2017', '--model', 'plan');
  await refused(2, /missing required argument/, 'upload');
});

test('a missing object or invalid file exits with 1 and one line', async () => {
  await refused(1, /no such file/, 'upload', join(folder.path, 'none.txt'));
  await refused(1, /is a folder, not a file/, 'upload', folder.path);
  const page = await written('page.pdf', '<html><script>alert(1)</script></html>');
  await refused(1, /page\.pdf: HTML, SVG and XML are not accepted/, 'upload', page);
  await refused(1, /it is empty/, 'upload', await written('empty.txt', ''));
  for (const command of ['show', 'remove', 'restore', 'download']) {
    await refused(1, /no such evidence/, command, 'evd_none');
  }
  await refused(1, /no such evidence/, 'review', 'evd_none', '--approve');
  await refused(1, /no such framework/, 'list', '--framework', 'nope');
  await refused(1, /no such framework/, 'gaps', 'nope');
  await refused(1, /no such framework/, 'package', 'nope');
  await refused(1, /no such framework/, 'export', 'nope');
  await refused(1, /not an evidence package: .*no such file/, 'verify', 'none.zip');
  await refused(1, /not an evidence package/, 'verify', policy);
});
