import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ocsfReport, ocsfRow, type RowSpec } from '../testing/prowler-rows.js';
import { CliFolder } from '../testing/run-cli.js';

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const of = (resource: string): RowSpec => ({ check: 's3_bucket_public', resource });
async function json(...args: string[]) {
  const { code, stdout, stderr } = await folder.run([...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}
async function imported(name: string, text: string): Promise<string> {
  await writeFile(join(folder.path, name), text);
  const { stdout } = await folder.run(['import', name, '--json']);
  return JSON.parse(stdout).imports[0].id;
}

test('imports are listed, shown with what was not read, and undone from the newest on', async () => {
  const first = await imported('one.json', ocsfReport([of('a')], { at: 0 }));
  const rows = [of('a'), of('b')].map((row) => ocsfRow(row, { at: 1 }));
  const second = await imported('two.json', JSON.stringify([...rows, 'torn']));

  const { items, nextCursor } = await json('import', 'list');
  expect(items.map((item: { id: string }) => item.id)).toEqual([second, first]);
  expect(nextCursor).toBeNull();
  expect(items[0]).not.toHaveProperty('teamId');
  expect((await folder.run(['import', 'list'])).stdout).toMatch(/two\.json +partial/);

  const shown = await json('import', 'show', second);
  expect(shown).toMatchObject({
    ...{ status: 'partial', rejected: 1, gaps: [] },
    rejections: [{ at: expect.stringMatching(/^result 3/), reason: expect.any(String) }],
    undo: { possible: true, reason: null },
  });
  const { stdout } = await folder.run(['import', 'show', second]);
  expect(stdout).toContain('1 result not read:');
  expect(stdout).toContain('result 3');
  expect(stdout).toContain(`cspm import undo ${second}`);

  const refused = await folder.run(['import', 'undo', first]);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('a newer import of the same account or target rests on it');
  expect((await folder.run(['import', 'undo', second])).stdout).toContain('two.json: undone');
  expect((await json('findings')).items).toHaveLength(1);
  expect(await json('import', 'undo', first)).toMatchObject({
    status: 'undone',
    undo: { possible: false, reason: 'the import is already undone' },
  });
  expect((await json('findings', '--status', 'all')).items).toEqual([]);
  expect((await folder.run(['import', 'undo', 'imp_none'])).code).toBe(1);
}, 60_000);
