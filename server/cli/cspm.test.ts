import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { built, packageRoot } from '../package-root.js';

const SAMPLE = join(packageRoot, 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json');
const PROCESS_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'cspm-main-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the built program with this environment and these Node options. */
function cspm(args: readonly string[], env: Record<string, string> = {}, options: string[] = []) {
  return spawnSync(process.execPath, [...options, built('server', 'cspm.js'), ...args], {
    env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'data'), ...env },
    encoding: 'utf8',
  });
}

/** A module that Node loads before the program. */
const preload = (source: string) => ['--import', `data:text/javascript,${encodeURI(source)}`];

describe('the built program', () => {
  it(
    'names files and lines of the source in stack traces',
    () => {
      const breaks = `import fs from 'node:fs';
        import { syncBuiltinESMExports } from 'node:module';
        fs.mkdtempSync = () => { throw new RangeError('broken on purpose'); };
        syncBuiltinESMExports();`;
      const { status, stderr } = cspm(['assess', SAMPLE], {}, preload(breaks));
      expect(status).toBe(1);
      expect(stderr).toContain('RangeError: broken on purpose');
      const [, path = '', line = '0'] = /\((\/\S+with-core\.ts):(\d+):\d+\)/.exec(stderr) ?? [];
      expect(path, stderr).toBe(join(packageRoot, 'server/cli/with-core.ts'));
      expect(readFileSync(path, 'utf8').split('\n')[Number(line) - 1]).toContain('mkdtempSync(');
    },
    PROCESS_MS,
  );

  it(
    'prints one line on what to do where SQLite has no binary',
    () => {
      // The binding's loader takes this for the machine's architecture.
      const { status, stdout, stderr } = cspm(['frameworks'], { npm_config_arch: 'pdp11' });
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^error: SQLite cannot be loaded on \S+ with Node \S+: run “npm ci”/);
      expect(stderr.trimEnd()).not.toContain('\n');
    },
    PROCESS_MS,
  );
});
