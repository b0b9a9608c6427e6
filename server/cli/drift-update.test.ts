import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DriftEvent } from '../../contract/drift.js';
import { packageRoot } from '../package-root.js';
import { ocsfReport, type RowSpec } from '../testing/prowler-rows.js';
import { CliFolder, ended } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let folder: CliFolder;
let updated: string;
beforeEach(async () => {
  folder = await CliFolder.make();
  updated = await mkdtemp(join(tmpdir(), 'cspm-next-'));
});
afterEach(async () => {
  await folder.remove();
  await rm(updated, { recursive: true, force: true });
});

/** Builds the next version: the same program with a changed mapping of this check. */
async function nextVersion(check: string, tests: string): Promise<void> {
  for (const part of ['dist/server', 'catalogue', 'package.json']) {
    await cp(join(packageRoot, part), join(updated, part), { recursive: true });
  }
  await symlink(join(packageRoot, 'node_modules'), join(updated, 'node_modules'));
  const path = join(updated, 'catalogue/mappings/prowler/aws-keys.yaml');
  const text = await readFile(path, 'utf8');
  const line = new RegExp(`checks: \\[${check}\\], tests: \\[[^\\]]*\\]`);
  expect(text).toMatch(line);
  await writeFile(path, text.replace(line, `checks: [${check}], tests: [${tests}]`));
}

/** Runs the updated product on the existing data. */
const next = (...args: string[]) =>
  ended(
    spawn(process.execPath, [join(updated, 'dist/server/cspm.js'), ...args], {
      cwd: folder.path,
      env: folder.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
const present = (...args: string[]) => folder.run(args);

let files = 0;
async function report(...rows: RowSpec[]): Promise<string> {
  // Of the last hour, because old passes would not count.
  const at = new Date(Date.now() - (60 - files) * 60_000).toISOString();
  files += 1;
  const path = join(folder.path, `${files}.ocsf.json`);
  await writeFile(path, ocsfReport(rows, { at }));
  return path;
}

async function events(run: typeof present): Promise<DriftEvent[]> {
  const { code, stdout, stderr } = await run('drift', 'list', '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).events;
}

const kms = (status: 'PASS' | 'FAIL'): RowSpec => ({
  check: 'kms_cmk_are_used',
  resource: 'key',
  severity: 'Critical',
  status,
});
const root = (status: 'PASS' | 'FAIL'): RowSpec => ({
  check: 'iam_root_mfa_enabled',
  resource: 'root',
  status,
});

test('a changed mapping causes definition_changed, and later reports cause regressions', async () => {
  await present('import', await report(kms('FAIL'), root('PASS')));
  expect(await events(present)).toEqual([]);
  await nextVersion('kms_cmk_are_used', 'mfa-privileged, root-account');
  const found = await events(next);
  expect(found.map(({ type }) => type)).toEqual(['definition_changed']);
  const [change] = found;
  expect(change).toMatchObject({ status: 'resolved', cause: { kind: 'definition' } });
  expect(change?.controls).toContain('IAC-06');
  expect(change?.from).not.toBe(change?.to);
  // Reported once: the next process finds nothing new.
  expect(await events(next)).toEqual(found);
  await next('import', await report(kms('FAIL'), root('FAIL')));
  const later = (await events(next)).filter(({ type }) => type === 'control_regression');
  expect(later.length).toBeGreaterThan(0);
  for (const { cause } of later) expect(cause.text).toContain('iam_root_mfa_enabled');
});

test('a report imported right after an update does not mix the two causes', async () => {
  await present('import', await report(kms('FAIL'), root('PASS')));
  await nextVersion('kms_cmk_are_used', 'key-rotation');
  await next('import', await report(kms('FAIL'), root('FAIL')));
  const found = await events(next);
  const byType = (type: string) => found.filter((event) => event.type === type);
  expect(byType('definition_changed')).toHaveLength(1);
  const moved = byType('definition_changed')[0]?.controls ?? [];
  expect(moved).not.toContain('IAC-06');
  expect(byType('control_regression').map(({ subject }) => subject)).toContain('IAC-06');
});
