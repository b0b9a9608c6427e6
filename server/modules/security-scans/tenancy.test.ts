import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Finding } from '../../../contract/security-scans.js';
import { propertyRuns } from '../../testing/property-runs.js';
import type { RowSpec } from '../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';

let core: TestCore;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

const rows: fc.Arbitrary<RowSpec[]> = fc.uniqueArray(
  fc.record({
    check: fc.constantFrom('kms_cmk_are_used', 's3_bucket_object_versioning', 'unheard_of'),
    resource: fc.constantFrom('a', 'b', 'c'),
    account: fc.constantFrom('111', '222'),
    status: fc.constantFrom('FAIL', 'PASS', 'MANUAL'),
  }),
  { minLength: 1, maxLength: 6, selector: (row) => [row.check, row.account, row.resource].join() },
);
/** One action of a team: imports a report, or triages one of its findings. */
const step = fc.oneof(
  rows.map((specs) => ({ rows: specs })),
  fc.record({
    nth: fc.nat(5),
    status: fc.constantFrom('accepted', 'suppressed', 'false_positive', 'open'),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(team: TestTeam, todo: Step, at: number): Promise<void> {
  if ('rows' in todo) {
    await team.import(todo.rows, { at });
    return;
  }
  const live = (await team.findings()).filter(({ status }) => status !== 'resolved');
  const finding = live.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))[todo.nth];
  if (finding) await team.triage(finding.id, todo.status);
}

const keyOf = (of: { checkId: string; accountId: string; resourceUid: string }) =>
  [of.checkId, of.accountId, of.resourceUid].join();

const Shown = Finding.omit({ id: true, resolvedBy: true });

/** Everything a team can see, without the ids that differ between teams. */
async function view(team: TestTeam) {
  const findings = (await team.findings()).map((finding) => {
    const { triage, ...shown } = Shown.parse(finding);
    return { ...shown, triage: triage && { ...triage, actor: '' } };
  });
  const { evidence, imports } = core.scans;
  return {
    findings: findings.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    groups: await core.scans.findings.groups(team.actor, {}, 100),
    facets: await core.scans.findings.facets(team.actor, {}),
    accounts: await evidence.accounts(team.actor),
    imports: (await imports.list(team.actor, 100)).items.map(({ findings: changes }) => changes),
    controls: await team.controls(),
    frameworks: await core.compliance.posture.frameworks(team.actor),
  };
}

describe('two teams with the same accounts and resources', () => {
  it('see only their own data, whatever the other team does meanwhile', async () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(steps, steps, async (ofOne, ofTwo) => {
        const [one, two] = [new TestTeam(core), new TestTeam(core)];
        for (let at = 0; at < Math.max(ofOne.length, ofTwo.length); at += 1) {
          const both = [
            [one, ofOne[at]],
            [two, ofTwo[at]],
          ] as const;
          await Promise.all(both.map(([team, todo]) => todo && take(team, todo, at)));
        }
        for (const [team, todos] of [
          [one, ofOne],
          [two, ofTwo],
        ] as const) {
          const alone = new TestTeam(core);
          for (const [at, todo] of todos.entries()) await take(alone, todo, at);
          expect(await view(team)).toEqual(await view(alone));
        }
      }),
      { numRuns: propertyRuns(5) },
    );
  });
});
