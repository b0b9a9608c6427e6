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
let built: Assessments;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments', 'evidence'));
  built = core.container.get('assessments');
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
  built.assessments.create(team.actor, { questionnaireId, name });
const say = (
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
  return built.answers.answer(by, id, questionId, { value, explanation, evidence: [], owner });
};
const erase = ({ id }: Pick<AssessmentDetail, 'id'>) => built.deletions.delete(team.actor, id);
const restore = ({ id }: Pick<AssessmentDetail, 'id'>) => built.deletions.restore(team.actor, id);
const control = () => team.control(CONTROL);

it('brings back the assessment, its answers, and what they decided, by whom it was decided', async () => {
  const assessment = await begin();
  await say(assessment, 'yes');
  const before = await control();
  core.clock.moveDays(1);
  await erase(assessment);
  expect(await control()).toMatchObject(NOTHING);
  await expect(built.assessments.get(team.actor, assessment.id)).rejects.toThrow(NotFoundError);
  const { items } = await built.deletions.list(team.actor, { limit: 10 });
  expect(items).toMatchObject([{ id: assessment.id, deleted: { by: team.actor.name } }]);
  expect((await built.assessments.list(team.actor, { limit: 10 })).items).toEqual([]);

  core.clock.moveDays(10);
  const other = { ...team.actor, userId: 'user-2', name: 'Somebody else' };
  const back = await built.deletions.restore(other, assessment.id);
  expect(back).toMatchObject({ id: assessment.id, decisions: 1, attestations: 0 });
  expect((await control()).decision).toEqual(before.decision);
  const [question] = (await built.answers.list(team.actor, assessment.id, { limit: 5, q: CONTROL }))
    .items;
  expect(question?.answer).toMatchObject({ value: 'yes', explanation: 'As the auditor saw it.' });
  expect((await built.deletions.list(team.actor, { limit: 10 })).items).toEqual([]);
  const log = await core.compliance.decided.log(team.actor, CONTROL, 10);
  expect(log.items.map(({ action, actor }) => [action, actor])).toEqual([
    ['restored', 'Somebody else'],
    ['withdrawn', team.actor.name],
    ['decided', team.actor.name],
  ]);
  // What it decided can be taken back and given again as before.
  await built.answers.withdraw(team.actor, assessment.id, `control:${CONTROL}`);
  expect(await control()).toMatchObject(NOTHING);
});

it('is for thirty days: then it is gone, and purged with everything of it', async () => {
  const assessment = await begin();
  await say(assessment, 'yes');
  const { restorableUntil } = await erase(assessment);
  core.clock.moveDays(29.9);
  await core.platform.retention.purge();
  expect((await built.deletions.list(team.actor, { limit: 10 })).items).toHaveLength(1);
  core.clock.moveDays(0.2);
  expect(restorableUntil < core.clock.now().toISOString()).toBe(true);
  expect((await built.deletions.list(team.actor, { limit: 10 })).items).toEqual([]);
  await expect(restore(assessment)).rejects.toThrow(NotFoundError);
  const removed = await core.platform.retention.purge();
  // The assessment, its questions and its answer.
  expect(removed.deleted_assessments).toBeGreaterThanOrEqual(3);
});

it('keeps what was decided since, and a newer answer of another assessment', async () => {
  const assessment = await begin();
  await say(assessment, 'yes');
  await erase(assessment);
  core.clock.moveDays(1);
  await core.compliance.controls.decide(team.actor, CONTROL, {
    ...{ kind: 'override', status: 'partial', justification: 'seen by the auditor' },
  });
  expect(await restore(assessment)).toMatchObject({ decisions: 0 });
  expect(await control()).toMatchObject({ decision: { kind: 'override' } });
  await core.compliance.controls.withdraw(team.actor, CONTROL);

  await say(assessment, 'yes');
  await erase(assessment);
  const other = await begin('soc2-readiness', 'SOC 2');
  await say(other, 'no');
  expect(await restore(assessment)).toMatchObject({ decisions: 0 });
  expect(await control()).toMatchObject(NO);
  // The restored answer is the older one: it counts again when the newer goes.
  await erase(other);
  expect(await control()).toMatchObject(YES);
});

it('does not bring back what has run out meanwhile', async () => {
  const assessment = await begin();
  await built.answers.answer(team.actor, assessment.id, `control:${CONTROL}`, {
    ...{ value: 'yes', explanation: '', evidence: [], owner: null, validityDays: 5 },
  });
  await erase(assessment);
  core.clock.moveDays(6);
  const back = await restore(assessment);
  expect(back).toMatchObject({ decisions: 0, score: { answered: 0, expired: 1 } });
  expect(await control()).toMatchObject(NOTHING);
});

it('is refused to who may not decide about controls', async () => {
  const assessment = await begin();
  await say(assessment, 'yes');
  await erase(assessment);
  const clerk = anActor(team.actor.teamId, ['assessments:read', 'assessments:write']);
  await expect(built.deletions.restore(clerk, assessment.id)).rejects.toThrow(ForbiddenError);
  expect(await control()).toMatchObject(NOTHING);
  const stranger = new TestTeam(core).actor;
  await expect(built.deletions.restore(stranger, assessment.id)).rejects.toThrow(NotFoundError);
});

it.each(['delete', 'take back'])(
  'lets the older answer decide again when the newer goes by %s',
  async (how) => {
    const [older, newer] = [await begin(), await begin('soc2-readiness', 'SOC 2')];
    await say(older, 'yes');
    const first = await control();
    await say(newer, 'no');
    expect(await control()).toMatchObject(NO);
    if (how === 'delete') await erase(newer);
    else await built.answers.withdraw(team.actor, newer.id, `control:${CONTROL}`);
    expect((await control()).decision).toEqual(first.decision);
    if (how === 'delete') {
      expect(await restore(newer)).toMatchObject({ decisions: 1 });
      expect(await control()).toMatchObject(NO);
      await erase(newer);
    }
    expect(await control()).toMatchObject(YES);
    // And the older can be taken back as ever.
    expect(await erase(older)).toMatchObject({ decisions: 1 });
    expect(await control()).toMatchObject(NOTHING);
  },
);

it('asks whether the older answer still stands: not one that ran out, was changed or was withdrawn', async () => {
  const ended = async (change: (older: AssessmentDetail) => Promise<unknown>) => {
    team = new TestTeam(core);
    const older = await begin();
    await say(older, 'yes');
    const newer = await begin('soc2-readiness', 'SOC 2');
    await say(newer, 'no');
    await change(older);
    await erase(newer);
    return control();
  };
  const clerk = () => anActor(team.actor.teamId, ['assessments:read', 'assessments:write']);
  expect(await ended(erase)).toMatchObject(NOTHING);
  // Who may not decide says other than what was decided: neither counts.
  expect(await ended((older) => say(older, 'no', { by: clerk() }))).toMatchObject(NOTHING);
  expect(await ended(async () => core.clock.moveDays(364.995))).toMatchObject(NOTHING);
});

it('never brings back what a person withdrew about the control before', async () => {
  const [older, newer] = [await begin(), await begin('soc2-readiness', 'SOC 2')];
  await say(older, 'yes');
  await core.compliance.controls.withdraw(team.actor, CONTROL);
  await say(newer, 'no');
  await erase(newer);
  expect(await control()).toMatchObject(NOTHING);
});

it('keeps both persons of a “not applicable”, whoever deletes and restores', async () => {
  const [older, newer] = [await begin(), await begin('soc2-readiness', 'SOC 2')];
  const approver = { ...team.actor, userId: 'user-2', name: 'Bob' };
  await say(newer, 'not_applicable', { owner: 'Bob' });
  const given = (await control()).decision;
  expect(given).toMatchObject({ actor: team.actor.name, approver: 'Bob' });
  await say(older, 'yes');
  await built.deletions.delete(approver, newer.id);
  await built.deletions.restore(approver, newer.id);
  expect((await control()).decision).toEqual(given);
});

it('does the same with attestations, and their evidence counts again', async () => {
  const [one, other] = [await begin('soc2-readiness'), await begin('soc2-readiness', 'Other')];
  const all = await built.answers.all(team.actor, one.id);
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
  await say(one, 'yes', { questionId });
  const first = await attested();
  const firstEvidence = await counting();
  expect(firstEvidence).toHaveLength(1);
  await say(other, 'yes', { questionId });
  expect(await attested()).not.toBe(first);
  expect(await counting()).not.toEqual(firstEvidence);
  expect(await erase(other)).toMatchObject({ attestations: 1 });
  expect(await attested()).toBe(first);
  // A new item speaks for it: for the time between nothing counted.
  const againEvidence = await counting();
  expect(againEvidence).toHaveLength(1);
  expect(againEvidence).not.toEqual(firstEvidence);
  expect(await restore(other)).toMatchObject({ attestations: 1 });
  expect(await attested()).not.toBe(first);
  await erase(other);
  await erase(one);
  expect(await attested()).toBeUndefined();
  expect(await restore(one)).toMatchObject({ attestations: 1 });
  expect(await attested()).toBe(first);
});
