import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';

let core: TestCore;
let assessments: Assessments;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments'));
  assessments = core.container.get('assessments');
});
afterAll(() => core.close());

it.each([
  [1, /scans see 1 open finding\.$/],
  [2, /scans see 2 open findings\.$/],
])('a conflict states how many open findings contradict a yes: %i', async (count, text) => {
  const team = new TestTeam(core);
  const rows = Array.from({ length: count }, (_, n) => ({
    ...{ check: 'kms_cmk_are_used', resource: `key-${n}`, status: 'FAIL' as const },
  }));
  await team.import(rows);
  const input = { questionnaireId: 'csf-2.0-profile', name: 'Q3 review' };
  const { id } = await assessments.assessments.create(team.actor, input);
  const given = {
    value: 'yes' as const,
    explanation: 'As agreed with the auditor.',
    evidence: [],
    owner: null,
  };
  const { conflicts } = await assessments.answers.answer(team.actor, id, 'control:CRY-09', given);
  expect(conflicts.map((conflict) => conflict.text)).toEqual([expect.stringMatching(text)]);
});
