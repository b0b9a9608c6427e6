import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AnswerValue, AssessmentDetail } from '../../../../contract/assessments.js';
import { ForbiddenError, NotFoundError } from '../../../platform/errors.js';
import {
  anActor,
  createTestCore,
  scansToControlsAnd,
  type TestCore,
} from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';

let core: TestCore;
let assessments: Assessments;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments', 'evidence'));
  assessments = core.container.get('assessments');
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const CONTROL = 'CRY-09';
const YES = { status: 'implemented', decision: { kind: 'answer', status: 'implemented' } };
const NO = { status: 'not_implemented', decision: { status: 'not_implemented' } };
const NOTHING = { status: 'not_assessed', decision: null };

const begin = (questionnaireId = 'csf-2.0-profile', name = 'Q3 review') =>
  assessments.assessments.create(team.actor, { questionnaireId, name });
const answer = (
  { id }: Pick<AssessmentDetail, 'id'>,
  value: AnswerValue,
  { owner = null, questionId = `control:${CONTROL}`, by = team.actor } = {} as {
    owner?: string | null;
    questionId?: string;
    by?: TestTeam['actor'];
  },
) => {
  core.clock.moveDays(0.01);
  const explanation = 'As the auditor saw it.';
  return assessments.answers.answer(by, id, questionId, {
    value,
    explanation,
    evidence: [],
    owner,
  });
};
const deleteIt = ({ id }: Pick<AssessmentDetail, 'id'>) =>
  assessments.deletions.delete(team.actor, id);
const restore = ({ id }: Pick<AssessmentDetail, 'id'>) =>
  assessments.deletions.restore(team.actor, id);
const control = () => team.control(CONTROL);

it('restores the assessment, its answers and their decisions, with who decided', async () => {
  const assessment = await begin();
  await answer(assessment, 'yes');
  const before = await control();
  core.clock.moveDays(1);
  await deleteIt(assessment);
  expect(await control()).toMatchObject(NOTHING);
  await expect(assessments.assessments.get(team.actor, assessment.id)).rejects.toThrow(
    NotFoundError,
  );
  const { items } = await assessments.deletions.list(team.actor, { limit: 10 });
  expect(items).toMatchObject([{ id: assessment.id, deleted: { by: team.actor.name } }]);
  expect((await assessments.assessments.list(team.actor, { limit: 10 })).items).toEqual([]);

  core.clock.moveDays(10);
  const other = { ...team.actor, userId: 'user-2', name: 'Somebody else' };
  const back = await assessments.deletions.restore(other, assessment.id);
  expect(back).toMatchObject({ id: assessment.id, decisions: 1, attestations: 0 });
  expect((await control()).decision).toEqual(before.decision);
  const [question] = (
    await assessments.answers.list(team.actor, assessment.id, { limit: 5, q: CONTROL })
  ).items;
  expect(question?.answer).toMatchObject({ value: 'yes', explanation: 'As the auditor saw it.' });
  expect((await assessments.deletions.list(team.actor, { limit: 10 })).items).toEqual([]);
  const log = await core.compliance.decided.log(team.actor, CONTROL, 10);
  expect(log.items.map(({ action, actor }) => [action, actor])).toEqual([
    ['restored', 'Somebody else'],
    ['withdrawn', team.actor.name],
    ['decided', team.actor.name],
  ]);
  // Its decision can be withdrawn as before.
  await assessments.answers.withdraw(team.actor, assessment.id, `control:${CONTROL}`);
  expect(await control()).toMatchObject(NOTHING);
});

it('is possible for thirty days; then the assessment is purged with all its data', async () => {
  const assessment = await begin();
  await answer(assessment, 'yes');
  const { restorableUntil } = await deleteIt(assessment);
  core.clock.moveDays(29.9);
  await core.platform.retention.purge();
  expect((await assessments.deletions.list(team.actor, { limit: 10 })).items).toHaveLength(1);
  core.clock.moveDays(0.2);
  expect(restorableUntil < core.clock.now().toISOString()).toBe(true);
  expect((await assessments.deletions.list(team.actor, { limit: 10 })).items).toEqual([]);
  await expect(restore(assessment)).rejects.toThrow(NotFoundError);
  const removed = await core.platform.retention.purge();
  // The assessment, its questions and its answer.
  expect(removed.deleted_assessments).toBeGreaterThanOrEqual(3);
});

it('does not replace a later decision or a newer answer of another assessment', async () => {
  const assessment = await begin();
  await answer(assessment, 'yes');
  await deleteIt(assessment);
  core.clock.moveDays(1);
  await core.compliance.controls.decide(team.actor, CONTROL, {
    ...{ kind: 'override', status: 'partial', justification: 'seen by the auditor' },
  });
  expect(await restore(assessment)).toMatchObject({ decisions: 0 });
  expect(await control()).toMatchObject({ decision: { kind: 'override' } });
  await core.compliance.controls.withdraw(team.actor, CONTROL);

  await answer(assessment, 'yes');
  await deleteIt(assessment);
  const other = await begin('soc2-readiness', 'SOC 2');
  await answer(other, 'no');
  expect(await restore(assessment)).toMatchObject({ decisions: 0 });
  expect(await control()).toMatchObject(NO);
  // The restored answer is the older one: it counts again once the newer is deleted.
  await deleteIt(other);
  expect(await control()).toMatchObject(YES);
});

it('does not restore a decision that has expired since', async () => {
  const assessment = await begin();
  await assessments.answers.answer(team.actor, assessment.id, `control:${CONTROL}`, {
    ...{
      value: 'yes',
      explanation: 'As agreed with the auditor.',
      evidence: [],
      owner: null,
      validityDays: 5,
    },
  });
  await deleteIt(assessment);
  core.clock.moveDays(6);
  const back = await restore(assessment);
  expect(back).toMatchObject({ decisions: 0, score: { answered: 0, expired: 1 } });
  expect(await control()).toMatchObject(NOTHING);
});

it('is forbidden without the permission to decide about controls', async () => {
  const assessment = await begin();
  await answer(assessment, 'yes');
  await deleteIt(assessment);
  const clerk = anActor(team.actor.teamId, ['assessments:read', 'assessments:write']);
  await expect(assessments.deletions.restore(clerk, assessment.id)).rejects.toThrow(ForbiddenError);
  expect(await control()).toMatchObject(NOTHING);
  const stranger = new TestTeam(core).actor;
  await expect(assessments.deletions.restore(stranger, assessment.id)).rejects.toThrow(
    NotFoundError,
  );
});

it.each(['delete', 'withdraw'])(
  'the older answer decides again after a %s of the newer',
  async (how) => {
    const [older, newer] = [await begin(), await begin('soc2-readiness', 'SOC 2')];
    await answer(older, 'yes');
    const first = await control();
    await answer(newer, 'no');
    expect(await control()).toMatchObject(NO);
    if (how === 'delete') await deleteIt(newer);
    else await assessments.answers.withdraw(team.actor, newer.id, `control:${CONTROL}`);
    expect((await control()).decision).toEqual(first.decision);
    if (how === 'delete') {
      expect(await restore(newer)).toMatchObject({ decisions: 1 });
      expect(await control()).toMatchObject(NO);
      await deleteIt(newer);
    }
    expect(await control()).toMatchObject(YES);
    // The older can still be deleted with its decision.
    expect(await deleteIt(older)).toMatchObject({ decisions: 1 });
    expect(await control()).toMatchObject(NOTHING);
  },
);

it('does not count an older answer that has expired, was changed or was withdrawn', async () => {
  const controlAfter = async (change: (older: AssessmentDetail) => Promise<unknown>) => {
    team = new TestTeam(core);
    const older = await begin();
    await answer(older, 'yes');
    const newer = await begin('soc2-readiness', 'SOC 2');
    await answer(newer, 'no');
    await change(older);
    await deleteIt(newer);
    return control();
  };
  const clerk = () => anActor(team.actor.teamId, ['assessments:read', 'assessments:write']);
  expect(await controlAfter(deleteIt)).toMatchObject(NOTHING);
  // An answer without the permission to decide differs from the decision: neither counts.
  expect(await controlAfter((older) => answer(older, 'no', { by: clerk() }))).toMatchObject(
    NOTHING,
  );
  expect(await controlAfter(async () => core.clock.moveDays(364.995))).toMatchObject(NOTHING);
});

it('never restores a decision that a person withdrew before', async () => {
  const [older, newer] = [await begin(), await begin('soc2-readiness', 'SOC 2')];
  await answer(older, 'yes');
  await core.compliance.controls.withdraw(team.actor, CONTROL);
  await answer(newer, 'no');
  await deleteIt(newer);
  expect(await control()).toMatchObject(NOTHING);
});

it('keeps both people of a “not applicable”, whoever deletes and restores', async () => {
  const [older, newer] = [await begin(), await begin('soc2-readiness', 'SOC 2')];
  const approver = { ...team.actor, userId: 'user-2', name: 'Bob' };
  await answer(newer, 'not_applicable', { owner: 'Bob' });
  const given = (await control()).decision;
  expect(given).toMatchObject({ actor: team.actor.name, approver: 'Bob' });
  await answer(older, 'yes');
  await assessments.deletions.delete(approver, newer.id);
  await assessments.deletions.restore(approver, newer.id);
  expect((await control()).decision).toEqual(given);
});

it('restores attestations too, and their evidence counts again', async () => {
  const [one, other] = [await begin('soc2-readiness'), await begin('soc2-readiness', 'Other')];
  const all = await assessments.answers.all(team.actor, one.id);
  const questionId = all.find(({ kind }) => kind === 'requirement')?.id ?? '';
  const attested = async () => {
    const { requirementStates } = await core.compliance.posture.framework(
      team.actor,
      'soc2-tsc-2017',
    );
    return requirementStates.find(({ id }) => id === questionId.split('/')[1])?.attestation?.at;
  };
  const evidence = core.container.get('evidence');
  const counting = async () => {
    await evidence.collector.collectStatements(team.actor);
    const { items } = await evidence.items.list(team.actor, {
      limit: 50,
      deleted: false,
      kind: ['attestation'],
    });
    return items.filter(({ state }) => state === 'auto_collected').map(({ id }) => id);
  };
  await answer(one, 'yes', { questionId });
  const first = await attested();
  const firstEvidence = await counting();
  expect(firstEvidence).toHaveLength(1);
  await answer(other, 'yes', { questionId });
  expect(await attested()).not.toBe(first);
  expect(await counting()).not.toEqual(firstEvidence);
  expect(await deleteIt(other)).toMatchObject({ attestations: 1 });
  expect(await attested()).toBe(first);
  // It is a new item, as nothing counted in between.
  const againEvidence = await counting();
  expect(againEvidence).toHaveLength(1);
  expect(againEvidence).not.toEqual(firstEvidence);
  expect(await restore(other)).toMatchObject({ attestations: 1 });
  expect(await attested()).not.toBe(first);
  await deleteIt(other);
  await deleteIt(one);
  expect(await attested()).toBeUndefined();
  expect(await restore(one)).toMatchObject({ attestations: 1 });
  expect(await attested()).toBe(first);
});
