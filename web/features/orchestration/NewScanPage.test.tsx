import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { listCloudAccounts } from '../../../contract/cloud-security.js';
import { estimateScan, getScan, startScan } from '../../../contract/orchestration.js';
import { getOwnTargets, listTools, putOwnTargets } from '../../../contract/scan-operations.js';
import { anAccount } from '../../testing/cloud-security.builders.js';
import { MockProblem, type MockServer } from '../../testing/mock-server.js';
import { aScan, someTools } from '../../testing/orchestration.builders.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const expectedScan = {
  target: 'https://shop.example/',
  subJobs: [{ tool: 'web-check', name: 'web-check' }],
  estimateMs: null,
  basedOn: 0,
  runningScanId: null,
};

function aScanServer(): MockServer {
  return aServer()
    .on(listTools, () => ({ items: someTools() }))
    .on(estimateScan, () => expectedScan)
    .on(getScan, () => aScan())
    .on(startScan, () => aScan());
}
const started = (server: MockServer) =>
  server.requests.filter(({ method, path }) => method === 'POST' && path === '/api/scans');
const preview = () => screen.findByRole('region', { name: 'Before it starts' });

test('previews a web site scan, then starts it and opens its page', async () => {
  const server = aScanServer();
  const { user, address } = renderApp('/scans/new');
  await user.type(await screen.findByRole('textbox', { name: /^Address/ }), 'shop.example');
  const before = within(await preview());
  expect(await before.findByText('1 sub-job')).toBeTruthy();
  expect(before.getByText(/this target has not been scanned before/)).toBeTruthy();
  expect(started(server)).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Start scan' }));
  await waitFor(() => expect(address()).toBe('/scans/scan_1'));
  expect(started(server)[0]?.body).toEqual({
    kind: 'web',
    url: 'https://shop.example',
    depth: 'headers',
  });
});

test('shows and validates only the fields of the chosen kind', async () => {
  const server = aScanServer();
  const { user, address } = renderApp('/scans/new?kind=image');
  expect(await screen.findByRole('textbox', { name: /^Image/ })).toBeTruthy();
  expect(screen.queryByRole('textbox', { name: /^Address/ })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Start scan' }));
  const field = screen.getByRole('textbox', { name: /^Image/ });
  await waitFor(() => expect(document.activeElement).toBe(field));
  expect(screen.getByText('This field is required')).toBeTruthy();
  await user.click(screen.getByRole('radio', { name: /^Network/ }));
  expect(address()).toBe('/scans/new?kind=network');
  expect(screen.queryByText('This field is required')).toBeNull();
  await user.type(
    screen.getByRole('textbox', { name: /^Hosts and ranges/ }),
    '192.0.2.1{enter}a.example',
  );
  await user.selectOptions(screen.getByRole('combobox', { name: 'Profile' }), 'thorough');
  await user.click(screen.getByRole('button', { name: 'Start scan' }));
  await waitFor(() => expect(started(server)).toHaveLength(1));
  expect(started(server)[0]?.body).toEqual({
    kind: 'network',
    targets: ['192.0.2.1', 'a.example'],
    profile: 'thorough',
  });
});

test('scans parts of a cloud account, with an estimate', async () => {
  const server = aScanServer()
    .on(listCloudAccounts, () => ({
      items: [anAccount(), anAccount({ id: 'acc_2', name: 'Old', status: 'inactive' })],
      nextCursor: null,
    }))
    .on(estimateScan, () => ({
      ...expectedScan,
      target: 'Production',
      subJobs: ['eu-west-1', 'us-east-1'].map((name) => ({ tool: 'prowler', name })),
      estimateMs: 240_000,
      basedOn: 6,
    }));
  const { user } = renderApp('/scans/new?kind=cloud');
  const accounts = await screen.findByRole('combobox', { name: 'Account' });
  expect(screen.getByRole('option', { name: 'Old (inactive)' })).toHaveProperty('disabled', true);
  await user.selectOptions(accounts, 'acc_1');
  await user.type(screen.getByRole('textbox', { name: /^Services/ }), 's3, iam');
  await user.click(screen.getByRole('checkbox', { name: 'Critical' }));
  const before = within(await preview());
  expect(await before.findByText('About 4 min, from 6 earlier scans')).toBeTruthy();
  expect(before.getByText('2 sub-jobs')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Start scan' }));
  await waitFor(() => expect(started(server)).toHaveLength(1));
  expect(started(server)[0]?.body).toEqual({
    kind: 'cloud',
    accountId: 'acc_1',
    services: ['s3', 'iam'],
    severities: ['critical'],
  });
});

test('names a missing tool and how to install it', async () => {
  aScanServer().on(listTools, () => ({
    items: someTools({ zap: 'zap.sh is not on PATH; install it: unpack it' }),
  }));
  const { user } = renderApp('/scans/new?kind=web');
  await screen.findByRole('radio', { name: /^Quick/ });
  expect(screen.queryByText(/is not available on this server/)).toBeNull();
  await user.click(screen.getByRole('radio', { name: /^Baseline/ }));
  expect(await screen.findByText('ZAP is not available on this server')).toBeTruthy();
  expect(screen.getByText(/install it: unpack it/)).toBeTruthy();
});

test('links the running scan of the same target', async () => {
  aScanServer().on(startScan, () => {
    throw new MockProblem({
      status: 409,
      title: 'Conflict',
      detail: 'the scan scan_01abc of this target is running',
    });
  });
  const { user } = renderApp('/scans/new?kind=image&target=nginx');
  await user.click(await screen.findByRole('button', { name: 'Start scan' }));
  const link = await screen.findByRole('link', { name: 'View the running scan' });
  expect(link.getAttribute('href')).toBe('/scans/scan_01abc');
});

test('declares a private address from the preview without starting the scan', async () => {
  let own = { ranges: ['10.0.0.0/8'], names: [] as string[] };
  const server = aScanServer()
    .on(getOwnTargets, () => own)
    .on(putOwnTargets, ({ body }) => {
      own = body;
      return own;
    })
    .on(estimateScan, () => {
      if (own.ranges.includes('127.0.0.1')) return expectedScan;
      throw new MockProblem({ status: 422, detail: '127.0.0.1: declare the range as your own' });
    });
  const { user } = renderApp('/scans/new?kind=web&target=http://127.0.0.1:8080');
  const before = within(await preview());
  expect(await before.findByText('127.0.0.1: declare the range as your own')).toBeTruthy();
  await user.click(before.getByRole('button', { name: 'Declare as own targets…' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Declare' }));
  expect(await before.findByText('1 sub-job')).toBeTruthy();
  expect(own).toEqual({ ranges: ['10.0.0.0/8', '127.0.0.1'], names: [] });
  expect(started(server)).toEqual([]);
});

test('shows no form without the permission', async () => {
  aServer(aMeWithout('scans:run'));
  renderApp('/scans/new');
  expect(await screen.findByText(/Your role may not start scans/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Start scan' })).toBeNull();
});
