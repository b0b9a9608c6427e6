import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { AssessmentDetail, AssessmentQuestion } from '../../../contract/assessments.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../platform/errors.js';
import type { RowSpec } from '../../testing/prowler-rows.js';
import {
  anActor,
  createTestCore,
  scansToControlsAnd,
  type TestCore,
} from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import type { Assessments } from './index.js';

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

const CONTROL = 'CRY-09';
const QUESTION = `control:${CONTROL}`;
const keys = (...statuses: RowSpec['status'][]): RowSpec[] =>
  statuses.map((status, n) => ({ check: 'kms_cmk_are_used', resource: `key-${n}`, status }));

const begin = (questionnaireId = 'csf-2.0-profile', name = 'Q3 review', more = {}) =>
  assessments.assessments.create(team.actor, { questionnaireId, name, ...more });
const answer = (
  { id }: AssessmentDetail,
  questionId: string,
  value: 'yes' | 'partially' | 'no' | 'not_applicable',
  more: { explanation?: string; validityDays?: number; owner?: string } = {},
) =>
  assessments.answers.answer(team.actor, id, questionId, {
    ...{ value, explanation: 'As agreed with the auditor.', evidence: [], owner: null },
    ...more,
  });
const questions = async ({ id }: AssessmentDetail): Promise<Map<string, AssessmentQuestion>> => {
  const all = await assessments.answers.all(team.actor, id);
  return new Map(all.map((question) => [question.id, question]));
};
const detailOf = ({ id }: AssessmentDetail) => assessments.assessments.get(team.actor, id);
const fill = ({ id }: AssessmentDetail, only?: string[]) =>
  assessments.autofill.fill(team.actor, id, only);
const answered = async (assessment: AssessmentDetail, questionId: string) =>
  (await questions(assessment)).get(questionId)?.answer?.value ?? null;

describe('an answer about a control', () => {
  it('becomes the decision and counts in every framework', async () => {
    const assessment = await begin();
    const before = await team.scores();
    const asked = await answer(assessment, QUESTION, 'yes', { explanation: 'Keys are managed.' });
    expect(asked.answer).toMatchObject({ value: 'yes', auto: false, by: team.actor.name });
    expect(new Set(asked.alsoAnswers.map(({ framework }) => framework)).size).toBeGreaterThan(5);
    expect(await team.control(CONTROL)).toMatchObject({
      status: 'implemented',
      decision: { kind: 'answer', status: 'implemented' },
    });
    const after = await team.scores();
    const risen = Object.keys(after).filter((id) => (after[id] ?? 0) > (before[id] ?? 0));
    expect(risen.length).toBeGreaterThan(5);
    expect(await detailOf(assessment)).toMatchObject({
      status: 'in_progress',
      score: { answered: 1, auto: 0 },
    });
  });

  it('withdraws its decision when it is withdrawn, and keeps earlier answers in the history', async () => {
    const assessment = await begin();
    await answer(assessment, QUESTION, 'partially');
    await answer(assessment, QUESTION, 'yes');
    expect((await questions(assessment)).get(QUESTION)?.answer?.history).toMatchObject([
      { value: 'partially' },
    ]);
    await assessments.answers.withdraw(team.actor, assessment.id, QUESTION);
    expect(await team.control(CONTROL)).toMatchObject({ status: 'not_assessed', decision: null });
    expect(await answered(assessment, QUESTION)).toBeNull();
    await expect(assessments.answers.withdraw(team.actor, assessment.id, QUESTION)).rejects.toThrow(
      NotFoundError,
    );
  });

  it('never replaces an override, and shows a conflict where they differ', async () => {
    const assessment = await begin();
    await core.compliance.controls.decide(team.actor, CONTROL, {
      kind: 'override',
      status: 'not_implemented',
      justification: 'known to be missing',
    });
    const { conflicts } = await answer(assessment, QUESTION, 'yes');
    expect(await team.control(CONTROL)).toMatchObject({ decision: { kind: 'override' } });
    expect(conflicts).toMatchObject([{ kind: 'scan', controlId: CONTROL }]);
  });

  it('decides nothing without the permission to decide', async () => {
    const assessment = await begin();
    const clerk = anActor(team.actor.teamId, ['assessments:read', 'assessments:write']);
    await assessments.answers.answer(clerk, assessment.id, QUESTION, {
      ...{ value: 'yes', explanation: 'As agreed with the auditor.', evidence: [], owner: null },
    });
    expect(await team.control(CONTROL)).toMatchObject({ status: 'not_assessed' });
  });

  it('of “not applicable” needs a reason, counts once somebody else owns it, and is replaced by the next', async () => {
    const assessment = await begin();
    const silent = answer(assessment, QUESTION, 'not_applicable', { explanation: '' });
    await expect(silent).rejects.toThrow(InvalidInputError);
    const explanation = 'There are no keys of our own.';
    await answer(assessment, QUESTION, 'yes');
    await answer(assessment, QUESTION, 'not_applicable', { explanation });
    expect(await team.control(CONTROL)).toMatchObject({ status: 'not_assessed' });
    const owner = 'Head of security';
    await answer(assessment, QUESTION, 'not_applicable', { explanation, owner });
    expect(await team.control(CONTROL)).toMatchObject({ status: 'not_applicable' });
    await answer(assessment, QUESTION, 'no');
    expect(await team.control(CONTROL)).toMatchObject({ status: 'not_implemented' });
  });

  it('counts no longer once it has expired', async () => {
    const assessment = await begin();
    await answer(assessment, QUESTION, 'yes', { validityDays: 10 });
    core.clock.moveDays(11);
    const [listed] = (await assessments.assessments.list(team.actor, { limit: 10 })).items;
    expect(listed?.score).toMatchObject({ answered: 0, expired: 1, floor: 0, coverage: 0 });
    expect((await questions(assessment)).get(QUESTION)?.answer).toMatchObject({ expired: true });
  });

  it('that contradicts failing evidence shows a conflict', async () => {
    await team.import(keys('FAIL'));
    const assessment = await begin();
    const { conflicts } = await answer(assessment, QUESTION, 'yes');
    expect(conflicts).toMatchObject([{ kind: 'scan', controlId: CONTROL }]);
    expect(conflicts[0]?.text).toContain('scans see 1 open finding');
  });

  it('that contradicts an answer elsewhere shows a conflict in both', async () => {
    const [one, other] = [await begin(), await begin('soc2-readiness', 'SOC 2')];
    const here = await questions(one);
    const there = [...(await questions(other)).keys()];
    const shared = there.find((id) => id.startsWith('control:') && here.has(id)) ?? '';
    await answer(other, shared, 'yes');
    const { conflicts } = await answer(one, shared, 'no');
    expect(conflicts.map(({ kind }) => kind)).toContain('answers');
    expect((await questions(other)).get(shared)?.conflicts.length).toBeGreaterThan(0);
  });
});

test('a yes to what only a person can attest becomes the attestation, withdrawn with it', async () => {
  const assessment = await begin('soc2-readiness', 'SOC 2');
  const [id, question] =
    [...(await questions(assessment))].find(([, { kind }]) => kind === 'requirement') ?? [];
  const requirementId = id?.split('/')[1];
  const attested = async () => {
    const { requirementStates } = await core.compliance.posture.framework(
      team.actor,
      'soc2-tsc-2017',
    );
    return requirementStates.find((state) => state.id === requirementId)?.attestation ?? null;
  };
  await answer(assessment, question?.id ?? '', 'yes', { explanation: 'Reviewed by the board.' });
  expect((await attested())?.statement).toContain('Reviewed by the board.');
  await answer(assessment, question?.id ?? '', 'no');
  expect(await attested()).toBeNull();
  // Also while the framework is inactive: otherwise it would be met again once activated.
  await answer(assessment, question?.id ?? '', 'yes');
  const { activation } = core.catalogue;
  await activation.choose(team.actor, 'soc2-tsc-2017', { active: false });
  await answer(assessment, question?.id ?? '', 'no');
  await activation.choose(team.actor, 'soc2-tsc-2017', { active: true });
  expect(await attested()).toBeNull();
  // An answer without the permission to decide keeps the link to the decision.
  await answer(assessment, question?.id ?? '', 'yes');
  const permissions = team.actor.permissions.filter((each) => each !== 'compliance:write');
  const given = { value: 'no' as const, explanation: 'As agreed.', evidence: [], owner: null };
  const limited = { ...team.actor, permissions };
  await assessments.answers.answer(limited, assessment.id, question?.id ?? '', given);
  expect(await attested()).not.toBeNull();
  await assessments.answers.withdraw(limited, assessment.id, question?.id ?? '');
  await answer(assessment, question?.id ?? '', 'no');
  expect(await attested()).toBeNull();
});

describe('auto-fill', () => {
  /** Whether its controls alone can answer the question of a requirement. */
  const isForTools = (questionId: string) => {
    const [framework = '', requirement = ''] = questionId.replace('requirement:', '').split('/');
    return core.catalogue.shipped.requirement(framework, requirement)?.attestation === false;
  };

  it('answers what scans prove, with confidence and path; the rest stays unanswered', async () => {
    await team.import(keys('PASS', 'PASS'));
    const assessment = await begin();
    const preview = await assessments.autofill.preview(team.actor, assessment.id);
    const proposal = preview.items.find(({ questionId }) => questionId === QUESTION);
    expect(proposal).toMatchObject({ action: 'set', value: 'yes', current: null });
    expect(await answered(assessment, QUESTION)).toBeNull();

    await fill(assessment);
    const filled = await questions(assessment);
    expect(filled.get(QUESTION)?.answer).toMatchObject({
      value: 'yes',
      auto: true,
      confidence: 0.95,
    });
    expect(filled.get(QUESTION)?.answer?.path).toMatchObject([
      { controlId: CONTROL, from: 'scan' },
    ]);
    for (const question of filled.values()) {
      if (!question.answer) continue;
      const states = await Promise.all(question.controls.map(({ id }) => team.control(id)));
      expect(states.some(({ status }) => status !== 'not_assessed')).toBe(true);
    }
  });

  it('changes nothing when it runs again, and follows later scans', async () => {
    await team.import(keys('PASS'));
    const assessment = await begin();
    await fill(assessment);
    const first = await assessments.answers.all(team.actor, assessment.id);
    const { status, transitions } = await detailOf(assessment);
    expect([status, transitions]).toMatchObject(['in_progress', [{ to: 'in_progress' }]]);
    const again = await fill(assessment);
    expect(again.counts).toMatchObject({ set: 0, clear: 0 });
    expect(await assessments.answers.all(team.actor, assessment.id)).toEqual(first);
    await team.import(keys('FAIL'), { at: 1 });
    expect(await assessments.autofill.fillAll(team.actor)).toMatchObject({ assessments: 1 });
    const { answer: now } = (await questions(assessment)).get(QUESTION) ?? {};
    expect(now).toMatchObject({ value: 'no', auto: true, history: [{ value: 'yes' }] });
  });

  it('never changes a person’s answer', async () => {
    await team.import(keys('FAIL'));
    const assessment = await begin();
    await answer(assessment, QUESTION, 'partially');
    await fill(assessment, [QUESTION]);
    expect((await questions(assessment)).get(QUESTION)?.answer).toMatchObject({
      value: 'partially',
      auto: false,
    });
  });

  it('copies an answer to another framework, and removes it once it is withdrawn', async () => {
    const [source, other] = [await begin(), await begin('framework:nist-800-53-r5', '800-53')];
    const asked = await questions(source);
    // A requirement that a single control covers, without an attestation.
    const target = [...(await questions(other)).values()].find(
      ({ id, controls: [only, ...more] }) =>
        isForTools(id) &&
        only?.relation === 'equal' &&
        more.length === 0 &&
        asked.has(`control:${only.id}`),
    );
    const from = `control:${target?.controls[0]?.id}`;
    await answer(source, from, 'yes');
    await assessments.autofill.fill(team.actor, other.id);
    expect(await answered(other, target?.id ?? '')).toBe('yes');
    await assessments.answers.withdraw(team.actor, source.id, from);
    await assessments.autofill.fill(team.actor, other.id);
    expect(await answered(other, target?.id ?? '')).toBeNull();
  });

  it('applies a suggestion only when a person does', async () => {
    await team.import(keys('PASS'));
    const assessment = await begin('framework:nist-800-53-r5', '800-53');
    const { items } = await fill(assessment);
    const suggested = items.find(({ action }) => action === 'suggest');
    expect(await answered(assessment, suggested?.questionId ?? '')).toBeNull();
    await fill(assessment, [suggested?.questionId ?? '']);
    await assessments.autofill.fillAll(team.actor);
    expect(await answered(assessment, suggested?.questionId ?? '')).toBe(suggested?.value);
  });

  it('answers a question from the share in the team’s engine settings', async () => {
    const { shipped: catalogue } = core.catalogue;
    const { controls, settings } = core.compliance;
    const assessment = await begin('framework:nist-800-53-r5', '800-53');
    const weightOf = (id: string) => catalogue.controls.get(id)?.weight ?? 5;
    // Covered by one of its controls with more than half, but not all, of the weight.
    const all = [...(await questions(assessment)).values()].flatMap((question) => {
      const total = question.controls.reduce((sum, { id }) => sum + weightOf(id), 0);
      const covering = question.controls.find(
        ({ id, relation }) =>
          (relation === 'equal' || relation === 'subset') &&
          isForTools(question.id) &&
          weightOf(id) / total > 0.5 &&
          weightOf(id) / total < 1,
      );
      return covering ? [{ questionId: question.id, controlId: covering.id }] : [];
    });
    const { questionId = '', controlId = '' } = all[0] ?? {};
    const expiresAt = new Date(core.clock.now().getTime() + 30 * 86_400_000).toISOString();
    const justification = 'seen by the auditor this year';
    await controls.decide(team.actor, controlId, {
      ...{ kind: 'answer' as const, status: 'implemented' as const, justification, expiresAt },
    });
    const actionAt = async (autoSatisfyShare: number) => {
      const before = await settings.settings(team.actor);
      await settings.changeSettings(team.actor, { ...before, autoSatisfyShare });
      const { items } = await assessments.autofill.preview(team.actor, assessment.id);
      return items.find((item) => item.questionId === questionId)?.action;
    };
    expect(await actionAt(0.5)).toBe('set');
    expect(await actionAt(1)).not.toBe('set');
  });

  it('is queued once for several changes, while an assessment is open', async () => {
    const { queue } = core.container.scanning;
    const waiting = async () => {
      const { teamId } = team.actor;
      const jobs = await queue.list({ state: 'delayed', teamId, type: 'assessments.autofill' });
      return jobs.items.length;
    };
    await team.import(keys('PASS'));
    expect(await waiting()).toBe(0);
    await begin();
    await team.import(keys('FAIL'), { at: 1 });
    await team.import(keys('PASS'), { at: 2 });
    expect(await waiting()).toBe(1);
  });
});

describe('completion', () => {
  it('locks the answers until reopened with a reason; the audit trail has both', async () => {
    const assessment = await begin();
    await expect(assessments.assessments.complete(team.actor, assessment.id)).rejects.toThrow(
      ConflictError,
    );
    await answer(assessment, QUESTION, 'yes');
    const done = await assessments.assessments.complete(
      team.actor,
      assessment.id,
      'for the auditor',
    );
    expect(done.status).toBe('completed');
    await expect(answer(assessment, QUESTION, 'no')).rejects.toThrow(/completed/);
    await expect(fill(assessment)).rejects.toThrow(/completed/);
    await expect(assessments.deletions.delete(team.actor, assessment.id)).rejects.toThrow(/record/);
    core.clock.moveDays(400);
    expect((await detailOf(assessment)).score).toEqual(done.score);
    const open = await assessments.assessments.reopen(
      team.actor,
      assessment.id,
      'an answer was wrong',
    );
    expect(open).toMatchObject({ status: 'reopened', score: { answered: 0, expired: 1 } });
    expect(open.transitions.map(({ to }) => to)).toEqual(['in_progress', 'completed', 'reopened']);
    const trail = await core.platform.audit.about(team.actor, assessment.id);
    expect(trail.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['assessment.created', 'assessment.answered', 'assessment.reopened']),
    );
  });
});

test('SAMM counts levels: all yes at the first level is 1, half of a level a half', async () => {
  const assessment = await begin('owasp-samm-2.0', 'SAMM');
  await answer(assessment, 'G-SM-A-1', 'yes');
  await answer(assessment, 'G-SM-B-1', 'yes');
  await answer(assessment, 'G-SM-A-2', 'partially');
  const { categories, score, maturityOf } = await assessments.assessments.get(
    team.actor,
    assessment.id,
  );
  expect(categories.find(({ id }) => id === 'G-SM')?.score.maturity).toBe(1.25);
  expect(score.maturity).toBe(0.08);
  expect(maturityOf).toBe(3);
});

test('settings are per team and apply to later answers', async () => {
  const settings = { validityDays: 90 };
  await assessments.assessments.changeSettings(team.actor, settings);
  expect(await assessments.assessments.settings(team.actor)).toEqual(settings);
  expect(await assessments.assessments.settings(new TestTeam(core).actor)).toEqual({
    validityDays: 365,
  });
  const assessment = await begin();
  const { answer: given } = await answer(assessment, QUESTION, 'yes');
  const days = (Date.parse(given?.expiresAt ?? '') - core.clock.now().getTime()) / 86_400_000;
  expect(days).toBe(90);
});
