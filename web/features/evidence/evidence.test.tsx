import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { listFrameworks } from '../../../contract/compliance.js';
import {
  changeEvidence,
  type EvidenceDetail,
  getEvidence,
  getEvidenceCoverage,
  getEvidenceGaps,
  getEvidenceSettings,
  listEvidence,
  listPackages,
  putEvidenceSettings,
  uploadEvidence,
} from '../../../contract/evidence.js';
import { aFramework } from '../../testing/compliance.builders.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const at = '2026-11-20T10:00:00.000Z';
const revision = {
  number: 1,
  sha256: 'ab12',
  sizeBytes: 1_400,
  mediaType: 'text/plain',
  fileName: 'policy.txt',
  masked: true,
  uploadedAt: at,
  uploadedBy: 'Kim',
};

function anItem(parts: Partial<EvidenceDetail> = {}): EvidenceDetail {
  return {
    id: 'evd_1',
    kind: 'policy',
    state: 'approved',
    title: 'Access policy',
    description: '',
    source: { tool: null, toolVersion: null, importId: null, reportSha256: null, person: 'Kim' },
    controlIds: ['IAC-06'],
    requirements: [{ framework: 'nist', requirement: 'AC-1' }],
    effectiveFrom: at,
    effectiveTo: null,
    collectedAt: at,
    createdAt: at,
    createdBy: 'Kim',
    expiresAt: '2027-11-20T10:00:00.000Z',
    valid: true,
    quality: { score: 80, parts: [] },
    revision,
    summary: null,
    renewalRequestedAt: null,
    deletedAt: null,
    revisions: [revision],
    reviews: [],
    answers: [],
    links: [],
    controls: [],
    mayApprove: true,
    ...parts,
  };
}

const aServerWithEvidence = (me = aMeWithout()) =>
  aServer(me).on(listEvidence, () => ({ items: [anItem()], nextCursor: null }));

test('shows and changes the review rule and the upload limit', async () => {
  let settings = { fourEyes: false, maxUploadMegabytes: 25 };
  const server = aServerWithEvidence()
    .on(getEvidenceSettings, () => settings)
    .on(putEvidenceSettings, ({ body }) => {
      settings = body;
      return settings;
    });
  const { user, fill } = renderApp('/evidence');
  await user.click(await screen.findByRole('button', { name: 'Settings' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Evidence settings' }));
  const limit = dialog.getByLabelText('Upload limit in megabytes');
  await waitFor(() => expect(limit).toHaveProperty('value', '25'));
  await user.click(dialog.getByRole('checkbox', { name: 'Second reviewer required' }));
  await fill(limit, '101');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(dialog.getByText('A whole number from 1 to 100')).toBeTruthy();
  expect(server.requests.some(({ method }) => method === 'PUT')).toBe(false);
  await fill(limit, '40');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(settings).toEqual({ fourEyes: true, maxUploadMegabytes: 40 });
});

test('uploads dropped files one by one, and keeps failed ones for a retry', async () => {
  const names: string[] = [];
  let isFull = true;
  const server = aServerWithEvidence().on(uploadEvidence, ({ query }) => {
    const sent = names.length;
    if (sent === 1 && isFull) throw new MockProblem({ status: 413, detail: 'At most 25 MB.' });
    names.push(String(query.kind));
    return { ...anItem({ id: `evd_${sent}` }), duplicate: false };
  });
  const { user } = renderApp('/evidence');
  const files = ['one.txt', 'two.txt'].map((name) => new File([name], name));
  await user.upload(await screen.findByLabelText('Evidence files'), files);
  const dialog = within(await screen.findByRole('dialog', { name: 'Upload evidence' }));
  expect(dialog.getByText('one.txt, two.txt')).toBeTruthy();
  expect(dialog.getByLabelText('Title')).toHaveProperty('disabled', true);
  await user.selectOptions(dialog.getByLabelText('Kind'), 'procedure');
  await user.click(dialog.getByRole('button', { name: 'Upload' }));
  expect((await dialog.findByRole('alert')).textContent).toContain('At most 25 MB.');
  expect(dialog.getByText('two.txt')).toBeTruthy();
  isFull = false;
  await user.click(dialog.getByRole('button', { name: 'Upload' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(names).toEqual(['procedure', 'procedure']);
  expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
});

test('uploads a policy with its effective date, and shows from when it counts', async () => {
  const item = anItem({ valid: false, effectiveFrom: '2199-01-31T00:00:00.000Z' });
  const asked: unknown[] = [];
  aServerWithEvidence()
    .on(getEvidence, () => item)
    .on(uploadEvidence, ({ query }) => {
      asked.push(query.effectiveFrom);
      return { ...item, duplicate: true };
    });
  const { user, fill } = renderApp('/evidence');
  const file = new File(['words'], 'policy.txt');
  await user.upload(await screen.findByLabelText('Evidence files'), file);
  const dialog = within(await screen.findByRole('dialog', { name: 'Upload evidence' }));
  await fill(dialog.getByLabelText('In effect from'), '2026-01-31');
  await user.click(dialog.getByRole('button', { name: 'Upload' }));
  const known = await dialog.findByText(/This content exists already/);
  expect(asked).toEqual(['2026-01-31T00:00:00.000Z']);
  await user.click(within(known).getByRole('link', { name: 'Access policy' }));
  expect(await screen.findByText(/^Counts from .*2199$/)).toBeTruthy();
  expect(screen.queryByText('Does not count now')).toBeNull();
});

test('offers neither upload nor settings without permission', async () => {
  aServerWithEvidence(aMeWithout('evidence:write'));
  renderApp('/evidence');
  expect(await screen.findByRole('link', { name: 'Access policy' })).toBeTruthy();
  expect(screen.queryByLabelText('Evidence files')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Settings' })).toBeNull();
});

test('edits title, links and dates, and sends only the changes', async () => {
  let now = anItem();
  const server = aServer()
    .on(getEvidence, () => now)
    .on(changeEvidence, ({ body: { title = now.title } }) => {
      now = anItem({ title, state: 'pending_review' });
      return now;
    });
  const { user, fill } = renderApp('/evidence/evd_1');
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Edit this evidence' }));
  const controls = dialog.getByLabelText('Supported controls', { selector: 'input' });
  const requirements = dialog.getByLabelText(/^Supported requirements/, { selector: 'input' });
  const until = dialog.getByLabelText('Valid until');
  expect(dialog.getByLabelText(/In effect from/)).toHaveProperty('value', '2026-11-20');
  await fill(dialog.getByRole('textbox', { name: /Title/ }), 'Policy on access');
  expect(dialog.queryByText(/returns it to review/)).toBeNull();
  await user.type(controls, 'gov-01{Enter}');
  expect(dialog.getByText(/returns it to review/)).toBeTruthy();
  await fill(requirements, 'AC-2');
  await user.keyboard('{Enter}');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(dialog.getByText('Write each as framework/requirement')).toBeTruthy();
  await user.type(requirements, '{Backspace}');
  await fill(until, '2027-06-30');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Policy on access' })).toBeTruthy();
  const sent = server.requests.filter(({ method }) => method === 'PATCH');
  expect(sent.map(({ body }) => body)).toEqual([
    {
      title: 'Policy on access',
      controlIds: ['IAC-06', 'GOV-01'],
      effectiveTo: '2027-06-30T23:59:59.000Z',
    },
  ]);
});

test('offers no editing of evidence collected from a scan', async () => {
  const source = { ...anItem().source, tool: 'prowler', importId: 'imp_1', person: null };
  aServer().on(getEvidence, () => anItem({ kind: 'scan', source }));
  renderApp('/evidence/evd_1');
  expect(await screen.findByRole('button', { name: 'Remove' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
});

test('exports each framework as OSCAL and OCSF', async () => {
  aServer()
    .on(listPackages, () => ({ items: [], nextCursor: null }))
    .on(listFrameworks, () => ({ items: [aFramework({ id: 'own/1', name: 'Our own' })] }));
  renderApp('/evidence/packages');
  const row = within(await screen.findByRole('listitem', { name: 'Exports of Our own' }));
  const hrefs = row.getAllByRole('link').map((link) => link.getAttribute('href'));
  expect(hrefs).toEqual([
    '/api/evidence/oscal/own%2F1?model=assessment-results',
    '/api/evidence/oscal/own%2F1?model=poam',
    '/api/compliance-engine/export/ocsf?framework=own%2F1',
  ]);
  const all = screen.getByRole('link', { name: /^All results as OCSF/ });
  expect(all.getAttribute('href')).toBe('/api/compliance-engine/export/ocsf');
});

test('lists the requirements that lack evidence, with links to their pages', async () => {
  const missing = ['GOV-02', 'attestation'];
  const requirements = [{ id: 'AC-1', title: 'Policy', weight: 5, share: 0, missing }];
  aServer()
    .on(getEvidenceCoverage, () => ({ items: [] }))
    .on(getEvidenceGaps, () => ({ frameworkId: 'nist', controls: [], requirements }));
  renderApp('/evidence/gaps?framework=nist');
  const region = within(
    await screen.findByRole('region', { name: '1 requirement without evidence for every part' }),
  );
  expect(region.getByRole('link', { name: 'AC-1 Policy' }).getAttribute('href')).toBe(
    '/frameworks/nist/requirements/AC-1',
  );
  expect(region.getByText('Missing: GOV-02, attestation')).toBeTruthy();
  expect(screen.queryByText(/^Gaps/)).toBeNull();
});
