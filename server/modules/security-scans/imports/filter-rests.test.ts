import { afterAll, beforeAll, expect, it } from 'vitest';
import { prowlerAsff } from '../../../testing/prowler-formats.js';
import { ocsfReport, ocsfRow, ocsfText, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { osPackages, trivyReport, vulnerability } from '../../../testing/tool-reports.js';

let core: TestCore;
beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
afterAll(() => core.close());

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** A check of each severity, of many resources. */
const prowler = (low: number, at: number) => {
  const rows = (severity: 'High' | 'Low', count: number): RowSpec[] =>
    numbers(count).map((n) => ({ check: 's3_a', resource: `${severity}-${n}`, severity }));
  return ocsfReport([...rows('High', 40), ...rows('Low', low)], { at });
};
const trivy = (unfixed: number, at: number) => {
  const of = (prefix: string, FixedVersion: string, count: number) =>
    numbers(count).map((n) => ({
      ...vulnerability(`CVE-2024-${prefix}${n}`),
      FixedVersion,
      PkgIdentifier: { PURL: `pkg:deb/debian/lib${prefix}${n}@1.0` },
    }));
  return trivyReport([osPackages([...of('1', '9.9', 40), ...of('2', '', unfixed)])], { at });
};

it.each([
  ['Prowler', prowler, 'severity: nothing below high is left except 1 result'],
  ['Trivy', trivy, 'fix: nothing unfixed is left except 1 result'],
])('a report of %s with a rest of a large class counts as filtered', async (_, text, look) => {
  const team = new TestTeam(core);
  await team.importText(text(40, 1), 'whole');
  const rest = await team.importText(text(1, 2), 'whole');
  expect(rest.findings).toMatchObject({ resolved: 0, stale: 39 });
  expect(rest.problem).toContain(`looks filtered by ${look}; 39 findings were not seen`);
});

it('but not where more than a rest is left, or the class was small', async () => {
  const team = new TestTeam(core);
  await team.importText(prowler(40, 1), 'whole');
  expect((await team.importText(prowler(8, 2), 'whole')).findings).toMatchObject({ resolved: 32 });
  expect((await team.importText(prowler(1, 3), 'whole')).findings).toMatchObject({ resolved: 7 });
});

it.each([
  ['ASFF', prowlerAsff],
  ['OCSF', ocsfText],
])('%s of failing rows only is described so, whatever else is missing', async (_, text) => {
  const team = new TestTeam(core);
  const row = (check: string, resource: string, status: 'PASS' | 'FAIL', at: number) =>
    ocsfRow({ check, resource, status }, { at });
  const fails = (at: number) => [row('s3_a', 'x', 'FAIL', at), row('s3_b', 'y', 'FAIL', at)];
  const others = [row('s3_a', 'p', 'PASS', 1), row('s3_c', 'q', 'PASS', 1)];
  const all = [...fails(1), ...others, row('s3_b', 'gone', 'FAIL', 1)];
  await team.importText(text(all), 'whole');
  const item = await team.importText(text(fails(2)), 'whole');
  expect(item.findings).toMatchObject({ resolved: 0, stale: 1 });
  expect(item.problem).toContain('looks filtered by status: no passing rows are left; 1 finding');
});
