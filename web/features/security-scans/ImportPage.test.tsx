import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { undoImport } from '../../../contract/import-undo.js';
import { listOpenPorts } from '../../../contract/open-ports.js';
import { getImport, type ImportDetail } from '../../../contract/security-scans.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aServer, renderApp } from '../../testing/render-app.js';
import { anImport } from '../../testing/security-scans.builders.js';

const whole = { rejected: 0, rejections: [], gaps: [], moreGaps: 0 };
const showing = (parts: Partial<ImportDetail>) => aServer().on(getImport, () => anImport(parts));
const hrefOf = (name: string) => screen.getByRole('link', { name }).getAttribute('href');

test('links what an import changed to the findings', async () => {
  showing({ ...whole, accounts: ['aws/111', 'image/ghcr.io/acme/shop'], scanId: 'scan_1' });
  renderApp('/imports/imp_1');
  expect(await screen.findByRole('heading', { level: 1, name: 'report.ocsf.json' })).toBeTruthy();
  expect(hrefOf('400 opened')).toBe('/findings?importId=imp_1&change=opened');
  expect(hrefOf('7 reopened')).toBe('/findings?importId=imp_1&change=reopened');
  expect(hrefOf('3 resolved')).toBe('/findings?importId=imp_1&change=resolved');
  expect(hrefOf('1 stale')).toBe('/findings?stale=true&accountId=111,ghcr.io%2Facme%2Fshop');
  expect(hrefOf('scan_1')).toBe('/scans/scan_1');
  const unread = screen.getByRole('region', { name: 'Not read' });
  expect(unread.textContent).toContain('Everything in the report was read');
});

test('lists rejected results with their place, unsupported parts and gaps', async () => {
  showing({
    status: 'partial',
    rejected: 60,
    rejections: [{ at: 'result 3 at line 7', reason: 'has no check' }],
    unread: [{ what: 'script results of kinds that are not read', count: 12 }],
    gaps: [{ what: 'eu-west-1', why: 'access denied <b>x</b>' }],
    moreGaps: 0,
    notes: ['A time in the future was read as the time of import.'],
  });
  renderApp('/imports/imp_1');
  const rejected = within(await screen.findByRole('region', { name: '60 results not read' }));
  expect(rejected.getByRole('row', { name: /result 3 at line 7.*has no check/ })).toBeTruthy();
  const unread = screen.getByRole('region', { name: 'Not read' });
  expect(unread.textContent).toContain('and 59 more');
  expect(unread.textContent).toContain('script results of kinds that are not read12');
  expect(unread.textContent).toContain('access denied <b>x</b>');
  expect(unread.textContent).toContain('A time in the future was read');
});

test('says of an import from before an update that its changes were not recorded', async () => {
  const undo = { possible: false, reason: 'the import is from a release that did not record' };
  showing({ ...whole, isUntraced: true, undo });
  renderApp('/imports/imp_1');
  expect(await screen.findByText(/from before an update/)).toBeTruthy();
  expect(screen.queryByRole('link', { name: '400 opened' })).toBeNull();
  expect(screen.queryByRole('link', { name: /findings that it reported/ })).toBeNull();
});

test('undoes an import after a confirmation', async () => {
  let item = anImport(whole);
  const server = aServer()
    .on(getImport, () => item)
    .on(undoImport, () => {
      const undo = { possible: false, reason: 'the import is already undone' };
      item = anImport({ ...whole, status: 'undone', undoneAt: '2026-11-21T10:00:00.000Z', undo });
      return item;
    });
  const { user } = renderApp('/imports/imp_1');
  await user.click(await screen.findByRole('button', { name: 'Undo the import' }));
  const dialog = await screen.findByRole('dialog', {
    name: 'Undo the import of report.ocsf.json?',
  });
  expect(dialog.textContent).toContain('400 opened findings: removed');
  await user.click(within(dialog).getByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('This import is undone')).toBeTruthy();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.find(({ method }) => method === 'POST')?.path).toMatch(/imp_1\/undo$/);
  expect(screen.queryByRole('link', { name: '400 opened' })).toBeNull();
});

test('says why an import cannot be undone, before or after the click', async () => {
  const server = showing({ undo: { possible: false, reason: 'a newer import rests on it' } });
  const first = renderApp('/imports/imp_1');
  const label = await screen.findByText('Cannot be undone');
  expect(label.nextSibling?.textContent).toBe('a newer import rests on it');
  expect(screen.queryByRole('button', { name: 'Undo the import' })).toBeNull();
  first.unmount();

  server
    .on(getImport, () => anImport())
    .on(undoImport, () => {
      throw new MockProblem({ status: 409, detail: 'it was triaged since' });
    });
  const { user } = renderApp('/imports/imp_1');
  await user.click(await screen.findByRole('button', { name: 'Undo the import' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Undo' }));
  expect((await screen.findByRole('alert')).textContent).toContain('it was triaged since');
});

test('shows the open ports that a network report saw, findings or not', async () => {
  const seen = { address: '192.0.2.1', protocol: 'tcp', product: null, version: null };
  const at = '2026-11-20T10:00:00.000Z';
  const port = {
    ...seen,
    port: 22,
    service: 'ssh',
    encrypted: false,
    isFinding: false,
    seenAt: at,
  };
  const host = { host: '192.0.2.1', importId: 'imp_1', scanId: null, seenAt: at, isCut: false };
  showing({ ...whole, accounts: ['network/192.0.2.1'] }).on(listOpenPorts, ({ query }) => ({
    items: query.importId === 'imp_1' ? [{ ...host, ports: [port] }] : [],
    nextCursor: null,
  }));
  renderApp('/imports/imp_1');
  const row = await screen.findByRole('row', { name: /22\/tcp/ });
  expect(row.textContent).toContain('ssh');
});
