import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { fixturePath, ocsfRow } from '../../../testing/prowler-rows.js';
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
let team: TestTeam;

beforeAll(async () => {
  [core, full] = await Promise.all([createTestCore(SCANS_ONLY), createTestCore(SCANS_TO_CONTROLS)]);
  // The samples were made in November.
  for (const one of [core, full]) one.clock.moveDays(300);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => Promise.all([core.close(), full.close()]));

const importFixture = (name: string) =>
  team.core.scans.imports.importFile(team.actor, fixturePath(name));

describe('the same scan in another format', () => {
  // CSV and ASFF hold 29 of the 73 results, 14 of the 36 fails; ASFF leaves out manual results.
  it.each([
    ['aws-sample.csv', 'prowler-csv', 29],
    ['aws-sample.asff.json', 'prowler-asff', 25],
  ])(
    'as %s after OCSF opens and closes nothing, and leaves the rest stale',
    async (file, format, results) => {
      const first = await importFixture('aws-sample.ocsf.json');
      expect(first).toMatchObject({ status: 'completed', problem: null });
      const item = await importFixture(file);
      expect(item).toMatchObject({ status: 'completed', format, results });
      expect(item.findings).toEqual({
        opened: 0,
        reopened: 0,
        resolved: 0,
        unchanged: 14,
        stale: 22,
      });
      expect(await team.open()).toHaveLength(36);
    },
  );

  it('as OCSF after CSV and ASFF opens only the findings that these lack', async () => {
    expect((await importFixture('aws-sample.csv')).findings.opened).toBe(14);
    expect((await importFixture('aws-sample.asff.json')).findings).toMatchObject({
      opened: 0,
      resolved: 0,
      unchanged: 14,
    });
    expect((await importFixture('aws-sample.ocsf.json')).findings).toEqual({
      opened: 22,
      reopened: 0,
      resolved: 0,
      unchanged: 14,
      stale: 0,
    });
  });

  it('as ASFF does not resolve manual results, which the format leaves out', async () => {
    const [finding] = JSON.parse(readFileSync(fixturePath('aws-sample.asff.json'), 'utf8'));
    const row = {
      check: finding.GeneratorId.replace('prowler-', ''),
      account: finding.AwsAccountId,
      region: finding.Resources[0].Region,
      resource: 'by-hand',
    };
    await team.import([row], { at: 0 });
    await team.import([{ ...row, status: 'MANUAL' }], { at: 1 });
    const item = await team.importText(JSON.stringify([finding]), 'one.asff.json');
    expect(item).toMatchObject({ format: 'prowler-asff', findings: { resolved: 0 } });
    expect(await team.finding('by-hand')).toMatchObject({ status: 'open', verdict: 'manual' });
  });
});

test('an import says how many results contradict themselves, and counts the worse verdict', async () => {
  const twice = { status_code: 'PASS', status_detail: 'FAIL' };
  const rows = ['a', 'b', 'c'].map((resource) =>
    ocsfRow({ check: 'kms_cmk_are_used', resource, status: 'PASS' }),
  );
  const text = JSON.stringify(rows.map((row, n) => (n > 0 ? { ...row, ...twice } : row)));
  expect(await team.importText(text)).toMatchObject({
    status: 'completed',
    counts: { pass: 1, fail: 2 },
    notes: [
      expect.stringMatching(
        /^2 results contradict themselves: the worse verdict counts\. The first is result 2 at byte \d+ \(line 1\): status is PASS, status_detail is FAIL\.$/,
      ),
    ],
  });
});

describe('muted results', () => {
  it('of a real report are suppressed when they fail, and never count as a pass', async () => {
    team = new TestTeam(full);
    const item = await importFixture('aws-muted.ocsf.json');
    expect(item).toMatchObject({ counts: { muted: 5, pass: 0, fail: 0 }, findings: { opened: 0 } });
    const findings = await team.findings();
    expect(findings).toHaveLength(4); // The fifth is muted though it passed.
    for (const finding of findings) {
      expect(finding).toMatchObject({ status: 'suppressed', triage: { expiresAt: null } });
    }
    const controls = await team.controls();
    expect(controls.filter(({ status }) => status === 'implemented')).toEqual([]);
  });
});

describe('older versions of the tool', () => {
  it.each([
    ['prowler-4.2.ocsf.json', 'prowler-ocsf'],
    ['prowler-5.3.ocsf.json', 'prowler-ocsf'],
    ['prowler-5.19-kubernetes.ocsf.json', 'prowler-ocsf'],
    ['prowler-5.19-iac.ocsf.json', 'prowler-ocsf'],
    ['prowler-3.json', 'prowler-json'],
    ['prowler-3.csv', 'prowler-csv'],
    ['prowler-3.asff.json', 'prowler-asff'],
  ])('%s is stored completely, and changes nothing the second time', async (file, format) => {
    const first = await importFixture(file);
    expect(first).toMatchObject({ status: 'completed', format });
    const { counts, findings } = first;
    expect(findings.opened).toBe(counts.fail);
    await importFixture('prowler-5.46-kubernetes.csv'); // So that the next import is not identical.
    expect(await importFixture(file)).toMatchObject({
      identical: false,
      findings: { opened: 0, reopened: 0, resolved: 0 },
    });
  });
});
