import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { getRequirement, type RequirementWhy } from '../../../contract/compliance.js';
import { aRequirement } from '../../testing/compliance.builders.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const at = '2026-11-01T00:00:00.000Z';
const group = {
  tool: 'prowler',
  severity: 'high',
  service: 'iam',
  accounts: 1,
  regions: 1,
} as const;

function aRequirementWhy(parts: Partial<RequirementWhy> = {}): RequirementWhy {
  return {
    ...aRequirement({ id: 'CC6.1', title: 'Logical access', status: 'failing', weight: 9 }),
    framework: { id: 'soc2', name: 'SOC 2', version: '2017' },
    sectionTitle: 'Access',
    why: 'IAC-06 is not implemented.',
    regions: [],
    scoped: false,
    controls: [],
    findings: { total: 0, checksTotal: 0, checks: [] },
    decisions: [],
    evidence: { total: 0, items: [] },
    history: [],
    steps: [],
    evaluatedAt: at,
    attributions: [],
    ...parts,
  };
}

const full = aRequirementWhy({
  regions: [{ account: 'aws/1', kind: 'one_region', regions: ['eu-west-1'], total: 1 }],
  controls: [
    {
      ...{ id: 'IAC-06', title: 'Multi-factor authentication', relation: 'superset' },
      ...{ status: 'not_implemented', kind: 'technology', assurance: 'fresh' },
      ...{ reason: '45 of 59 results fail; worst iam_mfa (high).', openFindings: 45 },
    },
  ],
  findings: {
    total: 45,
    checksTotal: 1,
    checks: [
      {
        ...{ ...group, checkId: 'iam_mfa', title: 'Users have MFA', findings: 45 },
        controls: ['IAC-06'],
        worst: [
          {
            ...{ findingId: 'fnd_1', resource: 'root', provider: 'aws', accountId: '111' },
            ...{ region: 'eu-west-1', severity: 'high' },
          },
        ],
      },
    ],
  },
  decisions: [
    {
      ...{ controlId: 'IAC-06', kind: 'answer', status: 'partial', actor: 'Kim', at },
      ...{ justification: 'Only administrators have it.', expiresAt: null },
    },
  ],
  evidence: {
    total: 1,
    items: [
      {
        ...{ id: 'evd_1', kind: 'scan', state: 'auto_collected', title: 'Scan of aws/111' },
        ...{
          controlIds: ['IAC-06'],
          effectiveFrom: at,
          collectedAt: at,
          expiresAt: at,
          valid: false,
        },
      },
    ],
  },
  history: [
    {
      ...{ controlId: 'IAC-06', at, from: 'implemented', to: 'not_implemented' },
      ...{ cause: 'evidence', reason: '45 of 59 results fail.' },
    },
  ],
  steps: [
    { controlId: 'IAC-06', texts: ['Fix 45 failing results of iam_mfa.'], gain: 1.25 },
    { controlId: null, texts: ['Attest the part that its controls do not cover.'], gain: 0.5 },
  ],
});

const region = async (name: string) => within(await screen.findByRole('region', { name }));
const hrefOf = (inside: ReturnType<typeof within>, name: string) =>
  inside.getByRole('link', { name }).getAttribute('href');

test('answers why on one screen: controls, checks, statements, evidence, history, next steps', async () => {
  aServer().on(getRequirement, () => full);
  renderApp('/frameworks/soc2/requirements/CC6.1');
  const why = await region('Why?');
  expect(why.getByText('IAC-06 is not implemented.')).toBeTruthy();
  expect(why.getByText('1 region seen: eu-west-1 of aws/1.')).toBeTruthy();
  expect(screen.getByRole('heading', { level: 1, name: 'CC6.1 Logical access' })).toBeTruthy();
  const controls = await region('Controls');
  expect(controls.getByText(/Covers a part of it/)).toBeTruthy();
  expect(hrefOf(controls, '45 findings')).toBe(
    '/findings?status=open,suppressed,accepted&controlId=IAC-06',
  );
  const checks = await region('Failing checks');
  expect(hrefOf(checks, 'Show the 45 findings')).toBe(
    '/findings?status=open,suppressed,accepted&controlId=IAC-06',
  );
  expect(hrefOf(checks, 'Users have MFA')).toBe(
    '/findings?status=open,suppressed,accepted&controlId=IAC-06&tool=prowler&checkId=iam_mfa',
  );
  expect(checks.getAllByRole('link', { name: 'root' })[0]?.getAttribute('href')).toBe(
    '/findings/fnd_1',
  );
  const steps = await region('What would change it');
  expect(steps.getAllByText(/points$/).map(({ textContent }) => textContent)).toEqual([
    '+1.25 points',
    '+0.50 points',
  ]);
  expect((await region('Answers and attestations')).getByText(/Only administrators/)).toBeTruthy();
  expect(hrefOf(await region('Evidence'), 'Scan of aws/111')).toBe('/evidence/evd_1');
  expect((await region('History')).getByText(/because of new evidence/)).toBeTruthy();
});

test('limits the lists to the accounts of a framework with a scope', async () => {
  aServer().on(getRequirement, () => ({ ...full, scoped: true }));
  renderApp('/frameworks/soc2/requirements/CC6.1');
  expect(hrefOf(await region('Failing checks'), 'Show the 45 findings')).toContain(
    'frameworkId=soc2',
  );
});

test('says what is missing where there is nothing yet', async () => {
  aServer().on(getRequirement, () => aRequirementWhy({ evidence: null, attestationNeeded: true }));
  renderApp('/frameworks/soc2/requirements/CC6.1');
  expect((await region('Controls')).getByText(/only a person can attest it/)).toBeTruthy();
  expect((await region('Failing checks')).getByText(/No finding lowers it/)).toBeTruthy();
  expect((await region('Evidence')).getByText(/evidence module is unavailable/)).toBeTruthy();
  const statements = await region('Answers and attestations');
  expect(statements.getByRole('button', { name: 'Attest CC6.1' })).toBeTruthy();
});

test('shows the nearest ids when there is no such requirement', async () => {
  aServer().on(getRequirement, () => {
    throw new MockProblem({
      status: 404,
      title: 'Not Found',
      detail: 'soc2 has no requirement CC6.9; nearest: CC6.1',
    });
  });
  renderApp('/frameworks/soc2/requirements/CC6.9');
  expect(await screen.findByText(/nearest: CC6\.1/)).toBeTruthy();
});
