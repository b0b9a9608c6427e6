import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  type ControlDetail,
  decideControl,
  getControl,
  withdrawDecision,
} from '../../../contract/compliance.js';
import { getScfBeside } from '../../../contract/scf.js';
import { aControlDetail } from '../../testing/compliance.builders.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const decision: ControlDetail['decision'] = {
  kind: 'override',
  status: 'implemented',
  justification: 'The identity provider enforces it.',
  actor: 'Kim',
  at: '2026-11-01T00:00:00.000Z',
  expiresAt: null,
};

test('explains a status: the rule, what would change it, and accounts without evidence', async () => {
  aServer().on(getControl, () => aControlDetail());
  renderApp('/controls/IAC-06');
  const why = within(await screen.findByRole('region', { name: 'Why?' }));
  expect(why.getByText('412 of 1,302 results fail, among them 3 critical')).toBeTruthy();
  expect(why.getByText('An open critical fail makes a control not implemented.')).toBeTruthy();
  expect(why.getByText(/would make it partial/)).toBeTruthy();
  expect(why.getByText('No evidence from 1 account')).toBeTruthy();
  expect(
    why.getByText(
      '1 region seen: eu-west-1 of aws/1; results of us-east-1, which aws/2 does not list.',
    ),
  ).toBeTruthy();
  expect(
    why.getByRole('link', { name: 'Show the 412 findings that lower it' }).getAttribute('href'),
  ).toBe('/findings?status=open,suppressed,accepted&controlId=IAC-06');
  expect(why.getByRole('link', { name: 'Users have MFA' }).getAttribute('href')).toBe(
    '/findings?status=open,suppressed,accepted&controlId=IAC-06&checkId=iam_user_mfa',
  );
  expect(why.queryByText('Also related')).toBeNull();
});

test('shows checks that only touch the control apart, with a list of their findings', async () => {
  const { explanation } = aControlDetail();
  const [input] = explanation.inputs;
  if (!input) throw new Error('the control needs an input');
  const related = [{ ...input, checkId: 'beside', title: 'Something beside', fail: 7 }];
  aServer().on(getControl, () =>
    aControlDetail({
      explanation: { ...explanation, related, relatedTotal: 1, relatedFindings: 7 },
    }),
  );
  renderApp('/controls/IAC-06');
  const table = within(await screen.findByRole('region', { name: 'Related checks' }));
  expect(table.getByText('1 check that only touches it')).toBeTruthy();
  expect(table.getByRole('link', { name: 'Something beside' })).toBeTruthy();
  const counted = within(screen.getByRole('region', { name: 'Checks that count' }));
  expect(counted.queryByText('Something beside')).toBeNull();
  expect(
    screen.getByRole('link', { name: 'Show the 7 related findings' }).getAttribute('href'),
  ).toBe('/findings?status=open,suppressed,accepted&controlId=IAC-06&related=true');
});

test('shows what answers elsewhere suggest, and that they decide nothing', async () => {
  const at = '2026-11-01T00:00:00.000Z';
  const answeredElsewhere = [
    {
      ...{ framework: 'iso-27001-2022', frameworkName: 'ISO 27001', requirement: 'A.8.5' },
      ...{ title: 'Secure authentication', actor: 'Kim', at, expiresAt: at },
    },
  ];
  aServer().on(getControl, () => aControlDetail({ status: 'not_assessed', answeredElsewhere }));
  renderApp('/controls/IAC-06');
  const answers = within(
    await screen.findByRole('region', { name: 'Suggested by answers elsewhere' }),
  );
  const link = answers.getByRole('link', { name: 'ISO 27001 A.8.5 Secure authentication' });
  expect(link.getAttribute('href')).toBe('/frameworks/iso-27001-2022/requirements/A.8.5');
  expect(answers.getByText(/Other requirements count it as partial/)).toBeTruthy();
  expect(answers.getByText(/^Kim, Nov 1, 2026/)).toBeTruthy();
});

test('lists what proves the control, account by account, and what is missing', async () => {
  const { explanation } = aControlDetail();
  const at = '2026-11-01T00:00:00.000Z';
  const proof: NonNullable<ControlDetail['explanation']['proof']> = {
    ...{ by: 'scans', total: 3, shown: 1, without: ['gcp'], unsurveyed: ['aws/333'] },
    items: [
      { account: 'aws/222', checks: ['iam_root_mfa'], state: 'missing', at: null },
      { account: 'aws/222', checks: ['finds'], state: 'withheld', at, needs: 'detector' },
      { account: 'aws/111', checks: ['a', 'b'], state: 'shown', at },
    ],
  };
  aServer().on(getControl, () => aControlDetail({ explanation: { ...explanation, proof } }));
  renderApp('/controls/IAC-06');
  const table = within(await screen.findByRole('region', { name: 'What proves it' }));
  expect(table.getByText('1 of 3 shown')).toBeTruthy();
  expect(table.getByRole('row', { name: /aws\/222 iam_root_mfa No result/ })).toBeTruthy();
  expect(table.getByRole('row', { name: /finds Not evaluated: detector does not/ })).toBeTruthy();
  expect(table.getByRole('row', { name: /aws\/111 a or b Shown/ })).toBeTruthy();
  expect(screen.getByText(/Scans of gcp show parts of it only/)).toBeTruthy();
  expect(screen.getByText(/1 account \(aws\/333\) are of too few services/)).toBeTruthy();
});

test('says that a person must answer where scans cannot prove a control', async () => {
  const { explanation } = aControlDetail();
  const none = { total: 0, shown: 0, items: [], without: [], unsurveyed: [] };
  const proof = { ...none, by: 'person' as const };
  aServer().on(getControl, () => aControlDetail({ explanation: { ...explanation, proof } }));
  renderApp('/controls/IAC-06');
  expect(await screen.findByText(/A person must answer for the rest/)).toBeTruthy();
});

test('shows the SCF text for the control with its attribution', async () => {
  const text = {
    ...{ id: 'IAC-06', domain: 'IAC', title: 'Second lock', description: 'Two keys.' },
    ...{ question: '', weight: 9, pptdf: null, cadence: null, csfFunction: null, isOurs: true },
    ...{ objectives: [], evidenceRequests: [], risks: [], threats: [] },
    compensatingControls: [{ id: 'AST-77', title: 'Keeping of lamps' }],
    privacyPrinciples: [{ id: '1', title: 'Ask first', text: 'No one is listed without consent.' }],
  };
  const attribution = {
    ...{ text: 'Made-up framework © its makers', release: '2026.1', sha256: 'ab' },
    ...{ licence: 'CC BY-ND 4.0', licenceUrl: 'https://example.org/' },
  };
  aServer()
    .on(getControl, () => aControlDetail())
    .on(getScfBeside, () => ({ text, attribution }));
  renderApp('/controls/IAC-06');
  const scf = within(
    await screen.findByRole('region', { name: 'In the Secure Controls Framework' }),
  );
  expect(scf.getByRole('heading', { name: 'Compensating controls' })).toBeTruthy();
  expect(scf.getByText('Keeping of lamps', { exact: false })).toBeTruthy();
  expect(scf.getByRole('heading', { name: 'Privacy principles' })).toBeTruthy();
  expect(scf.getByText('No one is listed without consent.')).toBeTruthy();
  expect(scf.getByText(/Made-up framework © its makers/)).toBeTruthy();
});

test('explains how each check was matched', async () => {
  aServer().on(getControl, () => aControlDetail());
  const { user } = renderApp('/controls/IAC-06');
  const row = within(await screen.findByRole('row', { name: /Users have MFA/ }));
  expect(row.getByText('Tier 2: stated by the tool, 80 %')).toBeTruthy();
  await user.click(row.getByRole('button', { name: /how iam_user_mfa was matched/ }));
  expect(screen.getByText('The tool states “ia_2”, which is nist IA-2')).toBeTruthy();
  expect(screen.getByText(/“mfa” in title \(3.2\)/)).toBeTruthy();
});

test('saves a decision, and shows a rejection in the dialog', async () => {
  const server = aServer().on(getControl, () => aControlDetail());
  server.on(decideControl, () => {
    throw new MockProblem({
      status: 409,
      title: 'Conflict',
      detail: 'Someone else has decided in the meantime.',
      requestId: 'req-42',
    });
  });
  const { user } = renderApp('/controls/IAC-06');
  await user.click(await screen.findByRole('button', { name: 'Decide' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Decide on IAC-06' }));
  await user.click(dialog.getByRole('radio', { name: 'Not applicable' }));
  await user.type(dialog.getByRole('textbox', { name: /Approver/ }), 'Ada');
  await user.type(dialog.getByRole('textbox', { name: /Justification/ }), 'No accounts of people.');
  await user.click(dialog.getByRole('button', { name: 'Save the decision' }));
  const alert = within(await dialog.findByRole('alert'));
  expect(alert.getByText('Someone else has decided in the meantime.')).toBeTruthy();
  expect(alert.getByText('req-42')).toBeTruthy();

  server.on(decideControl, () => aControlDetail({ decision }));
  await user.click(dialog.getByRole('button', { name: 'Save the decision' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.findLast(({ method }) => method === 'PUT')?.body).toEqual({
    kind: 'not_applicable',
    approver: 'Ada',
    justification: 'No accounts of people.',
  });
});

test('withdraws a decision only after a confirmation', async () => {
  const server = aServer()
    .on(getControl, () => aControlDetail({ decision, contradicted: true }))
    .on(withdrawDecision, () => aControlDetail());
  const { user } = renderApp('/controls/IAC-06');
  expect(await screen.findByText('Overridden: implemented')).toBeTruthy();
  expect(screen.getByText('Contradicted')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Withdraw' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Withdraw the decision?' }));
  expect(server.requests.some(({ method }) => method === 'DELETE')).toBe(false);
  await user.click(dialog.getByRole('button', { name: 'Withdraw' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.some(({ method }) => method === 'DELETE')).toBe(true);
});

test('shows a refused date at its field, and any other problem below the form', async () => {
  const refused = (errors: { path: string; message: string }[]) => () => {
    const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new MockProblem({ status: 422, code: 'invalid_input', detail, errors });
  };
  const date = { path: 'body.expiresAt', message: 'must lie within a year' };
  const server = aServer().on(getControl, () => aControlDetail());
  server.on(decideControl, refused([date]));
  const { user } = renderApp('/controls/IAC-06');
  await user.click(await screen.findByRole('button', { name: 'Decide' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Decide on IAC-06' }));
  await user.type(dialog.getByRole('textbox', { name: /Justification/ }), 'It is in place.');
  await user.click(dialog.getByRole('button', { name: 'Save the decision' }));
  expect(await dialog.findByText('Must lie within a year')).toBeTruthy();
  const until = dialog.getByLabelText(/Valid until/);
  expect(until.getAttribute('aria-invalid')).toBe('true');
  expect(dialog.queryByRole('alert')).toBeNull();

  server.on(decideControl, refused([date, { path: 'body.other', message: 'is wrong' }]));
  await user.click(dialog.getByRole('button', { name: 'Save the decision' }));
  expect((await dialog.findByRole('alert')).textContent).toContain('is wrong');
});
