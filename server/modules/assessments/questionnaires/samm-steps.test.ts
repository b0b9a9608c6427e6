import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnswerValue } from '../../../../contract/assessments.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';

let core: TestCore;
let assessments: Assessments;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments'));
  assessments = core.container.get('assessments');
  team = new TestTeam(core);
});
afterAll(() => core.close());

const begin = (questionnaireId: string, level?: number) =>
  assessments.assessments.create(team.actor, { questionnaireId, name: questionnaireId, level });
const answer = (
  id: string,
  questionId: string,
  value: AnswerValue,
  more: { step?: number; explanation?: string } = {},
) =>
  assessments.answers.answer(team.actor, id, questionId, {
    ...{ value, explanation: 'As reviewed.', evidence: [], owner: null, ...more },
  });

it('every SAMM question has four steps and criteria', async () => {
  const { id, groups } = await begin('owasp-samm-2.0');
  const all = await assessments.answers.all(team.actor, id);
  expect(all).toHaveLength(90);
  for (const { steps, criteria } of all) {
    expect(steps).toHaveLength(4);
    expect(criteria?.length).toBeGreaterThanOrEqual(2);
  }
  expect(groups?.map(({ title, score }) => [title, score.questions])).toEqual([
    ['Governance', 18],
    ['Design', 18],
    ['Implementation', 18],
    ['Verification', 18],
    ['Operations', 18],
  ]);
});

it('steps are worth 0, 0.25, 0.5 and 1 for practice, business function and whole', async () => {
  const { id } = await begin('owasp-samm-2.0');
  const given = await answer(id, 'G-SM-A-1', 'partially', { step: 1 });
  expect(given.answer).toMatchObject({ value: 'partially', step: 1 });
  await answer(id, 'G-SM-B-1', 'yes', { step: 2 });
  await answer(id, 'G-SM-A-2', 'yes', { step: 3 });
  // Level 1: (0.25 + 0.5) / 2, level 2: (1 + 0) / 2.
  const { categories, groups, score } = await assessments.assessments.get(team.actor, id);
  const practice = categories.find((each) => each.id === 'G-SM')?.score;
  expect(practice).toMatchObject({ maturity: 0.88, answered: 3 });
  // Of three practices, and of fifteen.
  expect(groups?.[0]?.score.maturity).toBe(0.29);
  expect(score.maturity).toBe(0.06);
});

it('a value alone is its highest step, and an unexplained full step is worth half', async () => {
  const { id } = await begin('owasp-samm-2.0');
  expect((await answer(id, 'G-SM-A-1', 'partially')).answer?.step).toBe(2);
  expect((await answer(id, 'G-SM-A-1', 'yes', { step: 0 })).answer).toMatchObject({ value: 'no' });
  await answer(id, 'G-SM-A-1', 'yes', { step: 3, explanation: '' });
  const practice = async () => {
    const { categories } = await assessments.assessments.get(team.actor, id);
    return categories.find((each) => each.id === 'G-SM')?.score.maturity;
  };
  expect(await practice()).toBe(0.25);
  await answer(id, 'G-SM-A-1', 'yes', { step: 3 });
  expect(await practice()).toBe(0.5);
  const other = await begin('owasp-api-top-10-2023');
  await expect(answer(other.id, 'API1:2023-1', 'yes', { step: 3 })).rejects.toThrow(
    InvalidInputError,
  );
});

it('an ASVS assessment has a score for each level up to the chosen one', async () => {
  const { id } = await begin('owasp-asvs-5.0', 2);
  const first = (await assessments.answers.all(team.actor, id)).find(({ level }) => level === 1);
  await answer(id, first?.id ?? '', 'yes');
  const { levels = [], score } = await assessments.assessments.get(team.actor, id);
  expect(levels.map(({ level }) => level)).toEqual([1, 2]);
  const [one, two] = levels.map((each) => each.score);
  expect(one?.questions).toBeLessThan(two?.questions ?? 0);
  expect(one?.floor).toBeGreaterThan(two?.floor ?? 100);
  expect(two).toEqual(score);
});
