import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const json = async (...args: string[]) =>
  JSON.parse((await folder.run(['frameworks', ...args, '--json'])).stdout);

test('frameworks are activated and deactivated, and unknown ones exit with 2', async () => {
  const { frameworks } = await json('activate', 'dora', 'gdpr', '--target', '80');
  expect(frameworks).toMatchObject([
    { id: 'dora', active: true, targetScore: 80 },
    { id: 'gdpr', active: true, targetScore: 80 },
  ]);
  await json('deactivate', 'gdpr');
  const available = (await json('available')).frameworks;
  expect(available.length).toBeGreaterThanOrEqual(29);
  const earlier = available.find((each: { id: string }) => each.id === 'iso-27701-2019');
  expect(earlier.supersededBy).toMatchObject({ id: 'iso-27701-2025', carriedOver: 117 });
  const active = available.filter((each: { active: boolean }) => each.active);
  expect(active).toHaveLength(8);
  expect((await json()).frameworks).toHaveLength(8);
  const wrong = await folder.run(['frameworks', 'activate', 'dora', 'none']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/unknown framework none/);
  const shown = await folder.run(['frameworks', 'available']);
  expect(shown.stdout).toMatch(/dora .*yes/);
  expect(shown.stdout).toMatch(/ISO\/IEC 27701 2019: superseded by ISO\/IEC 27701 2025/);
});

test('custom controls and frameworks are previewed, imported, exported and removed', async () => {
  const controls = join(folder.path, 'controls.csv');
  await writeFile(controls, 'id,domain,title,intent\nHOUSE-01,IAC,Badges,Badges are returned\n');
  const added = await folder.run(['controls', 'import', controls]);
  expect(added.stdout).toContain('1 added, 0 changed');

  const file = join(folder.path, 'house.csv');
  const head = 'framework,framework_name,version,id,title,controls\n';
  await writeFile(file, `${head}house-1,House,1,H1,Badges,HOUSE-99\n`);
  const refused = await folder.run(['frameworks', 'import', file]);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('line 2, controls: there is no control HOUSE-99');

  expect(refused.stdout).toContain(`Nothing was imported from ${file}.`);
  await writeFile(file, `${head}house-1,House,1,H1,"Badges\n`);
  expect((await folder.run(['frameworks', 'import', file])).stderr).toMatch(
    /error: house\.csv: line \d: is not CSV/,
  );
  for (const [path, message] of [
    [folder.path, /is a folder, not a file/],
    [join(folder.path, 'no.csv'), /no\.csv: there is no such file/],
  ] as const) {
    for (const command of ['frameworks', 'controls']) {
      const missing = await folder.run([command, 'import', path]);
      expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    }
  }

  await writeFile(file, `${head}house-1,House,1,H1,Badges,HOUSE-01:equal\n`);
  expect((await json('import', file, '--preview')).isNew).toBe(true);
  const misspelt = join(folder.path, 'misspelt.csv');
  await writeFile(
    misspelt,
    'framework,framework_name,version,id,title,control\nh-2,H,1,A,b,IAC-06\n',
  );
  const previewed = await folder.run(['frameworks', 'import', misspelt, '--preview']);
  expect(previewed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Not read: control'),
  });
  expect((await folder.run(['frameworks', 'export', 'house-1'])).code).toBe(1);
  expect((await json('import', file)).framework).toMatchObject({ id: 'house-1', active: true });
  const { stdout } = await folder.run(['frameworks', 'export', 'house-1', '--csv']);
  expect(stdout).toContain('H1,Badges,no,HOUSE-01:equal,');
  expect((await json('gaps', 'house-1')).gaps).toMatchObject([{ id: 'H1' }]);
  const unsure = await folder.run(['frameworks', 'remove', 'house-1', '--confirm', 'house']);
  expect(unsure.code).toBe(2);
  await json('remove', 'house-1', '--confirm', 'house-1');
  expect((await folder.run(['frameworks', 'gaps', 'house-1'])).code).toBe(1);
});

test('assess scores an inactive framework when --framework names it', async () => {
  const { stdout } = await folder.run(['assess', SAMPLE, '--framework', 'dora', '--json']);
  const { frameworks } = JSON.parse(stdout);
  expect(frameworks.map(({ id }: { id: string }) => id)).toEqual(['dora']);
});

test('fixes lists checks by what they move, of all frameworks or of one', async () => {
  expect((await folder.run(['frameworks', 'fixes'])).stdout).toContain('No fix moves a figure.');
  await folder.run(['import', SAMPLE]);
  const { fixes, total } = await json('fixes');
  expect(total).toBeGreaterThan(20);
  const { stdout } = await folder.run(['frameworks', 'fixes', 'soc2-tsc-2017']);
  expect(stdout).toMatch(/closes \d+ findings? in 1 account; .*moves SOC 2/);
  const shown = await folder.run(['frameworks', 'fixes']);
  expect(shown.stdout).toContain(fixes[0].checkId);
  expect(shown.stdout).toContain(`and ${total - 20} more`);
  const { frameworks } = await json();
  // No check of the sample is about artificial intelligence.
  for (const { id, passing } of frameworks) {
    if (/-ai-|42001/.test(id)) expect(passing, id).toBeNull();
    else expect(passing, id).toBeGreaterThan(0);
  }
  const list = await folder.run(['frameworks']);
  expect(list.stdout).toMatch(/Passing is the\s+severity-weighted share/);
  const why = await folder.run(['controls', '--why', 'CRY-05']);
  expect(why.stdout).toMatch(/Passing +\d+\.\d % of its conclusive results/);
});
