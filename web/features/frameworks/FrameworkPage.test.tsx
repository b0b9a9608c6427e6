import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  attestRequirement,
  getFramework,
  withdrawAttestation,
} from '../../../contract/compliance.js';
import { aFramework, aRequirement } from '../../testing/compliance.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const attestation = {
  statement: 'Reviewed on site.',
  actor: 'Kim',
  at: '2026-11-01T00:00:00.000Z',
  expiresAt: '2027-10-01T00:00:00.000Z',
};
const requirementStates = [
  aRequirement({ id: 'AC-1', title: 'Access policy', attestationNeeded: true }),
  aRequirement({
    id: 'AC-2',
    title: 'Accounts are managed',
    status: 'failing',
    controls: [
      {
        id: 'IAC-06',
        title: 'Multi-factor authentication',
        relation: 'subset',
        status: 'not_implemented',
      },
    ],
  }),
  aRequirement({
    id: 'AU-1',
    title: 'Audit policy',
    section: 'AU',
    status: 'satisfied',
    attestationNeeded: true,
    attestation,
  }),
];
const framework = {
  ...aFramework(),
  source: null,
  attributions: ['Made-up framework © its makers'],
  sections: [
    { id: 'AC', title: 'Access control' },
    { id: 'AU', title: 'Audit' },
  ],
  requirementStates,
};

test('lists every requirement in its section with status and controls', async () => {
  aServer().on(getFramework, () => framework);
  renderApp('/frameworks/nist');
  const list = within(await screen.findByRole('list', { name: 'Requirements' }));
  expect(list.getAllByRole('article')).toHaveLength(3);
  expect(screen.getByText('Made-up framework © its makers')).toBeTruthy();
  expect(list.getByRole('heading', { name: 'AC Access control' })).toBeTruthy();
  const accounts = within(list.getByRole('article', { name: 'AC-2 Accounts are managed' }));
  expect(accounts.getByText('Failing')).toBeTruthy();
  expect(
    accounts
      .getByRole('link', { name: 'IAC-06 Multi-factor authentication, Not implemented' })
      .getAttribute('href'),
  ).toBe('/controls/IAC-06');
});

test('marks an outdated attestation, and offers to renew or withdraw it', async () => {
  const outdated = aRequirement({
    id: 'AC-1',
    title: 'Access policy',
    attestationNeeded: true,
    outdatedAttestation: attestation,
  });
  aServer().on(getFramework, () => ({ ...framework, requirementStates: [outdated] }));
  renderApp('/frameworks/nist');
  const policy = within(await screen.findByRole('article', { name: 'AC-1 Access policy' }));
  expect(policy.getByText('The requirement has changed since. Attest again.')).toBeTruthy();
  expect(policy.queryByText(/Attested until/)).toBeNull();
  expect(policy.getByRole('button', { name: 'Attest AC-1' })).toBeTruthy();
  expect(policy.getByRole('button', { name: 'Withdraw the attestation of AC-1' })).toBeTruthy();
});

test('keeps the status and text filters in the URL', async () => {
  aServer().on(getFramework, () => framework);
  const { user, address } = renderApp('/frameworks/nist');
  await user.click(await screen.findByRole('button', { name: 'Failing 37' }));
  await waitFor(() => expect(address()).toBe('/frameworks/nist?status=failing'));
  expect(screen.getAllByRole('article')).toHaveLength(1);
  await user.type(
    screen.getByRole('searchbox', { name: 'Search requirements and controls' }),
    'audit',
  );
  await waitFor(() => expect(address()).toBe('/frameworks/nist?status=failing&q=audit'));
  expect(screen.queryAllByRole('article')).toHaveLength(0);
});

test('opens with the filters from the URL', async () => {
  aServer().on(getFramework, () => framework);
  renderApp('/frameworks/nist?q=multi-factor&status=nonsense');
  const articles = await screen.findAllByRole('article');
  expect(articles.map((each) => each.getAttribute('aria-label'))).toEqual([
    'AC-2 Accounts are managed',
  ]);
});

test('attests with a statement, and validates it before sending', async () => {
  const server = aServer()
    .on(getFramework, () => framework)
    .on(attestRequirement, () => aRequirement({ attestation }));
  const { user } = renderApp('/frameworks/nist');
  await user.click(await screen.findByRole('button', { name: 'Attest AC-1' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Attest AC-1' }));
  await user.type(dialog.getByRole('textbox', { name: /Statement/ }), 'short');
  await user.click(dialog.getByRole('button', { name: 'Attest' }));
  expect(dialog.getByText('Write at least 10 characters')).toBeTruthy();
  await user.type(dialog.getByRole('textbox', { name: /Statement/ }), ' but now longer');
  await user.click(dialog.getByRole('button', { name: 'Attest' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const sent = server.requests.find(({ method }) => method === 'PUT');
  expect(sent?.path).toBe('/api/frameworks/nist/requirements/AC-1/attestation');
  expect(sent?.body).toMatchObject({ statement: 'short but now longer' });
});

test('shows asked numbers and answers, and attests with a number', async () => {
  const asked = { parameter: 'passwordMinLength', title: 'Password length', unit: 'characters' };
  const given = {
    statement: 'By policy.',
    actor: 'Kim',
    at: '2026-01-01',
    expiresAt: '2027-01-01',
  };
  const requirement = aRequirement({
    ...{ id: 'AC-1', status: 'partial' },
    answer: { ...given, value: 'yes', unsupported: true },
    controls: [
      {
        ...{ id: 'IAC-06', title: 'MFA', relation: 'superset', status: 'not_assessed' },
        implementedUntil: '2026-05-30',
      },
    ],
    numbers: [
      {
        ...{ ...asked, min: 12, status: 'not_assessed', stated: null },
        why: 'At least 12 characters asked for: no check and no person states a number.',
      },
    ],
  });
  const server = aServer()
    .on(getFramework, () => ({ ...framework, requirementStates: [requirement] }))
    .on(attestRequirement, () => requirement);
  const { user, fill } = renderApp('/frameworks/nist');
  expect(
    await screen.findByText(
      'Password length. At least 12 characters asked for: no check and no person states a number.',
    ),
  ).toBeTruthy();
  expect(
    screen.getByText('Kim answered “yes” without evidence: it counts as partial.'),
  ).toBeTruthy();
  const lapsed = 'IAC-06 was implemented until 2026-05-30: the evidence has expired.';
  expect(screen.getByText(lapsed)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Attest AC-1' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Attest AC-1' }));
  await fill(dialog.getByRole('textbox', { name: /Statement/ }), 'Set in the directory.');
  await fill(dialog.getByRole('textbox', { name: 'Password length (characters)' }), '14');
  await user.click(dialog.getByRole('button', { name: 'Attest' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const sent = server.requests.find(({ method }) => method === 'PUT');
  expect(sent?.body).toMatchObject({ values: { passwordMinLength: 14 } });
});

test('withdraws an attestation after a confirmation', async () => {
  const server = aServer()
    .on(getFramework, () => framework)
    .on(withdrawAttestation, () => aRequirement());
  const { user } = renderApp('/frameworks/nist');
  await user.click(await screen.findByRole('button', { name: 'Withdraw the attestation of AU-1' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Withdraw' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.some(({ method }) => method === 'DELETE')).toBe(true);
});

test('shows what binds nobody here, and the edition that supersedes the framework', async () => {
  const [first, second] = requirementStates;
  if (!first || !second) throw new Error('no requirements');
  aServer().on(getFramework, () => ({
    ...framework,
    source: {
      ...{ publication: 'Made-up rules', published: '2019-08-06', count: 2 },
      ...{ ids: 'compared with a second list', checked: '2026-12' },
    },
    supersededBy: {
      ...{ id: 'nist-2', name: 'NIST', version: '2', carriedOver: 1, requirements: 2 },
    },
    requirementStates: [
      { ...first, status: 'not_applicable' as const, counted: false as const },
      { ...second, movesTo: ['AC-20'] },
    ],
  }));
  renderApp('/frameworks/nist');
  const listed = within(await screen.findByRole('article', { name: `${first.id} ${first.title}` }));
  expect(listed.getByText('Not an obligation of yours')).toBeTruthy();
  expect(
    screen.getByText('2 requirements; 1 in this framework are not obligations of yours'),
  ).toBeTruthy();
  expect(screen.getByText('In the newer edition: AC-20')).toBeTruthy();
  expect(screen.getByText(/1 of your 2 requirements carry over/)).toBeTruthy();
  const newer = screen.getByRole('link', { name: 'NIST 2' });
  expect(newer.getAttribute('href')).toBe('/frameworks/nist-2');
  expect(screen.getByText(/compared with a second list. Checked 2026-12/)).toBeTruthy();
});
