import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';

let core: TestCore;
let built: Assessments;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments'));
  built = core.container.get('assessments');
});
afterAll(() => core.close());

it.each([
  [1, /scans see 1 open finding\.$/],
  [2, /scans see 2 open findings\.$/],
])('tells how many findings stand against a yes: %i', async (count, told) => {
  const team = new TestTeam(core);
  const rows = Array.from({ length: count }, (_, n) => ({
    ...{ check: 'kms_cmk_are_used', resource: `key-${n}`, status: 'FAIL' as const },
  }));
  await team.import(rows);
  const input = { questionnaireId: 'csf-2.0-profile', name: 'Q3 review' };
  const { id } = await built.assessments.create(team.actor, input);
  const given = { value: 'yes' as const, explanation: '', evidence: [], owner: null };
  const { conflicts } = await built.answers.answer(team.actor, id, 'control:CRY-09', given);
  expect(conflicts.map(({ text }) => text)).toEqual([expect.stringMatching(told)]);
});
