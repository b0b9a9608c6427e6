import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlExplanation } from '../../../contract/compliance.js';
import { LOWERING_STATUSES } from '../../../contract/security-scans.js';
import type { RowSpec } from '../../testing/prowler-rows.js';
import { sampleRows } from '../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;

/** The sample's checks in two accounts, some of them passing, with an accepted and a wrong finding. */
beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  team = new TestTeam(core);
  const checks = [...new Set(sampleRows().map((row) => row.metadata.event_code as string))];
  const rows = checks.flatMap((check, at): RowSpec[] =>
    ['111', '222'].flatMap((account) =>
      ['a', 'b', 'c'].map((name, n) => ({
        ...{ check, account, resource: `${check}-${account}-${name}` },
        status: (at + n) % 3 === 0 ? 'PASS' : n === 2 ? 'MANUAL' : 'FAIL',
        muted: (at + n) % 7 === 0,
      })),
    ),
  );
  await team.import(rows);
  const open = await team.findings({ status: ['open'] });
  for (const [at, { id }] of open.entries()) {
    if (at % 5 === 0) await team.triage(id, at % 2 === 0 ? 'accepted' : 'false_positive');
  }
}, 60_000);
afterAll(() => core.close());

const failsOf = (inputs: ControlExplanation['inputs'] = []) =>
  inputs.reduce((sum, { fail }) => sum + fail, 0);

/** The number of findings in the list that a control links to. */
const listed = async (controlId: string, more: { related?: 'true'; frameworkId?: string } = {}) => {
  const filter = { controlId: [controlId], status: [...LOWERING_STATUSES], ...more };
  return (await core.scans.findings.groups(team.actor, filter, 1)).totalFindings;
};

test('a control’s sentence, table, figure and list of findings have one number', async () => {
  const controls = await team.controls();
  const failing = controls.filter(({ openFindings }) => openFindings > 0);
  expect(failing.length).toBeGreaterThan(20);
  let touched = 0;
  for (const { id, openFindings } of controls) {
    const { reason, explanation } = await team.control(id);
    const { inputs, related, relatedFindings = 0 } = explanation;
    expect([id, failsOf(inputs), await listed(id)]).toEqual([id, openFindings, openFindings]);
    expect([id, failsOf(related), await listed(id, { related: 'true' })]).toEqual([
      id,
      relatedFindings,
      relatedFindings,
    ]);
    touched += relatedFindings;
    const said = /^(\d+) of (\d+) results fail.*; worst (\S+) /.exec(reason);
    if (said) {
      const passes = inputs.reduce((sum, { pass }) => sum + pass, 0);
      expect([id, ...said.slice(1, 3).map(Number)]).toEqual([
        id,
        openFindings,
        openFindings + passes,
      ]);
      expect(said[3]).toBe(inputs[0]?.checkId);
      expect(inputs.map(({ match }) => match.relation)).not.toContain('intersects');
    }
  }
  expect(touched).toBeGreaterThan(0);
});

test('top fixes and gaps count a control’s findings as the control does', async () => {
  const numbers = new Map((await team.controls()).map((each) => [each.id, each.openFindings]));
  const { topFixes } = await core.compliance.posture.overview(team.actor);
  expect(topFixes.length).toBeGreaterThan(0);
  for (const { controlId, openFindings } of topFixes) {
    expect([controlId, openFindings]).toEqual([controlId, numbers.get(controlId)]);
  }
  const { gaps, fixes } = await core.compliance.gaps.of(team.actor, 'soc2-tsc-2017');
  for (const { id, openFindings } of [...fixes, ...gaps.flatMap(({ controls }) => controls)]) {
    expect([id, openFindings]).toEqual([id, numbers.get(id) ?? 0]);
  }
});

test('in the scope of a framework the list is limited to its accounts, as the count is', async () => {
  const frameworkId = 'soc2-tsc-2017';
  const none = { accounts: [], environments: [], tags: [] };
  await core.compliance.scopes.setScope(team.actor, frameworkId, {
    include: { ...none, accounts: ['aws/222'] },
    exclude: none,
  });
  const states = await core.compliance.posture.statesOf(team.actor, frameworkId);
  const lowered = [...states.values()].filter(({ openFindings }) => openFindings > 0).slice(0, 20);
  expect(lowered.length).toBe(20);
  let beyond = 0;
  for (const { controlId, openFindings, explanation } of lowered) {
    expect([
      controlId,
      failsOf(explanation.inputs),
      await listed(controlId, { frameworkId }),
    ]).toEqual([controlId, openFindings, openFindings]);
    beyond += (await listed(controlId)) - openFindings;
  }
  expect(beyond).toBeGreaterThan(lowered.length);
});

test('the findings of an unknown control or framework are not found', async () => {
  const list = (filter: object) => core.scans.findings.list(team.actor, filter, 10);
  await expect(list({ controlId: ['NOT-99'] })).rejects.toThrow('no such control');
  await expect(list({ frameworkId: 'nothing' })).rejects.toThrow('no such framework');
});
