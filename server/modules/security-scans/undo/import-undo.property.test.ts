import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { propertyRuns } from '../../../testing/property-runs.js';
import { ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { TOOL_REPORTS } from '../../../testing/tool-reports.js';

let core: TestCore;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

const CHECKS = ['kms_cmk_are_used', 's3_bucket_object_versioning', 'unheard_of'];
const rows: fc.Arbitrary<RowSpec[]> = fc.uniqueArray(
  fc.record({
    check: fc.constantFrom(...CHECKS),
    resource: fc.constantFrom('a', 'b', 'c'),
    account: fc.constantFrom('111', '222'),
    status: fc.constantFrom('FAIL', 'FAIL', 'PASS', 'MANUAL'),
    muted: fc.constantFrom(false, false, false, true),
    severity: fc.constantFrom('Critical', 'Low'),
    observed: fc.constantFrom('seen', 'seen again'),
    title: fc.constantFrom('One title', 'Another title'),
  }),
  {
    maxLength: 8,
    minLength: 1,
    selector: ({ check, account, resource }) => check + account + resource,
  },
);
const decisions = fc.array(
  fc.record({
    nth: fc.nat(5),
    status: fc.constantFrom('accepted', 'suppressed', 'false_positive'),
  }),
  { maxLength: 2 },
);

/** Everything that an undo restores. */
async function everything(team: TestTeam) {
  const { actor } = team;
  const results = [];
  for await (const page of core.scans.evidence.results(actor)) results.push(...page);
  const { scopes, checks } = await core.scans.evidence.of(actor);
  const sorted = <T extends { id: string }>(items: T[]) =>
    items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    findings: sorted(await team.findings()),
    results: sorted(results),
    scopes: sorted(scopes),
    checks: sorted(checks),
    controls: await team.controlStates(),
    scores: await team.scores(),
  };
}

it('importing A, importing B and undoing B is importing A', async () => {
  await fc.assert(
    fc.asyncProperty(
      ...[rows, rows, rows, decisions, fc.boolean(), fc.boolean()],
      async (first, second, third, decided, isLate, isCut) => {
        const team = new TestTeam(core);
        await team.import(first, { at: 1 });
        const found = (await team.findings()).filter(({ status }) => status === 'open');
        for (const { nth, status } of decided) {
          const finding = found[nth];
          if (finding) await team.triage(finding.id, status);
        }
        core.clock.moveDays(0.001);
        const before = await everything(team);
        const text = ocsfReport(second, { at: isLate ? 0 : 2 });
        const b = isCut ? await team.importCut(text, 0.7) : await team.importText(text);
        core.clock.moveDays(0.001);
        const c = await team.import(third, { at: 3 });
        core.clock.moveDays(0.001);
        for (const { id, status } of [c, b]) {
          if (status !== 'failed') await core.scans.undo.undo(team.actor, id);
        }
        expect(await everything(team)).toEqual(before);
      },
    ),
    { numRuns: propertyRuns(40, 3) },
  );
}, 600_000);

it.each(TOOL_REPORTS)('holds for a report of $format', async (report) => {
  const team = new TestTeam(core);
  await team.importText(report.text(report.fails.slice(0, -1), { at: 1 }), 'a.report');
  core.clock.moveDays(0.001);
  const before = await everything(team);
  const { id, status } = await team.importText(
    report.text(report.fails.slice(1), { at: 2 }),
    'b.report',
  );
  expect(status).toBe('completed');
  expect(await everything(team)).not.toEqual(before);
  await core.scans.undo.undo(team.actor, id);
  expect(await everything(team)).toEqual(before);
});

it('leaves nothing when the first import of a team is undone', async () => {
  const team = new TestTeam(core);
  const nothing = await everything(team);
  const { id } = await team.import([{ check: 'kms_cmk_are_used', resource: 'a' }]);
  expect(await everything(team)).not.toEqual(nothing);
  await core.scans.undo.undo(team.actor, id);
  const { controls, ...rest } = await everything(team);
  expect(rest).toEqual({ ...nothing, controls: undefined });
  expect(controls.every(({ status }) => status === 'not_assessed')).toBe(true);
});
