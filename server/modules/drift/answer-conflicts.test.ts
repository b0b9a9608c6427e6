import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import { type Assessments, answersCompared } from '../assessments/index.js';
import type { Drift } from './index.js';

let core: TestCore;
let drift: Drift;
let assessments: Assessments;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments', 'drift'));
  drift = core.container.get('drift');
  assessments = core.container.get('assessments');
});
afterAll(() => core.close());

/** A team with two assessments that ask about the same control. */
async function withTwoAssessments() {
  const team = new TestTeam(core);
  await team.import([{ check: 'iam_root_mfa_enabled', resource: 'root', status: 'PASS' }]);
  const begin = async (questionnaireId: string, name: string) =>
    (await assessments.assessments.create(team.actor, { questionnaireId, name })).id;
  const [one, other] = [
    await begin('csf-2.0-profile', 'CSF'),
    await begin('soc2-readiness', 'SOC'),
  ];
  const asked = new Set((await assessments.answers.all(team.actor, one)).map(({ id }) => id));
  const both = (await assessments.answers.all(team.actor, other)).find(
    ({ id }) => id.startsWith('control:') && asked.has(id),
  );
  if (!both) throw new Error('both must ask for one control');
  const answer = (id: string, value: 'yes' | 'no', validityDays = 300) =>
    assessments.answers.answer(team.actor, id, both.id, {
      ...{ value, explanation: 'As agreed.', evidence: [], owner: null, validityDays },
    });
  const episodes = async () => {
    const filter = { type: ['answers_in_conflict' as const] };
    return (await drift.episodes.list(team.actor, filter, { limit: 50 })).items;
  };
  return { team, one, other, questionId: both.id, answer, episodes };
}

test('contradicting answers are one episode, resolved when they agree', async () => {
  const { team, one, other, questionId, answer, episodes } = await withTwoAssessments();
  const controlId = questionId.slice('control:'.length);
  await answer(one, 'yes');
  expect(await episodes()).toEqual([]);
  await answer(other, 'no');
  const [opened, ...more] = await episodes();
  expect(more).toEqual([]);
  expect(opened).toMatchObject({
    subject: controlId,
    status: 'open',
    controls: [controlId],
    count: 1,
  });
  expect(new Set([opened?.from, opened?.to])).toEqual(new Set(['yes', 'no']));
  expect(opened?.cause.text).toMatch(/“CSF”.*“SOC”|“SOC”.*“CSF”/);
  expect(opened?.requirementsTotal).toBeGreaterThan(0);

  // The same event again adds nothing, and the next runs leave it open.
  await core.platform.events.emit(answersCompared, team.actor);
  await core.compliance.engine.sync(team.actor);
  await drift.detection.detect(team.actor);
  expect(await episodes()).toMatchObject([{ id: opened?.id, status: 'open', count: 1 }]);

  await answer(other, 'yes');
  expect(await episodes()).toMatchObject([
    { id: opened?.id, status: 'resolved', resolution: { kind: 'decision' } },
  ]);
  await answer(one, 'no');
  expect((await episodes()).map(({ status }) => status).sort()).toEqual(['open', 'resolved']);
});

test('the episode is resolved when an answer is withdrawn, deleted or expired', async () => {
  const { team, one, other, questionId, answer, episodes } = await withTwoAssessments();
  const open = async () => (await episodes()).filter(({ status }) => status === 'open').length;
  await answer(one, 'yes');
  await answer(other, 'no');
  expect(await open()).toBe(1);
  await assessments.answers.withdraw(team.actor, other, questionId);
  expect(await open()).toBe(0);

  await answer(other, 'no', 5);
  expect(await open()).toBe(1);
  core.clock.moveDays(6);
  await core.compliance.engine.catchUp(team.actor);
  expect(await open()).toBe(0);

  await answer(other, 'no');
  expect(await open()).toBe(1);
  await assessments.deletions.delete(team.actor, other);
  expect(await open()).toBe(0);
});

test('an assessment does not contradict its next period or another team', async () => {
  const { team, one, questionId, answer, episodes } = await withTwoAssessments();
  const stranger = await withTwoAssessments();
  await answer(one, 'yes');
  await stranger.answer(stranger.one, 'no');
  const next = await assessments.assessments.clone(team.actor, one, { name: 'CSF, next' });
  await assessments.answers.answer(team.actor, next.id, questionId, {
    ...{ value: 'no', explanation: 'As agreed.', evidence: [], owner: null },
  });
  expect(await episodes()).toEqual([]);
  expect(await stranger.episodes()).toEqual([]);
});
