import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AssessmentDetail } from '../../../../contract/assessments.js';
import { ForbiddenError } from '../../../platform/errors.js';
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
  core = await createTestCore(scansToControlsAnd('assessments'));
  built = core.container.get('assessments');
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const CONTROLS = ['CRY-09', 'CRY-05'] as const;
const [CONTROL] = CONTROLS;
const begin = (questionnaireId = 'csf-2.0-profile') =>
  built.assessments.create(team.actor, { questionnaireId, name: 'Q3 review' });
const say = ({ id }: AssessmentDetail, questionId: string, value: 'yes' | 'no' = 'yes') =>
  built.answers.answer(team.actor, id, questionId, {
    ...{ value, explanation: '', evidence: [], owner: null },
  });
const NONE = { decisions: 0, attestations: 0 };

it('takes back the decisions that stand on its answers, says so before, and keeps a trace', async () => {
  const assessment = await begin();
  for (const id of CONTROLS) await say(assessment, `control:${id}`);
  const foreseen = await built.deletions.deletion(team.actor, assessment.id);
  const restorableUntil = '2026-03-31T12:00:00.000Z';
  expect(foreseen).toEqual({ answers: 2, decisions: 2, attestations: 0, restorableUntil });
  expect(await built.deletions.delete(team.actor, assessment.id)).toEqual({
    ...{ deleted: true, decisions: 2, attestations: 0, restorableUntil },
  });
  for (const id of CONTROLS) {
    expect(await team.control(id)).toMatchObject({ status: 'not_assessed', decision: null });
  }
  const trail = await core.platform.audit.about(team.actor, CONTROL);
  expect(trail.map(({ action }) => action)).toContain('control.decision_withdrawn');
  const about = await core.platform.audit.about(team.actor, assessment.id);
  const deleted = about.find(({ action }) => action === 'assessment.deleted');
  expect(deleted).toMatchObject({ details: { decisions: 2 } });
});

it('keeps what somebody decided since, and what another assessment answered since', async () => {
  const [one, other] = [await begin(), await begin('soc2-readiness')];
  for (const id of CONTROLS) await say(one, `control:${id}`);
  core.clock.moveDays(1);
  await core.compliance.controls.decide(team.actor, CONTROL, {
    ...{ kind: 'override', status: 'partial', justification: 'seen by the auditor' },
  });
  await say(other, `control:${CONTROLS[1]}`, 'no');
  expect(await built.deletions.delete(team.actor, one.id)).toMatchObject(NONE);
  expect(await team.control(CONTROL)).toMatchObject({ decision: { kind: 'override' } });
  expect(await team.control(CONTROLS[1])).toMatchObject({
    decision: { status: 'not_implemented' },
  });
});

it('keeps what the next period stands on, and takes it back with the last', async () => {
  const assessment = await begin();
  await say(assessment, `control:${CONTROL}`);
  const next = await built.assessments.clone(team.actor, assessment.id, { name: 'Q4 review' });
  expect(await built.deletions.delete(team.actor, assessment.id)).toMatchObject(NONE);
  expect(await team.control(CONTROL)).toMatchObject({ status: 'implemented' });
  expect(await built.deletions.delete(team.actor, next.id)).toMatchObject({ decisions: 1 });
  expect(await team.control(CONTROL)).toMatchObject({ status: 'not_assessed' });
});

it('takes back attestations', async () => {
  const assessment = await begin('soc2-readiness');
  const all = await built.answers.all(team.actor, assessment.id);
  const asked = all.find(({ kind }) => kind === 'requirement')?.id ?? '';
  await say(assessment, asked);
  const attested = async () => {
    const { posture } = core.compliance;
    const { requirementStates } = await posture.framework(team.actor, 'soc2-tsc-2017');
    return requirementStates.find(({ id }) => id === asked.split('/')[1])?.attestation ?? null;
  };
  expect(await attested()).not.toBeNull();
  expect(await built.deletions.delete(team.actor, assessment.id)).toMatchObject({
    ...{ decisions: 0, attestations: 1 },
  });
  expect(await attested()).toBeNull();
});

it('is refused to who may not take decisions back, and nothing is half gone', async () => {
  const assessment = await begin();
  const clerk = anActor(team.actor.teamId, ['assessments:read', 'assessments:write']);
  await say(assessment, `control:${CONTROL}`);
  await expect(built.deletions.delete(clerk, assessment.id)).rejects.toThrow(ForbiddenError);
  expect(await team.control(CONTROL)).toMatchObject({ status: 'implemented' });
  expect((await built.assessments.get(team.actor, assessment.id)).score.answered).toBe(1);
  const empty = await begin();
  expect(await built.deletions.delete(clerk, empty.id)).toMatchObject({ deleted: true });
});
