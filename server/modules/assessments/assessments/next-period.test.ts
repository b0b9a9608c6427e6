import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { AnswersRepository, answerId } from '../answers/answers.repository.js';
import type { Assessments } from '../index.js';

let core: TestCore;
let assessments: Assessments;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments'));
  assessments = core.container.get('assessments');
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const [ALONE, APPROVED, YES] = ['API1:2023-1', 'API1:2023-2', 'API2:2023-1'] as const;
const why = 'We have no such interface.';

async function aPeriodWithNext() {
  const input = { questionnaireId: 'owasp-api-top-10-2023', name: 'Q3 review' };
  const { id } = await assessments.assessments.create(team.actor, input);
  const answer = (questionId: string, value: 'yes' | 'not_applicable', owner: string | null) =>
    assessments.answers.answer(team.actor, id, questionId, {
      value,
      explanation: why,
      evidence: [],
      owner,
    });
  await answer(ALONE, 'not_applicable', null);
  await answer(APPROVED, 'not_applicable', 'Somebody else');
  await answer(YES, 'yes', null);
  const next = await assessments.assessments.clone(team.actor, id, { name: 'Q4 review' });
  return { id, next };
}
const suggested = async (assessmentId: string) => {
  const { items } = await assessments.autofill.preview(team.actor, assessmentId);
  return items.filter(({ value }) => value === 'not_applicable');
};

it('copies a “not applicable” that a second person approved, and only suggests one person’s', async () => {
  const { id, next } = await aPeriodWithNext();
  const answers = await assessments.answers.all(team.actor, next.id);
  const given = answers.flatMap(({ id: questionId, answer }) => (answer ? [questionId] : []));
  expect(given.sort()).toEqual([APPROVED, YES].sort());
  // The question is unanswered and still counts, as not met in the floor.
  const before = await assessments.assessments.get(team.actor, id);
  expect(next.score.floor).toBeLessThan(before.score.floor ?? 0);

  expect(await suggested(next.id)).toMatchObject([
    { questionId: ALONE, action: 'suggest', why: expect.stringContaining(why) },
  ]);
  // Autofill alone does not apply it; a person who does is named as its author.
  await assessments.autofill.fill(team.actor, next.id);
  expect((await assessments.assessments.get(team.actor, next.id)).score.answered).toBe(2);
  await assessments.autofill.fill(team.actor, next.id, [ALONE]);
  const all = await assessments.answers.all(team.actor, next.id);
  expect(all.find(({ id: questionId }) => questionId === ALONE)?.answer).toMatchObject({
    value: 'not_applicable',
    by: team.actor.name,
  });
  // It stays, like other suggestions that a person applied.
  expect((await assessments.autofill.fill(team.actor, next.id)).counts.clear).toBe(0);
});

it('suggests nothing from a deleted earlier period', async () => {
  const { id, next } = await aPeriodWithNext();
  expect(await suggested(next.id)).toHaveLength(1);
  await assessments.deletions.delete(team.actor, id);
  expect(await suggested(next.id)).toEqual([]);
});

it('starts with the answers that are still valid, and does not conflict with them', async () => {
  const input = { questionnaireId: 'csf-2.0-profile', name: 'Q3 review' };
  const { id } = await assessments.assessments.create(team.actor, input);
  const answer = (assessmentId: string, questionId: string, validityDays = 300) =>
    assessments.answers.answer(team.actor, assessmentId, questionId, {
      ...{ explanation: 'As agreed with the auditor.', evidence: [], owner: null, validityDays },
      value: assessmentId === id ? 'yes' : 'partially',
    });
  const question = 'control:CRY-09';
  const all = await assessments.answers.all(team.actor, id);
  const second = all.filter((each) => each.id !== question)[1]?.id ?? '';
  await answer(id, question);
  await answer(id, second, 5);
  core.clock.moveDays(6);
  const next = await assessments.assessments.clone(team.actor, id, { name: 'Q4 review' });
  expect(next).toMatchObject({ previousId: id, score: { answered: 1 }, name: 'Q4 review' });
  // An earlier period does not conflict with its successor.
  const { conflicts } = await answer(next.id, question);
  expect(conflicts).toEqual([]);
});

it('takes over an answer that was given under a former id of its requirement', async () => {
  const answers = core.platform.repositories.create(AnswersRepository);
  const questionOf = (id: string) => `requirement:cmmc-2.0-l2/${id}`;
  const [before, now] = [questionOf('AC.L1-3.1.1'), questionOf('AC.L2-3.1.1')];
  await core.catalogue.activation.choose(team.actor, 'cmmc-2.0-l2', { active: true });
  const input = { questionnaireId: 'framework:cmmc-2.0-l2', name: 'Q3 review' };
  const other = await assessments.assessments.create(team.actor, input);
  await assessments.answers.answer(team.actor, other.id, now, {
    ...{ value: 'yes' as const, explanation: why, evidence: [], owner: null },
  });
  const given = await answers.get(team.actor, other.id, now);
  if (!given) throw new Error('the answer was not stored');
  const { id } = await assessments.assessments.create(team.actor, input);
  const former = { id: answerId(id, before), questionId: before, assessmentId: id };
  await answers.put(team.actor, [{ ...given, ...former }]);
  const next = await assessments.assessments.clone(team.actor, id, { name: 'Q4 review' });
  const all = await assessments.answers.all(team.actor, next.id);
  const answered = all.filter(({ answer }) => answer !== null);
  expect(answered.map((each) => each.id)).toEqual([now]);
  expect(answered[0]?.answer).toMatchObject({ value: 'yes', explanation: why });
});
