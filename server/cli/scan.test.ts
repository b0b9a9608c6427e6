import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ScanRun } from '../../contract/orchestration.js';
import { type LocalSite, startSite } from '../testing/local-site.js';
import { CliFolder, ended } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
let site: LocalSite;
beforeAll(async () => {
  folder = await CliFolder.make();
  site = await startSite();
  expect((await folder.run(['targets', 'own', 'add', site.url])).code).toBe(0);
});
afterEach(() => site.release());
afterAll(async () => {
  await site.stop();
  await folder.remove();
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPES = /\x1b\[[0-9;?]*[A-Za-z]/g;
const last = async () => {
  const { stdout } = await folder.run(['scan', 'show', 'last', '--json']);
  return ScanRun.parse(JSON.parse(stdout).scan);
};

describe('a scan', () => {
  test('ends with its coverage, the changes and what to do next', async () => {
    const { code, stdout, stderr } = await folder.run(['scan', 'web', site.url]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ http:\/\/127\.0\.0\.1:\d+\/: completed in .* scan_\w+$/m);
    expect(stdout).toMatch(/^web-check +web-check +completed +\d+ of \d+ checks +\d+ +\d+ +0 /m);
    expect(stdout).toContain('Not covered:\n  without any result: hsts, certificate-trusted');
    expect(stdout).toMatch(/^Findings: \d+ opened \(3 medium, \d+ low, \d+ informational\)$/m);
    expect(stdout).toMatch(/^Open here: 3 medium, /m);
    expect(stdout).toMatch(/^ISO\/IEC 27001 .* 0\.0 % → \d/m);
    expect(stdout).toMatch(/cspm serve .*\n.*cspm frameworks /);
    // Progress, a line per event; the sub-job may end before it is seen running.
    expect(stderr).toMatch(
      /^scan scan_\w+ of http.*\n(?:web-check: running\n)?web-check: completed \(\d+ results\)\n$/,
    );

    const again = await folder.run(['scan', 'web', site.url, '--json']);
    const document = JSON.parse(again.stdout);
    expect(ScanRun.parse(document.scan)).toMatchObject({
      status: 'completed',
      trigger: 'manual',
      requestedBy: 'local',
      findings: { opened: 0, resolved: 0 },
    });
    expect(document.scan.findings.unchanged).toBeGreaterThan(3);
    expect(document).toMatchObject({ open: { critical: 0, medium: 3 }, posture: [], gate: null });
    expect(document.opened).toEqual({ critical: 0, high: 0, medium: 0, low: 0, informational: 0 });
  });

  test('exits with 3 at its gate, also for findings from before', async () => {
    const { code, stdout, stderr } = await folder.run([
      'scan',
      'web',
      site.url,
      '--fail-on',
      'medium',
    ]);
    expect(code).toBe(3);
    expect(stdout).toContain('completed in');
    expect(stderr).toMatch(/^gate: open findings at medium or higher: 3 medium$/m);
    const passed = await folder.run(['scan', 'web', site.url, '--fail-on', 'high', '--json']);
    expect(passed.code).toBe(0);
    expect(JSON.parse(passed.stdout).gate).toEqual({ failOn: 'high', passed: true });
  });

  test('keeps running when its pipe closes, and ends with its usual exit code', async () => {
    const line = `cspm scan web ${site.url} --fail-on low | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = await folder.shell(line);
    expect(stdout).toMatch(/^✓ http.*\n3\n$/);
  });

  test('shows progress on a terminal, and leaves only its summary there', async () => {
    const { stdout, code } = await folder.terminal(80, ['scan', 'web', site.url]);
    expect(code).toBe(0);
    expect(stdout).toContain('Ctrl+C cancels it');
    // Neither the cursor nor the wrapping of lines is turned off: an interrupt could not turn them on.
    for (const off of ['\u001b[?25l', '\u001b[?7l']) expect(stdout).not.toContain(off);
    const lines = stdout.replaceAll(ESCAPES, '').split(/\r?\n/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    // The progress was erased.
    const after = stdout.slice(stdout.lastIndexOf('\u001b[0J')).replaceAll(ESCAPES, '');
    expect(after).toMatch(/^✓ http:\/\/127/);
  });

  test('that fails exits with 1 and says what to do', async () => {
    const closed = await startSite();
    await closed.stop();
    const { code, stdout } = await folder.run(['scan', 'web', closed.url]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ .*: failed in /);
    expect(stdout).toMatch(/cspm scan log scan_\w+/);
    expect(stdout).toMatch(/cspm scan retry scan_\w+/);
    const log = await folder.run(['scan', 'log', 'last']);
    expect(log.stdout).toMatch(/^✗ web-check {2}web-check {2}failed\n {2}asking http/);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is cancelled by %s and leaves nothing running', async (signal, code) => {
    site.hold();
    const child = folder.start(['scan', 'web', site.url]);
    const end = ended(child);
    await expect.poll(() => site.waiting(), { timeout: 30_000 }).toBe(1);
    child.kill(signal);
    const { stdout, stderr, ...rest } = await end;
    expect(rest.code).toBe(code);
    expect(stderr).toContain(`${signal}: cancelling the scan`);
    expect(stdout).toMatch(/: cancelled in /);
    expect(stdout).toMatch(/cspm scan retry scan_\w+ +resumes it/);
    expect((await last()).status).toBe('cancelled');
    expect(site.waiting()).toBe(0);
    site.release();
    const { stdout: retried, code: ok } = await folder.run(['scan', 'retry', 'last', '--json']);
    expect([ok, JSON.parse(retried).scan.status]).toEqual([0, 'completed']);
  });
});

describe('a scan of private targets', () => {
  test('is rejected with 2 and says how to allow it; --own allows it for good', async () => {
    const other = await CliFolder.make();
    const { code, stdout, stderr } = await other.run(['scan', 'web', site.url]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: 127\.0\.0\.1: .*declare the range/);
    expect(stderr).toContain('cspm targets own add');
    expect(stderr).toContain('--own');
    expect((await other.run(['scan', 'web', site.url, '--own'])).code).toBe(0);
    const { stdout: own } = await other.run(['targets', 'own', 'list']);
    expect(own).toBe('127.0.0.1\n');
    await other.remove();
  });

  test('needs own targets, which are added once, removed, and rejected when invalid', async () => {
    const own = (...args: string[]) => folder.run(['targets', 'own', ...args]);
    const added = await own(
      'add',
      '10.1.0.0/16',
      'DB.corp.example',
      '*.lan',
      '10.1.0.0/16',
      '--json',
    );
    expect(JSON.parse(added.stdout)).toEqual({
      ranges: ['127.0.0.1', '10.1.0.0/16'],
      names: ['db.corp.example', '*.lan'],
    });
    expect(JSON.parse((await own('remove', '10.1.0.0/16', '*.lan', '--json')).stdout)).toEqual({
      ranges: ['127.0.0.1'],
      names: ['db.corp.example'],
    });
    const none = await own('remove', '10.9.9.9');
    expect([none.code, none.stderr]).toEqual([1, 'error: not declared: 10.9.9.9\n']);
    for (const wrong of ['a b', '0.0.0.0/0', 'http://a@b']) {
      const { code, stderr } = await own('add', wrong);
      expect([wrong, code, stderr.split('\n').length]).toEqual([wrong, 2, 2]);
    }
  });
});

describe('wrong usage', () => {
  beforeAll(async () => {
    expect((await folder.run(['scan', 'web', site.url])).code).toBe(0);
  });

  test.each([
    ['no kind', ['scan'], /Usage: cspm scan/],
    ['an unknown kind', ['scan', 'wep'], /unknown command 'wep'[\s\S]*Did you mean web\?/],
    ['no target', ['scan', 'web'], /missing required argument 'url'/],
    [
      'an unknown depth',
      ['scan', 'web', 'http://a.example', '--depth', 'deep'],
      /Allowed choices are headers, baseline/,
    ],
    [
      'an unknown gate',
      ['scan', 'web', 'http://a.example', '--fail-on', 'bad'],
      /Allowed choices are critical/,
    ],
    ['an invalid address', ['scan', 'web', 'ftp://a.example'], /must begin with http/],
    [
      'an address with a password',
      ['scan', 'web', 'https://me:hunter2@a.example'],
      /holds a user name or password/,
    ],
    [
      'an API without its definition',
      ['scan', 'web', 'https://a.example', '--depth', 'api'],
      /--api-definition/,
    ],
    [
      'too many hosts',
      ['scan', 'network', ...Array.from({ length: 101 }, (_, i) => `a${i}.example`)],
      /targets: .*100/,
    ],
    ['a missing folder', ['scan', 'fs', '/nowhere'], /there is no folder \/nowhere/],
    ['a file instead of a folder', ['scan', 'config', '/etc/passwd'], /is a file; give its folder/],
    ['the root folder', ['scan', 'fs', '/'], /give a folder below/],
    ['an unknown status', ['scans', '--status', 'done'], /must be one of/],
    ['an invalid limit', ['scans', '--limit', '0'], /whole number from 1 to 500/],
    ['a sub-job without a name', ['scan', 'retry', 'last', '--sub-job'], /argument missing/],
    [
      'an invalid cron expression',
      ['schedules', 'set', 'orchestration.purge-old', '--cron', 'daily'],
      /cron/,
    ],
  ])('%s exits with 2 and a hint', async (_, args, hint) => {
    const { code, stdout, stderr } = await folder.run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(hint);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toContain('    at ');
  });

  test.each([
    ['an unknown scan', ['scan', 'show', 'scan_x'], /there is no scan scan_x \(cspm scans lists/],
    ['cancelling a scan that ended', ['scan', 'cancel', 'last'], /has ended already \(completed\)/],
    ['retrying a scan that succeeded', ['scan', 'retry', 'last'], /no sub-job of the scan failed/],
    [
      'an unknown sub-job',
      ['scan', 'log', 'last', '--sub-job', 'x'],
      /no part x; there are: web-check/,
    ],
    ['an unknown schedule', ['schedules', 'run', 'x'], /there is no schedule x/],
  ])('%s exits with 1 and one line', async (_, args, line) => {
    const { code, stdout, stderr } = await folder.run(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
