import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ocsfReport, type RowSpec } from '../testing/prowler-rows.js';
import { CliFolder } from '../testing/run-cli.js';
import { filterFrom } from './findings/filter-options.js';
import { listed } from './scans/scan-options.js';

vi.setConfig({ testTimeout: 60_000 });

const FORMULA = '=HYPERLINK("https://evil.example";"x")';
const rows: RowSpec[] = [
  { check: 's3_bucket_public', resource: 'alpha', severity: 'Critical' },
  { check: 's3_bucket_public', resource: 'beta', severity: 'High' },
  { check: 'ec2_port_open', resource: FORMULA, severity: 'High', observed: '+1 port, "open"' },
  { check: 'ec2_port_open', resource: 'delta', severity: 'Low', account: '222' },
  { check: 'ec2_port_open', resource: 'fine', status: 'PASS' },
];

let folder: CliFolder;
let importId: string;
beforeAll(async () => {
  folder = await CliFolder.make();
  await writeFile(join(folder.path, 'report.json'), ocsfReport(rows));
  const { code, stdout } = await folder.run(['import', 'report.json', '--json']);
  expect(code).toBe(0);
  importId = JSON.parse(stdout).imports[0].id;
  const { items } = await json();
  for (const { id, resource } of items) ids.set(resource.uid, id);
}, 60_000);
afterAll(() => folder.remove());

const cspm = (...args: string[]) => folder.run(['findings', ...args]);
async function json(...args: string[]) {
  const { code, stdout, stderr } = await cspm(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}
const ids = new Map<string, string>();
const idOf = (resource: string) => ids.get(resource) ?? 'unknown';

describe('the list', () => {
  test('holds every finding as JSON, worst first, with exactly the promised fields', async () => {
    const { items, nextCursor } = await json();
    expect(nextCursor).toBeNull();
    expect(items.map((item: { severity: string }) => item.severity)).toEqual([
      'critical',
      'high',
      'high',
      'low',
    ]);
    expect(items[0]).toEqual({
      id: expect.any(String),
      status: 'open',
      severity: 'critical',
      tool: 'prowler',
      checkId: 's3_bucket_public',
      title: 's3_bucket_public of aws',
      resource: { uid: 'alpha', name: 'alpha' },
      account: '111',
      region: 'eu-west-1',
      stale: false,
      firstSeenAt: '2026-02-01T06:00:00.000Z',
      lastSeenAt: '2026-02-01T06:00:00.000Z',
    });
    expect(await json('list')).toEqual({ items, nextCursor });
  });

  test.each([
    [['--check', 'ec2_port_open', '--severity', 'high'], 1],
    [['--severity', 'high,low'], 3],
    [['--account', '222', '--region', 'eu-west-1', '--tool', 'prowler', '--status', 'open'], 1],
    [['--region', 'us-east-1'], 0],
    [['--tool', 'trivy'], 0],
    [['--status', 'resolved'], 0],
    [['--stale'], 0],
    [['--search', 'ALPHA'], 1],
  ])('is filtered by %j', async (filter, found) => {
    expect((await json(...filter)).items).toHaveLength(found);
  });

  test('is filtered by what an import changed', async () => {
    expect((await json('--import', importId, '--change', 'opened')).items).toHaveLength(4);
    expect((await json('--import', 'imp_none')).items).toEqual([]);
  });

  test('is read page by page with a limit and a cursor', async () => {
    const whole = await json();
    const first = await json('--limit', '3');
    expect(first.items).toEqual(whole.items.slice(0, 3));
    const rest = await json('--limit', '3', '--cursor', first.nextCursor);
    expect(rest).toEqual({ items: whole.items.slice(3), nextCursor: null });
  });

  test('is a table that ends with the total and the next cursor', async () => {
    const { stdout } = await cspm('--limit', '2');
    expect(stdout).toContain('alpha');
    expect(stdout).toMatch(/2 of 4 findings; more: --cursor \S+/);
    expect((await cspm('--tool', 'zap')).stdout).toBe('No finding matches.\n');
  });
});

test('shows one finding with its check', async () => {
  const id = idOf('beta');
  const shown = await json('show', id);
  expect(shown).toMatchObject({
    ...{ id, provider: 'aws', verdict: 'fail', triage: null },
    check: { id: 's3_bucket_public', remediation: 'Repair it.' },
  });
  const { stdout } = await cspm('show', id);
  for (const part of ['s3_bucket_public of aws', 'Repair it.', 'beta is FAIL']) {
    expect(stdout).toContain(part);
  }
  expect(await cspm('show', 'nothing')).toMatchObject({ code: 1, stdout: '' });
});

describe('triage', () => {
  test('stores a decision with a reason and an expiry, and --reopen withdraws it', async () => {
    const id = idOf('beta');
    const until = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    const args = ['triage', id, '--as', 'accepted', '--reason', 'until spring'];
    const decided = await json(...args, '--until', until);
    expect(decided).toMatchObject({
      status: 'accepted',
      triage: {
        reason: 'until spring',
        actor: 'Local operator',
        expiresAt: `${until}T23:59:59.000Z`,
      },
    });
    expect((await json('--status', 'open')).items).toHaveLength(3);
    expect((await json()).items).toHaveLength(4);
    expect((await json('--status', 'accepted')).items[0].id).toBe(id);
    const { stdout } = await cspm('triage', id, '--reopen');
    expect(stdout).toContain(': open');
    expect((await json()).items).toHaveLength(4);
  });

  test('expires in 90 days by default', async () => {
    const id = idOf('delta');
    const { triage } = await json('triage', id, '--as', 'suppressed', '--reason', 'a test site');
    const days = (Date.parse(triage.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThan(90.1);
    await json('triage', id, '--reopen');
  });

  test.each([
    [['--as', 'accepted'], /--as and --reason are required/],
    [[], /--as and --reason are required, or --reopen/],
    [['--as', 'fixed', '--reason', 'because'], /Allowed choices/],
    [['--as', 'accepted', '--reason', 'x'], /reason: must have at least 3/],
    [['--reopen', '--as', 'accepted'], /--reopen cannot be combined/],
    [['--as', 'accepted', '--reason', 'because', '--until', 'soon'], /--until: soon is not/],
    [
      ['--as', 'accepted', '--reason', 'because', '--until', '2020-01-01'],
      /--until: must be in the future/,
    ],
    [
      ['--as', 'accepted', '--reason', 'because', '--until', '2999-01-01'],
      /--until: must be within a year/,
    ],
  ])('is rejected with %j', async (args, message) => {
    const { code, stderr } = await cspm('triage', idOf('alpha'), ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('of a finding that does not exist fails', async () => {
    expect((await cspm('triage', 'nothing', '--reopen')).code).toBe(1);
  });
});

describe('an export', () => {
  test('as CSV keeps formulas as text', async () => {
    const { code, stdout } = await cspm('export', '--check', 'ec2_port_open');
    expect(code).toBe(0);
    const [head, ...lines] = stdout.trim().split('\r\n');
    expect(head).toMatch(/^id,status,severity,tool,check_id,title,resource_uid/);
    expect(lines).toHaveLength(2);
    const line = lines.find((each) => each.includes('HYPERLINK'));
    expect(line).toContain('"\'=HYPERLINK(""https://evil.example"";""x"")"');
    expect(line).toContain('"\'+1 port, ""open"""');
    expect(await cspm('export', 'all.csv')).toMatchObject({ code: 0 });
    expect((await readFile(join(folder.path, 'all.csv'), 'utf8')).split('\r\n')).toHaveLength(6);
  });

  test('as a workbook keeps formulas as text', async () => {
    const done = await json('export', 'all.xlsx');
    expect(done).toMatchObject({ file: 'all.xlsx', format: 'xlsx', bytes: expect.any(Number) });
    const [sheet] = await readExcelFile(await readFile(join(folder.path, 'all.xlsx')));
    const [head = [], ...found] = sheet?.data ?? [];
    expect(found).toHaveLength(4);
    const uids = found.map((row) => row[head.indexOf('resource_uid')]);
    expect(uids).toContain(`'${FORMULA}`);
    const cells = found.flat().filter((cell) => typeof cell === 'string');
    expect(cells.filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
  });

  test('never overwrites a file, and needs a known format', async () => {
    await writeFile(join(folder.path, 'mine.csv'), 'mine');
    expect((await cspm('export', 'mine.csv')).code).toBe(1);
    expect(await readFile(join(folder.path, 'mine.csv'), 'utf8')).toBe('mine');
    expect((await cspm('export', 'findings.pdf')).code).toBe(2);
    expect((await cspm('export', '--json')).code).toBe(2);
  });
});

test.each([
  [['--status', 'done'], /status: must be one of/],
  [['--severity', 'bad'], /severity: must be one of/],
  [['--change', 'opened'], /--change: needs --import or --scan/],
  [['--limit', '0'], /whole number from 1/],
  [['--cursor', 'torn'], /cursor/],
  [['extra'], /too many arguments/],
])('%j is rejected with a hint', async (args, message) => {
  const { code, stdout, stderr } = await cspm(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test('a filter value may contain a comma', () => {
  const service = ['backup\\, restore,ec2', 'a\\\\b'].reduce<string[] | undefined>(
    (before, text) => listed(text, before),
    undefined,
  );
  expect(filterFrom({ service }).service).toEqual(['backup, restore', 'ec2', 'a\\b']);
});
