import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random32, shuffledIndex } from '../../../scanners/testing/seeded-random.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { prowlerAsff, prowlerCsv } from '../../../testing/prowler-formats.js';
import {
  instantOf,
  type OcsfRow,
  ocsfReport,
  ocsfRow,
  ocsfText,
  type RowSpec,
  retimed,
  sampleRows,
} from '../../../testing/prowler-rows.js';
import {
  createTestCore,
  SCANS_ONLY,
  SCANS_TO_CONTROLS,
  type TestCore,
} from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
/** With the modules that evaluate controls. */
let full: TestCore;
const RUNS = propertyRuns(10, 5);

beforeAll(async () => {
  [core, full] = await Promise.all([createTestCore(SCANS_ONLY), createTestCore(SCANS_TO_CONTROLS)]);
});
afterAll(() => Promise.all([core.close(), full.close()]));

/** Rows of one identity with different verdicts, among others: some resources are reported several times. */
const rows: fc.Arbitrary<RowSpec[]> = fc.uniqueArray(
  fc.record({
    check: fc.constantFrom('kms_cmk_are_used', 's3_bucket_object_versioning', 'unheard_of_check'),
    resource: fc.constantFrom('a', 'b', 'c'),
    region: fc.constantFrom('eu-west-1', 'us-east-1'),
    status: fc.constantFrom('PASS', 'FAIL', 'FAIL', 'MANUAL', 'ERROR'),
    muted: fc.constantFrom(false, false, false, true),
    severity: fc.constantFrom('Critical', 'Low'),
    at: fc.constantFrom(9, 10),
    observed: fc.constantFrom('key 1', 'key 2', 'key 3'),
  }),
  // Equal rows are one row.
  { minLength: 1, maxLength: 12, selector: (spec) => JSON.stringify(spec) },
);

/** The same results in the words of another run or version of the tool. */
function rewritten(report: readonly OcsfRow[], seed: number, at: number): OcsfRow[] {
  const order = shuffledIndex(seed, report.length);
  const shuffled = report.map((_, index) => structuredClone(report[order(index)]));
  return retimed(shuffled, at).map((row, index) => ({
    ...row,
    message: `worded ${random32(seed, index, 1)}`,
    status_detail: `worded ${random32(seed, index, 2)}`,
    finding_info: { ...row.finding_info, uid: `another-${seed}-${index}` },
  }));
}

const line = (row: OcsfRow) => JSON.stringify(row);
const NO_CHANGE = { opened: 0, reopened: 0, resolved: 0, stale: 0 };

describe('a report with the same results', () => {
  const again = { seed: fc.nat(), at: fc.constantFrom(3, 10, 20) };

  it('in another order, at another time and with other texts changes no finding', async () => {
    await fc.assert(
      fc.asyncProperty(rows, again.seed, again.at, async (specs, seed, at) => {
        const team = new TestTeam(core);
        const report = specs.map((spec) => ocsfRow(spec));
        await team.importText(ocsfText(report));
        const before = await team.findings();
        const second = await team.importText(ocsfText(rewritten(report, seed, at)));
        expect(second.findings).toMatchObject(NO_CHANGE);
        expect(verdicts(await team.findings())).toEqual(verdicts(before));
      }),
      { numRuns: RUNS },
    );
  });

  it('changes no finding or control when it is a real report', async () => {
    const team = new TestTeam(full);
    const report = retimed(sampleRows(), 10);
    await team.importText(ocsfText(report));
    const [open, controls] = [await team.open(), await team.controls()];
    for (const [seed, at] of [
      [1, 20],
      [2, 3],
      [3, 20],
    ] as const) {
      const { findings } = await team.importText(ocsfText(rewritten(report, seed, at)));
      expect(findings).toEqual({ ...NO_CHANGE, unchanged: 36 });
    }
    expect(await team.open()).toEqual(open);
    expect(await team.controls()).toEqual(controls);
  });

  it('imported twice with duplicate results opens each of them once', async () => {
    const team = new TestTeam(core);
    const twice = ['a', 'a', 'b', 'b'].map((resource, n) => ({
      ...{ check: 'c', resource, observed: `copy ${n % 2}` },
    }));
    expect((await team.import(twice, { at: 1 })).findings).toMatchObject({ opened: 4 });
    expect((await team.import(twice, { at: 2 })).findings).toMatchObject(NO_CHANGE);
    const once = twice.filter((_, n) => n % 2 === 0);
    expect((await team.import(once, { at: 3 })).findings).toMatchObject({ resolved: 2 });
  });

  it.each([
    ['OCSF', 'whole.json', ocsfText],
    ['JSON Lines', 'whole.jsonl', (list: OcsfRow[]) => `${list.map(line).join('\n')}\n`],
    ['CSV', 'whole.csv', prowlerCsv],
    ['ASFF', 'whole.asff.json', prowlerAsff],
  ])('counts a row of %s once that the report has twice', async (_, name, text) => {
    const team = new TestTeam(core);
    const once = ['a', 'b'].map((resource) => ocsfRow({ check: 'c', resource }, { at: 1 }));
    const item = await team.importText(text([...once, ...once]), name);
    expect(item).toMatchObject({ results: 2, counts: { fail: 2 }, findings: { opened: 2 } });
    expect(item.notes).toContain('2 repeated rows count once, with the rows that they repeat.');
    const fewer = await team.importText(text([once[1], once[1], once[1]]), name);
    expect(fewer.findings).toMatchObject({ opened: 0, resolved: 1 });
  });
});

/** Reports of one account at different times; resources may be missing, and a report may be cut off. */
function history() {
  const scope = fc.constantFrom('eu-west-1', 'us-east-1');
  const row = fc.record({
    check: fc.constantFrom('kms_cmk_are_used', 'unheard_of_check'),
    resource: fc.constantFrom('a', 'b'),
    region: scope,
    status: fc.constantFrom('PASS', 'FAIL', 'FAIL', 'MANUAL', 'ERROR'),
    muted: fc.constantFrom(false, false, true),
  });
  const keyOf = (spec: RowSpec) => [spec.check, spec.resource, spec.region].join();
  const report = fc.record({
    specs: fc.uniqueArray(row, { selector: keyOf, minLength: 1, maxLength: 8 }),
    isCut: fc.constantFrom(false, false, true),
  });
  return fc.array(report, { minLength: 2, maxLength: 4 }).map((reports) =>
    reports.map(({ specs, isCut }, index) => ({
      isCut,
      at: index * 3,
      // Times also differ within a report, and overlap with those of the reports before and after it.
      rows: specs.map((spec, n) => ({ ...spec, at: index * 3 + (n % 3) * 2 })),
    })),
  );
}

describe('reports of scans in any order', () => {
  async function outcomeOf(reports: { rows: RowSpec[]; at: number; isCut: boolean }[]) {
    const team = new TestTeam(full);
    for (const { rows: specs, at, isCut } of reports) {
      const text = ocsfReport(specs, { at });
      // What an imported report lacks is compared with what is known, a scan knows what it asked for.
      await team.importCut(text, text.length - (isCut ? 100 : 0), { assess: whole });
    }
    const controls = await team.controls();
    return {
      open: await team.open(),
      controls: controls.map(({ id, status, openFindings, reason }) => [
        id,
        status,
        openFindings,
        reason,
      ]),
    };
  }

  it('leave the same findings open and the same controls', async () => {
    await fc.assert(
      fc.asyncProperty(history(), fc.nat(), async (inOrder, seed) => {
        const order = shuffledIndex(seed, inOrder.length);
        const shuffled = inOrder.flatMap((_, index) => inOrder[order(index)] ?? []);
        expect(await outcomeOf(shuffled)).toEqual(await outcomeOf(inOrder));
      }),
      { numRuns: RUNS },
    );
    // Some sixty imports, each with a run of the engine.
  }, 60_000);

  it('keep the newest description of a check', async () => {
    const team = new TestTeam(core);
    const row = { check: 'c', resource: 'a' };
    await team.import([{ ...row, title: 'The new title' }], { at: 5 });
    await team.import([{ ...row, title: 'The old title' }], { at: 1 });
    const { id } = await team.finding('a');
    const { check } = await core.scans.findings.get(team.actor, id);
    expect(check.title).toBe('The new title');
    expect(instantOf(5)).toBe((await team.finding('a')).lastSeenAt);
  });
});

const whole = () => ({ incomplete: false, problem: null });

function verdicts(findings: Awaited<ReturnType<TestTeam['findings']>>) {
  return findings
    .map(({ id, status, verdict, severity, reopenedCount }) =>
      [id, status, verdict, severity, reopenedCount].join(' '),
    )
    .sort();
}
