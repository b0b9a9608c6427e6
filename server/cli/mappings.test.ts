import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
  expect((await folder.run(['import', SAMPLE])).code).toBe(0);
}, 60_000);
afterAll(() => folder.remove());

const mappings = (...args: string[]) => folder.run(['controls', 'mappings', ...args]);

test('matches are listed, reviewed, exported, revoked and imported', async () => {
  const listed = JSON.parse((await mappings('list', '--limit', '5', '--json')).stdout);
  expect(listed.items).toHaveLength(5);
  const { tool, checkId } = listed.items[0];
  const accept = ['accept', tool, checkId, 'gov-01', '--reason', 'read its code'];
  const accepted = JSON.parse((await mappings(...accept, '--json')).stdout);
  const [{ id }] = accepted.reviews;
  const table = await mappings('list', '--state', 'accepted');
  expect(table.stdout).toContain(id);

  const path = join(folder.path, 'reviews.yaml');
  expect((await mappings('export', '--format', 'yaml', '--output', path)).code).toBe(0);
  expect(await readFile(path, 'utf8')).toContain('controlId: GOV-01');
  expect((await mappings('export', '--output', path)).code).toBe(1); // The file exists already.
  expect((await mappings('revoke', id)).stdout).toContain('revoked: accept');
  const imported = JSON.parse((await mappings('import', path, '--json')).stdout);
  expect(imported).toMatchObject({ added: 1, unchanged: 0, unknownChecks: 0 });

  await writeFile(path, '{"tool":1}');
  expect(await mappings('import', path)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('line 1: tool'),
  });
  expect((await mappings('accept', tool, checkId, 'XYZ-99', '--reason', 'none')).code).toBe(1);
  expect((await mappings('list', '--state', 'odd')).code).toBe(2);
}, 60_000);

test('results and crosswalk are exported', async () => {
  const ocsf = await folder.run(['controls', 'export', '--format', 'ocsf', '--status', 'fail']);
  const events = ocsf.stdout.trim().split('\n');
  expect(JSON.parse(events[0] ?? '')).toMatchObject({ class_uid: 2003 });
  const statuses = events.map((line) => JSON.parse(line).compliance.status_id);
  expect(new Set(statuses)).toEqual(new Set([3]));
  const mapping = ['controls', 'export', '--format', 'oscal-mapping'];
  const oscal = await folder.run([...mapping, '--framework', 'soc2-tsc-2017']);
  expect(JSON.parse(oscal.stdout)['mapping-collection'].mappings).toHaveLength(1);
  expect((await folder.run([...mapping, '--framework', 'nope'])).code).toBe(1);
  expect((await folder.run(['controls', 'export', '--format', 'odd'])).code).toBe(2);
  // `controls` without a subcommand still lists controls.
  expect((await folder.run(['controls', '--domain', 'IAC'])).stdout).toContain('IAC-06');
}, 60_000);
