import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CliFolder } from '../testing/run-cli.js';
import { MADE_CONTROLS, scfWorkbook } from '../testing/scf-workbook.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
const file = (name: string) => join(folder.path, name);
beforeAll(async () => {
  folder = await CliFolder.make();
  await writeFile(file('new.xlsx'), await scfWorkbook());
  await writeFile(
    file('old.xlsx'),
    await scfWorkbook({ layout: '2022.3', controls: MADE_CONTROLS.slice(1) }),
  );
  await writeFile(file('none.xlsx'), 'no workbook');
});
afterAll(() => folder.remove());

test('a workbook is previewed and imported once; an older release needs --force', async () => {
  const nothing = await folder.run(['import-scf', '--status']);
  expect(nothing).toMatchObject({ code: 0, stdout: expect.stringContaining('No release') });

  const preview = await folder.run(['import-scf', 'new.xlsx', '--preview']);
  expect(preview).toMatchObject({ code: 0, stderr: '' });
  expect(preview.stdout).toMatch(/SCF 2026\.1 .*sha256 [0-9a-f]{64}/);
  expect(preview.stdout).toContain('4 controls, 2 objectives, 3 frameworks');
  expect(preview.stdout).toContain('© SCF Council');
  expect((await folder.run(['import-scf', '--status'])).stdout).toContain('No release');

  const unconfirmed = await folder.run(['import-scf', 'new.xlsx']);
  expect(unconfirmed).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });

  const done = await folder.run(['import-scf', 'new.xlsx', '--yes', '--json']);
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({
    changed: true,
    current: { release: '2026.1', isCurrent: true },
    attribution: { release: '2026.1', licence: 'CC BY-ND 4.0' },
  });
  const again = await folder.run(['import-scf', 'new.xlsx']);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing changed') });

  const back = await folder.run(['import-scf', 'old.xlsx', '--yes']);
  expect(back).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/2022\.3 is older than 2026\.1/),
  });
  const forced = await folder.run(['import-scf', 'old.xlsx', '--yes', '--force']);
  expect(forced).toMatchObject({ code: 0, stdout: expect.stringContaining('1 removed') });

  const status = await folder.run(['import-scf', '--status', '--json']);
  const { current, releases } = JSON.parse(status.stdout);
  expect(current.release).toBe('2022.3');
  expect(releases.map(({ release }: { release: string }) => release).sort()).toEqual([
    '2022.3',
    '2026.1',
  ]);
});

test('its frameworks are listed, activated with a target, and deactivated', async () => {
  const lines = await folder.run(['frameworks', 'available', '--scf']);
  expect(lines).toMatchObject({ code: 0, stderr: '' });
  expect(lines.stdout).toContain('© SCF Council');
  const listed = JSON.parse(
    (await folder.run(['frameworks', 'available', '--scf', '--json'])).stdout,
  );
  const [{ id, name }] = listed.frameworks;
  expect(id).toMatch(/^scf:/);
  const none = await folder.run(['frameworks', 'available', '--scf', 'no such words']);
  expect(none.stdout).toContain('No SCF framework has “no such words” in its name.');
  const found = await folder.run(['frameworks', 'available', '--scf', name.slice(0, 6), '--json']);
  expect(JSON.parse(found.stdout).frameworks.map((each: { id: string }) => each.id)).toContain(id);

  const on = await folder.run(['frameworks', 'activate', id, '--target', '60']);
  expect(on).toMatchObject({ code: 0, stdout: `${id}: active, target score 60\n` });
  const active = JSON.parse((await folder.run(['frameworks', '--json'])).stdout).frameworks;
  expect(active.map((each: { id: string }) => each.id)).toContain(id);
  const off = await folder.run(['frameworks', 'deactivate', id]);
  expect(off).toMatchObject({ code: 0, stdout: `${id}: not active\n` });
  const unknown = await folder.run(['frameworks', 'activate', 'scf:none']);
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('no such framework') });
});

test.each([
  [['none.xlsx', '--preview'], 1, /not an Excel workbook/],
  [['nowhere.xlsx', '--preview'], 1, /there is no such file/],
  [['.', '--preview'], 1, /is a folder; name the workbook/],
  [[], 2, /name the workbook/],
])('%j exits with %i and a one-line message', async (args, code, message) => {
  const result = await folder.run(['import-scf', ...args]);
  expect(result).toMatchObject({ code, stderr: expect.stringMatching(message) });
});
