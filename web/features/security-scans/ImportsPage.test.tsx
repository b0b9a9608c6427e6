import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { getPosture } from '../../../contract/compliance.js';
import { changeReportPlace, listReportPlaces } from '../../../contract/report-places.js';
import {
  createImport,
  getImport,
  listImports,
  listReportFormats,
  type ReportImport,
} from '../../../contract/security-scans.js';
import { aPosture, emptyPosture } from '../../testing/compliance.builders.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aServer, renderApp } from '../../testing/render-app.js';
import { anImport, aReportFormat } from '../../testing/security-scans.builders.js';

const file = () => new File(['[]'], 'report.ocsf.json', { type: 'application/json' });
const started = anImport({ status: 'queued', progress: 0 });

/** A server whose import passes through these states, one per request. */
function aServerImporting(...states: Partial<ReportImport>[]) {
  let asked = 0;
  return aServer()
    .on(createImport, () => started)
    .on(getImport, () => anImport(states[Math.min(asked++, states.length - 1)]))
    .on(listImports, () => ({ items: [], nextCursor: null }));
}

test('uploads a file, follows its import, and summarises what changed', async () => {
  aServerImporting({ status: 'reading', progress: 0.4 }, { status: 'applying', progress: 0.9 }, {});
  const { user } = renderApp('/imports');
  await user.upload(await screen.findByLabelText('Report files'), file());
  const card = within(await screen.findByRole('article', { name: 'report.ocsf.json' }));
  expect(await card.findByText('Reading 40 %')).toBeTruthy();
  expect(await card.findByText('Applying 90 %', undefined, { timeout: 3_000 })).toBeTruthy();
  expect(await card.findByText('Completed', undefined, { timeout: 3_000 })).toBeTruthy();
  expect(card.getByText('Opened').nextSibling?.textContent).toBe('400');
  expect(card.getByText('Stale').nextSibling?.textContent).toBe('1');
  expect(card.getByRole('link', { name: 'See the posture' })).toBeTruthy();
});

test('shows where the report of a partial import broke off', async () => {
  aServerImporting({ status: 'partial', partial: true, problem: 'It breaks off in row 10,234.' });
  const { user } = renderApp('/imports');
  await user.upload(await screen.findByLabelText('Report files'), file());
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Only part of the report could be read');
  expect(alert.textContent).toContain('It breaks off in row 10,234.');
});

test('says what the person knows about the reports, and shows findings that were not seen', async () => {
  const problem =
    'looks filtered by severity: nothing below high is left; 44 findings were not seen';
  const server = aServerImporting({ problem });
  const { user } = renderApp('/imports');
  await user.click(await screen.findByRole('radio', { name: /They are complete/ }));
  await user.upload(screen.getByLabelText('Report files'), file());
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Findings were not seen');
  expect(alert.textContent).toContain(problem);
  const sent = server.requests.find(({ method }) => method === 'POST');
  expect(sent?.search).toBe('?coverage=complete');
});

test('sets that the reports of an account are whole', async () => {
  const place = { provider: 'aws', accountId: '123456789012', isWhole: false };
  const shown = { ...place, changedAt: null, changedBy: null };
  const server = aServerImporting({}).on(listReportPlaces, () => ({ items: [shown] }));
  server.on(changeReportPlace, () => ({ ...shown, isWhole: true }));
  const { user } = renderApp('/imports');
  const name = 'Reports of aws/123456789012 are whole';
  await user.click(await screen.findByRole('switch', { name }));
  await waitFor(() =>
    expect(server.requests.find(({ method }) => method === 'PUT')?.body).toEqual({
      ...place,
      isWhole: true,
    }),
  );
});

test('sends what was scanned along with a report', async () => {
  const targets: unknown[] = [];
  const server = aServerImporting({});
  server.on(createImport, ({ query }) => {
    targets.push(query.target);
    return started;
  });
  const { user } = renderApp('/imports');
  await user.type(await screen.findByLabelText('What was scanned'), ' acme/shop ');
  await user.upload(screen.getByLabelText('Report files'), file());
  await waitFor(() => expect(targets).toEqual(['acme/shop']));
});

test('names what of a report is not read', async () => {
  const what = 'script results of kinds that are not read (http-title)';
  aServerImporting({ unread: [{ what, count: 1_200 }], notes: ['Its times have no zone.'] });
  const { user } = renderApp('/imports');
  await user.upload(await screen.findByLabelText('Report files'), file());
  expect(await screen.findByText(`Not read: 1,200 ${what}`)).toBeTruthy();
  expect(screen.getByText('Its times have no zone.')).toBeTruthy();
});

test('shows a failed import next to a rejected upload', async () => {
  const server = aServerImporting({ status: 'failed', problem: 'It is neither JSON nor CSV.' });
  const { user } = renderApp('/imports');
  await user.upload(await screen.findByLabelText('Report files'), file());
  const failed = await screen.findByRole('article', { name: 'report.ocsf.json' });
  await waitFor(() => expect(failed.textContent).toContain('It is neither JSON nor CSV.'));
  expect(failed.textContent).toContain('Nothing was imported');

  server.on(createImport, () => {
    throw new MockProblem({ status: 413, title: 'Too large', detail: 'At most 2 GB.' });
  });
  const large = new File(['x'], 'large.json', { type: 'application/json' });
  await user.upload(screen.getByLabelText('Report files'), large);
  const refused = await screen.findByRole('article', { name: 'large.json' });
  await waitFor(() => expect(refused.textContent).toContain('At most 2 GB.'));
  await user.click(within(refused).getByRole('button', { name: 'Dismiss large.json' }));
  expect(screen.queryByRole('article', { name: 'large.json' })).toBeNull();
});

test('shows the first scores after an import from the empty posture page', async () => {
  const server = aServerImporting({}).on(getPosture, emptyPosture);
  const { user } = renderApp('/');
  const input = await screen.findByLabelText('Report files');
  server.on(getPosture, () => aPosture());
  await user.upload(input, file());
  expect(
    await screen.findByRole('img', { name: 'NIST SP 800-53: 34 – 71 %, 52 % covered' }),
  ).toBeTruthy();
});

test('lists past imports with their problems and changes', async () => {
  aServer().on(listImports, () => ({
    items: [
      anImport(),
      anImport({ id: 'imp_0', fileName: 'notes.txt', status: 'failed', problem: 'Not a report.' }),
    ],
    nextCursor: null,
  }));
  renderApp('/imports');
  const failed = await screen.findByRole('row', { name: /notes.txt/ });
  expect(failed.textContent).toContain('Not a report.');
  expect(screen.getByRole('row', { name: /report.ocsf.json.*Completed.*400/ })).toBeTruthy();
});

test('lists the formats that the server reads, with how to make a report', async () => {
  const ofAny = { id: 'sarif', tool: 'sarif', toolTitle: 'SARIF', title: 'SARIF 2.1.0' };
  aServerImporting({}).on(listReportFormats, () => ({
    items: [aReportFormat(), aReportFormat({ ...ofAny, ofAnyTool: true, example: 'Semgrep …' })],
  }));
  renderApp('/imports');
  const table = within(await screen.findByRole('region', { name: 'Report formats' }));
  const [, trivy, sarif] = table.getAllByRole('row');
  expect(trivy?.textContent).toBe('TrivyJSONtrivy image -f json nginxNothing.');
  expect(sarif?.textContent).toBe('Any toolSARIF 2.1.0Semgrep …Nothing.');
});
