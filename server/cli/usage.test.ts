import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_FRAMEWORKS } from '../modules/catalogue/library/framework-activation.rules.js';
import { version } from '../package-root.js';
import { CliFolder, FIXTURES, SAMPLE } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPES = /\x1b\[[0-9;?]*[A-Za-z]|\x1b[78]/g;

describe('wrong usage', () => {
  test.each([
    ['an unknown command', ['asses', SAMPLE], /Did you mean assess\?/],
    ['an unknown option', ['assess', '--jsn', SAMPLE], /Did you mean --json\?/],
    ['no file', ['assess'], /missing required argument 'file'/],
    ['an option without its value', ['assess', SAMPLE, '--fail-on'], /argument missing/],
    ['too many arguments', ['frameworks', 'one', 'two'], /too many arguments/],
    [
      'an unknown status',
      ['controls', '--status', 'done'],
      /unknown status done; there are: implemented/,
    ],
    ['no arguments', [], /Usage: cspm/],
  ])('%s exits with 2 and a hint', async (_, args, hint) => {
    const { code, stdout, stderr } = await folder.run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(hint);
  });

  test('invalid configuration exits with 2 and one line per variable', async () => {
    const { code, stderr } = await folder.run(['config'], { PORT: 'x', LOG_LEVEL: 'loud' });
    expect(code).toBe(2);
    expect(stderr).toContain('PORT: must be a whole number');
    expect(stderr).toContain('LOG_LEVEL: must be one of');
    expect(stderr).not.toContain('    at ');
  });

  test('a data folder that cannot be created is reported in one line', async () => {
    const { code, stderr } = await folder.run(['frameworks'], { DATA_DIR: `${SAMPLE}/data` });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*ENOTDIR/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('help', () => {
  test.each([['--help'], ['help'], ['assess', '--help'], ['help', 'serve']])(
    '%s %s',
    async (...args) => {
      const { code, stdout, stderr } = await folder.run(args.filter(Boolean));
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Usage: cspm/);
    },
  );

  test('names every command, the exit codes and the version', async () => {
    const { stdout } = await folder.run(['--help']);
    for (const name of [
      'assess',
      'import',
      'scan',
      'scans',
      'account',
      'targets',
      'schedules',
      'serve',
      'worker',
      'frameworks',
      'controls',
      'doctor',
      'config',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
    expect(stdout).toContain('Exit codes: 0 success');
    expect((await folder.runProcess(['--version'])).stdout).toBe(`${version}\n`);
  });
});

describe('in a pipe', () => {
  test('no command prints colours or progress', async () => {
    for (const args of [['assess', SAMPLE], ['config'], ['doctor'], ['frameworks'], ['controls']]) {
      const { stdout, stderr } = await folder.run(args);
      expect(stdout.length).toBeGreaterThan(200);
      expect(`${stdout}${stderr}`.match(ESCAPES)).toBeNull();
      expect(stderr).toBe('');
    }
  });

  test('a separate process detects that there is no terminal', async () => {
    const { stdout, stderr } = await folder.runProcess(['config'], { TERM: 'xterm-256color' });
    expect(stdout.length).toBeGreaterThan(200);
    expect(`${stdout}${stderr}`.match(ESCAPES)).toBeNull();
  });

  test('a closed pipe is not an error, and a gate still exits with 3', async () => {
    const line = `cspm assess '${SAMPLE}' --json --fail-on high | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await folder.shell(line);
    expect(stdout).toBe('{\n3\n');
    expect(stderr.replace(/^gate: .*\n/gm, '')).toBe('');
    const listing = await folder.shell(`set -o pipefail; cspm controls | head -n 3`);
    expect(listing.code).toBe(0);
  });
});

describe('on a terminal', () => {
  test.each([80, 100, 140])(
    'of %i columns no line is wider, and no text is cut',
    async (columns) => {
      const file = 'report.json';
      await folder.shell(`cp '${SAMPLE}' ${file}`);
      const { stdout, code } =
        columns === 80
          ? await folder.terminal(columns, ['assess', file])
          : await folder.run(['assess', file], {}, { columns });
      expect(code).toBe(0);
      const lines = stdout
        .slice(stdout.indexOf('Framework'))
        .replaceAll(ESCAPES, '')
        .split(/\r?\n/);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines.join('\n')).not.toContain('…');
      expect(lines.join('').replaceAll(/\s/g, '')).toContain(
        'sns_subscription_not_using_http_endpoints',
      );
    },
  );

  test('there are colours and a progress bar', async () => {
    const { stdout } = await folder.terminal(100, ['assess', SAMPLE]);
    expect(stdout).toContain('\u001b[31m');
    expect(stdout).toContain('█');
    // Neither the cursor nor the wrapping of lines is turned off: an interrupt could not turn them on.
    for (const off of ['\u001b[?25l', '\u001b[?7l']) expect(stdout).not.toContain(off);
  });

  test('NO_COLOR is honoured', async () => {
    const { stdout } = await folder.terminal(100, ['config'], { NO_COLOR: '1' });
    expect(stdout.match(ESCAPES)).toBeNull();
  });
});

describe('on a data folder', () => {
  test('import, then frameworks, controls and why', async () => {
    const first = await folder.run(['import', SAMPLE, '--json']);
    expect([first.code, first.stderr]).toEqual([0, '']);
    const { imports } = JSON.parse(first.stdout);
    expect(imports).toMatchObject([{ status: 'completed', results: 73, findings: { opened: 36 } }]);
    const again = await folder.run(['import', SAMPLE]);
    expect(again.stdout).toContain('nothing changed');

    const { frameworks } = JSON.parse((await folder.run(['frameworks', '--json'])).stdout);
    expect(frameworks.map(({ id }: { id: string }) => id)).toEqual([...DEFAULT_FRAMEWORKS].sort());
    expect(frameworks[0].requirements.failing).toBeGreaterThan(0);
    const shown = await folder.run(['frameworks']);
    expect(shown.stdout).toContain('CIS Controls 8.1');
    expect(shown.stdout).toContain('Slugs for --framework: ');

    const failing = await folder.run([
      'controls',
      '--status',
      'not-implemented',
      '--domain',
      'iac',
      '--json',
    ]);
    const { controls } = JSON.parse(failing.stdout);
    expect(controls.length).toBeGreaterThan(0);
    const why = await folder.run(['controls', '--why', controls[0].id.toLowerCase()]);
    expect(why.code).toBe(0);
    for (const word of [
      controls[0].id,
      'Status',
      'Why',
      'Rule',
      'To do',
      'Counts because',
      'Serves',
    ]) {
      expect(why.stdout).toContain(word);
    }
    const { explanation } = JSON.parse(
      (await folder.run(['controls', '--why', controls[0].id, '--json'])).stdout,
    );
    expect(explanation.inputs.length).toBeGreaterThan(0);
  });

  test('an unknown control exits with 1', async () => {
    const { code, stderr } = await folder.run(['controls', '--why', 'XYZ-99']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*\n$/);
  });

  test('one unreadable file exits with 1, and the others are imported', async () => {
    const { code, stdout } = await folder.run([
      'import',
      '/nowhere.json',
      `${FIXTURES}/prowler-5.3.ocsf.json`,
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ \/nowhere\.json: .*no such file/);
    expect(stdout).toMatch(/✓ .*prowler-5\.3/);
  });

  test('doctor reports what is in place, and what is not', async () => {
    const { code, stdout } = await folder.run(['doctor']);
    expect(code).toBe(0);
    for (const what of [
      'Program',
      'Data folder',
      'cspm_assessments',
      'Control library',
      'Web app',
    ]) {
      expect(stdout).toContain(what);
    }
    const bad = await folder.run(['doctor', '--json'], { DATA_DIR: `${SAMPLE}/x` });
    expect(bad.code).toBe(1);
    const { findings } = JSON.parse(bad.stdout);
    expect(findings).toContainEqual(expect.objectContaining({ what: 'Data folder', state: 'bad' }));
  });

  test('config prints the effective values, secrets as dots', async () => {
    const env = { MONGODB_URI: 'mongodb://root:hunter2@db:1', DB_NAME: 'mine' };
    for (const args of [['config'], ['config', '--json']]) {
      const { stdout, code } = await folder.run(args, env);
      expect(code).toBe(0);
      expect(stdout).not.toContain('hunter2');
      expect(stdout).toContain('mine');
    }
    expect(JSON.parse((await folder.run(['config', '--json'], env)).stdout)).toMatchObject({
      MONGODB_URI: '••••••••',
      DB_NAME: 'mine',
      PORT: '8080',
    });
  });
});
