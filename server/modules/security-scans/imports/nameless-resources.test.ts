import { afterAll, beforeAll, expect, it } from 'vitest';
import { prowlerAsff, prowlerCsv } from '../../../testing/prowler-formats.js';
import { type OcsfRow, ocsfRow, ocsfText } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { ocsfFinding, sarifLog, sarifRun } from '../../../testing/tool-reports.js';

let core: TestCore;
beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
afterAll(() => core.close());

/** Two buckets fail a check, and others another one; later the first bucket's name is lost. */
const NAMES = ['a', 'b', 'c'];
const LOST = ['', 'b', 'c'];

const prowler = (names: readonly string[], at: number): OcsfRow[] =>
  names.map((name) => ocsfRow({ check: 's3_public', resource: name, observed: 'public' }, { at }));
const foreign = (names: readonly string[], at: number) =>
  JSON.stringify(
    names.map((uid) =>
      ocsfFinding('S3.1', { at }, { resources: uid === '' ? [] : [{ uid, name: uid }] }),
    ),
  );
const sarif = (names: readonly string[], at: number) => {
  const run = sarifRun('Code Scanner', ['R1'], { at });
  const located = (uri: string) => [{ physicalLocation: { artifactLocation: { uri } } }];
  const results = names.map((name) => ({
    ...run.results[0],
    locations: name === '' ? [] : located(name),
  }));
  return sarifLog({ ...run, results });
};

it.each([
  ['OCSF of another product', foreign],
  ['OCSF of Prowler', (names: string[], at: number) => ocsfText(prowler(names, at))],
  ['Prowler’s CSV', (names: string[], at: number) => prowlerCsv(prowler(names, at))],
  ['Prowler’s ASFF', (names: string[], at: number) => prowlerAsff(prowler(names, at))],
  ['SARIF', sarif],
] as const)('%s: a result that has lost its resource closes nothing', async (_, text) => {
  const team = new TestTeam(core);
  await team.importText(text(NAMES, 1), 'whole');
  const item = await team.importText(text(LOST, 2), 'whole');
  expect(item.findings).toMatchObject({ resolved: 0, stale: 1 });
  expect(item.notes).toContain(
    '1 result names no resource: it may be about any finding of the same check that the report lacks, so none of these is closed.',
  );
  expect(await team.finding('a')).toMatchObject({ status: 'open' });
  const complete = await team.importText(text(LOST, 3), 'whole', { coverage: 'complete' });
  expect(complete.findings).toMatchObject({ resolved: 0, stale: 1 });
  const named = await team.importText(text(['b', 'c'], 4), 'whole', { coverage: 'complete' });
  expect(named.findings).toMatchObject({ stale: 0 });
  expect(await team.finding('a')).toMatchObject({ status: 'resolved' });
});
