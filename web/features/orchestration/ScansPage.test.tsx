import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { getPosture } from '../../../contract/compliance.js';
import { listScans } from '../../../contract/orchestration.js';
import { aPosture, emptyPosture } from '../../testing/compliance.builders.js';
import { aScanSummary } from '../../testing/orchestration.builders.js';
import { aMe, aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const running = aScanSummary({
  id: 'scan_2',
  target: 'https://shop.example/',
  kind: 'web',
  status: 'running',
  progress: 0.4,
  finishedAt: null,
  subJobs: { running: 1 },
});

function aServerWithScans(me = aMe()) {
  return aServer(me).on(listScans, ({ query }) => {
    if (query.status?.includes('running')) return { items: [running], nextCursor: null };
    return query.cursor
      ? { items: [aScanSummary({ id: 'scan_0', target: 'Older' })], nextCursor: null }
      : { items: [aScanSummary({ problem: 'us-east-1: access denied' })], nextCursor: 'more' };
  });
}

test('shows running scans with progress above ended ones', async () => {
  aServerWithScans();
  renderApp('/scans');
  const now = within(await screen.findByRole('region', { name: 'Running now' }));
  expect(await now.findByRole('link', { name: 'https://shop.example/' })).toBeTruthy();
  expect(now.getByRole('progressbar', { name: 'Progress of https://shop.example/' })).toBeTruthy();
  const history = within(screen.getByRole('list', { name: 'Scans' }));
  const first = await history.findByRole('article', { name: 'Cloud account: Production' });
  expect(first.textContent).toContain('3 sub-jobs, 1 failed');
  expect(first.textContent).toContain('us-east-1: access denied');
  expect(first.textContent).toContain('40 opened, 3 resolved');
  expect(await history.findByRole('link', { name: 'Older' })).toBeTruthy();
});

test('keeps filters in the URL and sends them to the server', async () => {
  const server = aServerWithScans();
  const { user, address } = renderApp('/scans?target=cloud/acc_1');
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Kind of scan' }), 'cloud');
  await user.click(screen.getByRole('button', { name: 'Partial' }));
  await waitFor(() =>
    expect(address()).toBe('/scans?target=cloud%2Facc_1&kind=cloud&status=partial'),
  );
  await waitFor(() => {
    const asked = server.requests.findLast(({ search }) => search.includes('status=partial'));
    expect(asked?.search).toContain('kind=cloud&target=cloud%2Facc_1');
  });
  await user.click(
    screen.getByRole('button', { name: 'Show scans of all targets, not only Production' }),
  );
  await waitFor(() => expect(address()).toBe('/scans?kind=cloud&status=partial'));
});

const nothing = () => ({ items: [], nextCursor: null });

test('suggests what to do next while there are no scans', async () => {
  aServer().on(listScans, nothing);
  renderApp('/scans');
  const link = await screen.findByRole('link', { name: 'Check a web site' });
  expect(link.getAttribute('href')).toBe('/scans/new?kind=web');
});

test('tells users without permission whom to ask', async () => {
  aServer(aMeWithout('scans:run', 'accounts:write')).on(listScans, nothing);
  renderApp('/scans');
  expect(await screen.findByText(/Your role may see scans but not start them/)).toBeTruthy();
  expect(screen.queryByRole('link', { name: /New scan|Check a web site/ })).toBeNull();
});

test('shows running scans on the posture page, and suggests scans on an empty one', async () => {
  const server = aServerWithScans().on(getPosture, () => aPosture());
  const { unmount } = renderApp('/');
  const brief = within(await screen.findByRole('region', { name: 'Running scans' }));
  expect(brief.getByRole('link', { name: 'https://shop.example/' })).toBeTruthy();
  unmount();
  server.on(getPosture, emptyPosture).on(listScans, nothing);
  renderApp('/');
  expect(await screen.findByRole('link', { name: 'Add a cloud account' })).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'Running scans' })).toBeNull();
});

test('hides the section when the server does not load its module', async () => {
  const me = aMe();
  const modules = me.modules.filter(({ name }) => name !== 'orchestration');
  aServer({ ...me, modules }).on(getPosture, emptyPosture);
  renderApp('/');
  const navigation = within(await screen.findByRole('navigation', { name: 'Main' }));
  expect(navigation.getByRole('link', { name: 'Findings' })).toBeTruthy();
  expect(navigation.queryByRole('link', { name: 'Scans' })).toBeNull();
  expect(screen.queryByRole('link', { name: 'Check a web site' })).toBeNull();
});
