import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  type Answer,
  type AssessmentDetail,
  type AssessmentQuestion,
  type AssessmentSettings,
  answerQuestion,
  changeAssessment,
  changeAssessmentSettings,
  deleteAssessment,
  getAssessment,
  getAssessmentDeletion,
  getAssessmentSettings,
  listAssessments,
  listQuestions,
  restoreAssessment,
} from '../../../contract/assessments.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const at = '2026-11-20T10:00:00.000Z';
const score = {
  floor: 10,
  ceiling: 90,
  coverage: 20,
  questions: 5,
  answered: 1,
  auto: 0,
  expired: 0,
  maturity: null,
};

function anAssessment(parts: Partial<AssessmentDetail> = {}): AssessmentDetail {
  return {
    id: 'asm_1',
    name: 'Q1 review',
    questionnaireId: 'scf-basics',
    questionnaireName: 'Basics',
    level: null,
    status: 'in_progress',
    assignee: 'Ada',
    dueAt: '2020-01-31T23:59:59.000Z',
    overdue: true,
    createdAt: at,
    createdBy: 'Kim',
    updatedAt: at,
    completedAt: null,
    score,
    asks: 'controls',
    framework: null,
    maturityOf: 5,
    previousId: null,
    categories: [],
    transitions: [],
    attributions: [],
    ...parts,
  };
}

const mfa: AssessmentQuestion = {
  id: 'IAC-06',
  category: 'IAC',
  title: 'Do users sign in with two factors?',
  help: null,
  level: null,
  weight: 9,
  kind: 'control',
  controls: [],
  alsoAnswers: [],
  answer: null,
  conflicts: [],
};

const effects = { decisions: 3, attestations: 1 };
const restorableUntil = '2026-12-20T10:00:00.000Z';

function aServerAssessing(me = aMeWithout(), parts: Partial<AssessmentDetail> = {}, gone = false) {
  let now = anAssessment(parts);
  let validityDays = 90;
  return aServer(me)
    .on(getAssessment, () => {
      if (gone) throw new MockProblem({ status: 404, detail: 'no such assessment' });
      return now;
    })
    .on(listQuestions, () => ({
      items: [mfa, { ...mfa, id: 'own', kind: 'item' as const, title: 'Is there a plan?' }],
      nextCursor: null,
    }))
    .on(listAssessments, ({ query }) => {
      const deleted = { at, by: 'Kim', restorableUntil };
      if (query.deleted) return { items: gone ? [{ ...now, deleted }] : [], nextCursor: null };
      return { items: gone ? [] : [now], nextCursor: null };
    })
    .on(changeAssessment, ({ body }) => {
      now = { ...now, ...(body as Partial<AssessmentDetail>) };
      return now;
    })
    .on(deleteAssessment, () => {
      gone = true;
      return { deleted: true as const, ...effects, restorableUntil };
    })
    .on(restoreAssessment, () => {
      gone = false;
      return { ...now, ...effects };
    })
    .on(getAssessmentSettings, () => ({ validityDays }))
    .on(changeAssessmentSettings, ({ body }) => {
      ({ validityDays } = body as AssessmentSettings);
      return { validityDays };
    })
    .on(answerQuestion, () => mfa)
    .on(getAssessmentDeletion, () => ({ answers: 4, ...effects, restorableUntil }));
}

test('changes name, due date and assignee, and sends only the changes', async () => {
  const server = aServerAssessing();
  const { user, fill } = renderApp('/assessments/asm_1');
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Edit assessment' }));
  await user.clear(dialog.getByRole('textbox', { name: /Name/ }));
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(dialog.getByText('This field is required')).toBeTruthy();
  await fill(dialog.getByRole('textbox', { name: /Name/ }), 'Q2 review');
  await user.clear(dialog.getByLabelText('Assignee'));
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Q2 review' })).toBeTruthy();
  const sent = server.requests.filter(({ method }) => method === 'PATCH');
  expect(sent.map(({ body }) => body)).toEqual([{ name: 'Q2 review', assignee: null }]);
});

test('deletes after a confirmation, and returns to the list', async () => {
  const server = aServerAssessing();
  const { user, address } = renderApp('/assessments/asm_1');
  await user.click(await screen.findByRole('button', { name: 'Delete' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete the assessment?' }));
  expect(dialog.getByText(/“Q1 review” and its 1 of 5 answers will be deleted/)).toBeTruthy();
  const taken = /withdraws 3 answers about controls and 1 attestation in every framework/;
  expect(await dialog.findByText(taken)).toBeTruthy();
  expect(server.requests.some(({ method }) => method === 'DELETE')).toBe(false);
  expect(dialog.getByText(/Until Dec 20, 2026 it can be restored/)).toBeTruthy();
  await user.click(dialog.getByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(address()).toBe('/assessments?undo=asm_1'));
  expect(await screen.findByText('No assessments yet')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();

  await user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Q1 review' })).toBeTruthy();
});

test('offers neither deleting nor editing of a completed assessment', async () => {
  aServerAssessing(undefined, { status: 'completed', completedAt: at });
  renderApp('/assessments/asm_1');
  expect(await screen.findByRole('button', { name: 'Reopen' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
});

test('asks for another owner of “not applicable” answers, for controls only', async () => {
  aServerAssessing();
  const { user, fill } = renderApp('/assessments/asm_1');
  const [card, item] = await screen.findAllByRole('listitem', { name: /\?$/ });
  if (!card || !item) throw new Error('expected two questions');
  const question = within(card);
  await user.click(question.getByRole('button', { name: 'Yes' }));
  const owner = await question.findByLabelText('Owner');
  const alone = /only excluded from scores if the owner is someone other than you/;
  expect(question.queryByText(alone)).toBeNull();
  await user.click(question.getByRole('button', { name: 'Not applicable' }));
  expect(question.getByText(alone)).toBeTruthy();
  await fill(owner, ' Kim ');
  expect(question.getByText(alone)).toBeTruthy();
  await fill(owner, 'Ada');
  expect(question.getByText(/is excluded from scores with Ada as approver/)).toBeTruthy();
  await user.click(within(item).getByRole('button', { name: 'Not applicable' }));
  expect(await within(item).findByLabelText('Owner')).toBeTruthy();
  expect(within(item).queryByText(alone)).toBeNull();
});

test('explains the effect to users who may not decide on controls', async () => {
  aServerAssessing(aMeWithout('compliance:write'));
  const { user } = renderApp('/assessments/asm_1');
  const [button] = await screen.findAllByRole('button', { name: 'Not applicable' });
  if (!button) throw new Error('expected a question');
  await user.click(button);
  expect(await screen.findByText(/Your role may not decide on controls/)).toBeTruthy();
});

test('shows third-party texts with their attribution', async () => {
  aServerAssessing(undefined, { attributions: ['Made by others, CC BY-ND 4.0'] });
  renderApp('/assessments/asm_1');
  expect(await screen.findByText('Made by others, CC BY-ND 4.0')).toBeTruthy();
});

test('lists deleted assessments with their deadline, and restores one', async () => {
  aServerAssessing(undefined, {}, true);
  const { user, address } = renderApp('/assessments');
  await user.click(await screen.findByRole('button', { name: 'Deleted' }));
  expect(
    await screen.findByText(/Deleted by Kim on .* can be restored until Dec 20, 2026/),
  ).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Restore Q1 review' }));
  await waitFor(() => expect(address()).toBe('/assessments/asm_1'));
});

test('shows the confidence, derivation and history of an auto-filled answer', async () => {
  const step = {
    ...{ controlId: 'IAC-06', relation: 'equal' as const, from: 'scan' as const },
    ...{ what: '4 of 4 results pass', assessmentId: null, value: 'yes' as const },
    ...{ proves: true, confidence: 0.95 },
  };
  const answer: Answer = {
    ...{ value: 'yes', explanation: 'Its control is met.', evidence: [], owner: null, auto: true },
    ...{
      support: 'facts',
      confidence: 0.95,
      path: [step],
      by: 'Auto-fill',
      at,
      expiresAt: restorableUntil,
    },
    expired: false,
    history: [{ value: 'no', explanation: 'Not yet.', auto: false, by: 'Kim', at }],
  };
  const transitions = [{ to: 'reopened' as const, by: 'Kim', at, reason: 'an answer was wrong' }];
  const categories = [{ id: 'IAC', title: 'Access', score: { ...score, maturity: 1.25 } }];
  aServerAssessing(undefined, { transitions, categories }).on(listQuestions, () => ({
    items: [{ ...mfa, answer }],
    nextCursor: null,
  }));
  renderApp('/assessments/asm_1');
  expect(await screen.findByText('Auto, 95 % sure')).toBeTruthy();
  expect(screen.getByText('IAC-06 (equal, 95 % sure): 4 of 4 results pass')).toBeTruthy();
  expect(screen.getByText('1 earlier answer')).toBeTruthy();
  expect(screen.getByText(/No, Kim, .*: Not yet\./)).toBeTruthy();
  expect(screen.getByText('“an answer was wrong”')).toBeTruthy();
  expect(screen.getByText('1/5 · 10 % · maturity 1.25')).toBeTruthy();
  expect(screen.getByRole('option', { name: 'Access (1/5 · 10 % · maturity 1.25)' })).toBeTruthy();
});

test('shows a yes without explanation and evidence as such, and sends asked numbers', async () => {
  const answer: Answer = {
    ...{ value: 'yes', explanation: '', evidence: [], owner: null, auto: false, path: [] },
    ...{ support: 'none', confidence: 1, by: 'Kim', at, expiresAt: restorableUntil },
    ...{ expired: false, history: [] },
  };
  const numbers = [
    { parameter: 'passwordMinLength', title: 'Password length', unit: 'characters', min: 12 },
  ];
  const server = aServerAssessing().on(listQuestions, () => ({
    items: [{ ...mfa, answer, numbers }],
    nextCursor: null,
  }));
  const { user, fill } = renderApp('/assessments/asm_1');
  expect(await screen.findByText('Without evidence')).toBeTruthy();
  expect(screen.getByText(/Counts as partial: add an explanation or evidence/)).toBeTruthy();
  expect(screen.getByText(/Password length: not stated/)).toBeTruthy();
  const [edit] = screen.getAllByRole('button', { name: 'Edit' }).slice(-1);
  if (edit) await user.click(edit);
  await fill(await screen.findByRole('textbox', { name: /Explanation/ }), 'By policy.');
  expect(screen.getByText('At least 12 asked for.')).toBeTruthy();
  await fill(screen.getByRole('textbox', { name: 'Password length (characters)' }), '14');
  await user.click(screen.getByRole('button', { name: 'Save “Yes”' }));
  await waitFor(() => {
    const sent = server.requests.find(({ method }) => method === 'PUT');
    expect(sent?.body).toMatchObject({
      ...{ value: 'yes', explanation: 'By policy.', values: { passwordMinLength: 14 } },
    });
  });
});

test('offers the steps and criteria of a maturity question, and shows its business functions', async () => {
  const steps = ['Never', 'Sometimes', 'Mostly', 'Every time'];
  const groups = [{ id: 'G', title: 'Governance', score: { ...score, maturity: 0.29 } }];
  const server = aServerAssessing(undefined, { groups }).on(listQuestions, () => ({
    items: [{ ...mfa, answer: null, steps, criteria: ['It has an owner'] }],
    nextCursor: null,
  }));
  const { user, fill } = renderApp('/assessments/asm_1');
  expect(await screen.findByText('It has an owner')).toBeTruthy();
  expect(screen.getByText('1/5 · 10 % · maturity 0.29')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Sometimes' }));
  await fill(await screen.findByRole('textbox', { name: /Explanation/ }), 'Twice last year.');
  await user.click(screen.getByRole('button', { name: 'Save “Partially”' }));
  await waitFor(() => {
    const sent = server.requests.find(({ method }) => method === 'PUT');
    expect(sent?.body).toMatchObject({ value: 'partially', step: 1 });
  });
});

test('uses the validity that the team has set', async () => {
  const server = aServerAssessing();
  const { user, fill } = renderApp('/assessments');
  await user.click(await screen.findByRole('button', { name: 'Answer validity' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Answer validity' }));
  const days = await dialog.findByRole('textbox', { name: /Days/ });
  expect((days as HTMLInputElement).value).toBe('90');
  await user.clear(days);
  await fill(days, '30');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

  await user.click(screen.getByRole('link', { name: 'Q1 review' }));
  const [yes] = await screen.findAllByRole('button', { name: 'Yes' });
  if (yes) await user.click(yes);
  expect(await screen.findByPlaceholderText('30')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Save “Yes”' }));
  await waitFor(() =>
    expect(server.requests.filter(({ method }) => method === 'PUT')).toHaveLength(2),
  );
  const [changed, given] = server.requests.filter(({ method }) => method === 'PUT');
  expect(changed?.body).toEqual({ validityDays: 30 });
  // Not sent: the team's setting applies.
  expect(given?.body).not.toHaveProperty('validityDays');
});
