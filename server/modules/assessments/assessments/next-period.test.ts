import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';

let core: TestCore;
let built: Assessments;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments'));
  built = core.container.get('assessments');
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const [ALONE, APPROVED, YES] = ['API1:2023-1', 'API1:2023-2', 'API2:2023-1'] as const;
const why = 'We have no such interface.';

async function aPeriodWithNext() {
  const input = { questionnaireId: 'owasp-api-top-10-2023', name: 'Q3 review' };
  const { id } = await built.assessments.create(team.actor, input);
  const say = (questionId: string, value: 'yes' | 'not_applicable', owner: string | null) =>
    built.answers.answer(team.actor, id, questionId, {
      value,
      explanation: why,
      evidence: [],
      owner,
    });
  await say(ALONE, 'not_applicable', null);
  await say(APPROVED, 'not_applicable', 'Somebody else');
  await say(YES, 'yes', null);
  const next = await built.assessments.clone(team.actor, id, { name: 'Q4 review' });
  return { id, next };
}
const suggested = async (assessmentId: string) => {
  const { items } = await built.autofill.preview(team.actor, assessmentId);
  return items.filter(({ value }) => value === 'not_applicable');
};

it('takes along what a second person stands behind; one person’s “not applicable” is suggested', async () => {
  const { id, next } = await aPeriodWithNext();
  const answers = await built.answers.all(team.actor, next.id);
  const given = answers.flatMap(({ id: questionId, answer }) => (answer ? [questionId] : []));
  expect(given.sort()).toEqual([APPROVED, YES].sort());
  // It has not left the count: the question is open, and counts as not met in the floor.
  const before = await built.assessments.get(team.actor, id);
  expect(next.score.floor).toBeLessThan(before.score.floor ?? 0);

  expect(await suggested(next.id)).toMatchObject([
    { questionId: ALONE, action: 'suggest', why: expect.stringContaining(why) },
  ]);
  // Nothing is filled in by itself; a person who takes it says it anew, by name.
  await built.autofill.fill(team.actor, next.id);
  expect((await built.assessments.get(team.actor, next.id)).score.answered).toBe(2);
  await built.autofill.fill(team.actor, next.id, [ALONE]);
  const all = await built.answers.all(team.actor, next.id);
  expect(all.find(({ id: questionId }) => questionId === ALONE)?.answer).toMatchObject({
    value: 'not_applicable',
    by: team.actor.name,
  });
  // It stays, as other suggestions that somebody took.
  expect((await built.autofill.fill(team.actor, next.id)).counts.clear).toBe(0);
});

it('suggests nothing of a period before that was deleted', async () => {
  const { id, next } = await aPeriodWithNext();
  expect(await suggested(next.id)).toHaveLength(1);
  await built.deletions.delete(team.actor, id);
  expect(await suggested(next.id)).toEqual([]);
});
