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

const CONTROLS = ['CRY-09', 'CRY-05'] as const;
const [CONTROL] = CONTROLS;
const begin = (questionnaireId = 'csf-2.0-profile') =>
  assessments.assessments.create(team.actor, { questionnaireId, name: 'Q3 review' });
const answer = ({ id }: AssessmentDetail, questionId: string, value: 'yes' | 'no' = 'yes') =>
  assessments.answers.answer(team.actor, id, questionId, {
    ...{ value, explanation: 'As agreed with the auditor.', evidence: [], owner: null },
  });
const NONE = { decisions: 0, attestations: 0 };

it('withdraws the decisions of its answers, as previewed, and records it in the audit trail', async () => {
  const assessment = await begin();
  for (const id of CONTROLS) await answer(assessment, `control:${id}`);
  const preview = await assessments.deletions.deletion(team.actor, assessment.id);
  const restorableUntil = '2026-03-31T12:00:00.000Z';
  expect(preview).toEqual({ answers: 2, decisions: 2, attestations: 0, restorableUntil });
  expect(await assessments.deletions.delete(team.actor, assessment.id)).toEqual({
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

it('keeps later decisions and later answers of another assessment', async () => {
  const [one, other] = [await begin(), await begin('soc2-readiness')];
  for (const id of CONTROLS) await answer(one, `control:${id}`);
  core.clock.moveDays(1);
  await core.compliance.controls.decide(team.actor, CONTROL, {
    ...{ kind: 'override', status: 'partial', justification: 'seen by the auditor' },
  });
  await answer(other, `control:${CONTROLS[1]}`, 'no');
  expect(await assessments.deletions.delete(team.actor, one.id)).toMatchObject(NONE);
  expect(await team.control(CONTROL)).toMatchObject({ decision: { kind: 'override' } });
  expect(await team.control(CONTROLS[1])).toMatchObject({
    decision: { status: 'not_implemented' },
  });
});

it('keeps decisions that the next period relies on, and withdraws them with the last period', async () => {
  const assessment = await begin();
  await answer(assessment, `control:${CONTROL}`);
  const next = await assessments.assessments.clone(team.actor, assessment.id, {
    name: 'Q4 review',
  });
  expect(await assessments.deletions.delete(team.actor, assessment.id)).toMatchObject(NONE);
  expect(await team.control(CONTROL)).toMatchObject({ status: 'implemented' });
  expect(await assessments.deletions.delete(team.actor, next.id)).toMatchObject({ decisions: 1 });
  expect(await team.control(CONTROL)).toMatchObject({ status: 'not_assessed' });
});

it('withdraws attestations', async () => {
  const assessment = await begin('soc2-readiness');
  const all = await assessments.answers.all(team.actor, assessment.id);
  const asked = all.find(({ kind }) => kind === 'requirement')?.id ?? '';
  await answer(assessment, asked);
  const attested = async () => {
    const { posture } = core.compliance;
    const { requirementStates } = await posture.framework(team.actor, 'soc2-tsc-2017');
    return requirementStates.find(({ id }) => id === asked.split('/')[1])?.attestation ?? null;
  };
  expect(await attested()).not.toBeNull();
  expect(await assessments.deletions.delete(team.actor, assessment.id)).toMatchObject({
    ...{ decisions: 0, attestations: 1 },
  });
  expect(await attested()).toBeNull();
});

it('is forbidden without the permission to withdraw decisions, and changes nothing then', async () => {
  const assessment = await begin();
  const clerk = anActor(team.actor.teamId, ['assessments:read', 'assessments:write']);
  await answer(assessment, `control:${CONTROL}`);
  await expect(assessments.deletions.delete(clerk, assessment.id)).rejects.toThrow(ForbiddenError);
  expect(await team.control(CONTROL)).toMatchObject({ status: 'implemented' });
  expect((await assessments.assessments.get(team.actor, assessment.id)).score.answered).toBe(1);
  const empty = await begin();
  expect(await assessments.deletions.delete(clerk, empty.id)).toMatchObject({ deleted: true });
});
