import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { getCloudAccount } from '../../../contract/cloud-security.js';
import { listOpenPorts } from '../../../contract/open-ports.js';
import {
  cancelScan,
  getScan,
  retryScan,
  startScan,
  watchScan,
} from '../../../contract/orchestration.js';
import { anAccount } from '../../testing/cloud-security.builders.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aRunningScan, aScan, aSubJob } from '../../testing/orchestration.builders.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const STREAM = '/api/scans/scan_1/events';

test('follows a running scan until it ends', async () => {
  const server = aServer().on(getScan, () => aRunningScan());
  renderApp('/scans/scan_1');
  expect(await screen.findByText(/^25 % · running for/)).toBeTruthy();
  const log = screen.getByRole('log', { name: 'Log of eu-west-1' });
  expect(log.textContent).toBe('Scanning eu-west-1');
  const [running = aSubJob()] = aRunningScan().subJobs;
  await waitFor(() => {
    const scan = aRunningScan({
      progress: 0.6,
      subJobs: [{ ...running, log: ['Scanning eu-west-1', 's3: 4 of 9'] }],
    });
    expect(server.send(watchScan, STREAM, { type: 'scan', scan })).toBe(1);
  });
  expect(await screen.findByText(/^60 % · running for/)).toBeTruthy();
  expect(log.textContent).toContain('s3: 4 of 9');
  server.send(watchScan, STREAM, { type: 'end', scan: aScan() });
  await waitFor(() => expect(screen.queryByText(/running for/)).toBeNull());
  expect(screen.getAllByText('Completed')).toHaveLength(2);
  expect(server.send(watchScan, STREAM, { type: 'end', scan: aScan() })).toBe(0);
});

test('shows coverage: what was expected, what gave evidence, what was skipped and why', async () => {
  aServer()
    .on(getScan, () => aScan())
    .on(getCloudAccount, () => anAccount());
  renderApp('/scans/scan_1');
  const subJobs = within(await screen.findByRole('region', { name: 'Sub-jobs' }));
  expect(subJobs.getByText(/312 of 318 checks/)).toBeTruthy();
  expect(subJobs.getByText(/macie: not enabled in this region/)).toBeTruthy();
  expect(subJobs.getByText('1 checks gave no evidence')).toBeTruthy();
  expect(subJobs.getByText('5.13.1')).toBeTruthy();
  const findings = within(screen.getByRole('region', { name: 'Findings' }));
  expect(findings.getByText('Opened').nextSibling?.textContent).toBe('40');
  const link = await findings.findByRole('link', { name: 'See the open findings of this target' });
  expect(link.getAttribute('href')).toBe('/findings?provider=aws&accountId=123456789012');
});

test('asks before stopping a scan, and shows that it is stopping', async () => {
  const server = aServer()
    .on(getScan, () => aRunningScan())
    .on(cancelScan, () => aRunningScan({ isCancelling: true }));
  const { user } = renderApp('/scans/scan_1');
  await user.click(await screen.findByRole('button', { name: 'Stop scan' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Stop this scan?' }));
  expect(server.requests.some(({ path }) => path.endsWith('/cancel'))).toBe(false);
  await user.click(dialog.getByRole('button', { name: 'Stop scan' }));
  expect(await screen.findByText('Stopping')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Stopping…' })).toHaveProperty('disabled', true);
});

const partial = aScan({
  status: 'partial',
  problem: 'us-east-1: access denied',
  subJobs: [
    aSubJob(),
    aSubJob({
      id: 'sub_2',
      name: 'us-east-1',
      status: 'failed',
      outcome: 'timed_out',
      problem: 'it took longer than an hour',
      coverage: null,
      log: [],
    }),
  ],
});

test('opens the failed sub-job with its reason, and retries it alone', async () => {
  const server = aServer()
    .on(getScan, () => partial)
    .on(retryScan, () => aRunningScan());
  const { user } = renderApp('/scans/scan_1');
  expect(await screen.findByText('The scan did not cover everything')).toBeTruthy();
  expect(screen.getByText('us-east-1: access denied')).toBeTruthy();
  expect(screen.getByText('it took longer than an hour')).toBeTruthy();
  expect(screen.getByText('Timed out')).toBeTruthy();
  expect(screen.getByText('No output.')).toBeTruthy();
  expect(screen.queryByRole('log', { name: 'Log of eu-west-1' })).toBeNull();
  await user.click(screen.getByRole('button', { name: /^eu-west-1/ }));
  expect(screen.getByRole('log', { name: 'Log of eu-west-1' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Retry this sub-job: eu-west-1' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Retry this sub-job: us-east-1' }));
  await waitFor(() => expect(screen.queryByText('The scan did not cover everything')).toBeNull());
  const asked = server.requests.filter(({ path }) => path.endsWith('/retry'));
  expect(asked.map(({ body }) => body)).toEqual([{ subJobId: 'sub_2' }]);
});

test('retries all failed sub-jobs, and links a running scan of the target', async () => {
  const server = aServer()
    .on(getScan, () => partial)
    .on(startScan, () => {
      throw new MockProblem({ status: 409, detail: 'the scan scan_9 of this target is running' });
    })
    .on(retryScan, () => aRunningScan());
  const { user } = renderApp('/scans/scan_1');
  await user.click(await screen.findByRole('button', { name: 'Scan again' }));
  const link = await screen.findByRole('link', { name: 'View the running scan' });
  expect(link.getAttribute('href')).toBe('/scans/scan_9');
  await user.click(screen.getByRole('button', { name: 'Retry 1 sub-job' }));
  expect(await screen.findByRole('button', { name: 'Stop scan' })).toBeTruthy();
  expect(server.requests.findLast(({ path }) => path.endsWith('/retry'))?.body).toEqual({});
});

test('shows no buttons to users without permission', async () => {
  aServer(aMeWithout('scans:run')).on(getScan, () => partial);
  renderApp('/scans/scan_1');
  await screen.findByText('The scan did not cover everything');
  expect(screen.queryByRole('button', { name: /Retry|again|Stop/ })).toBeNull();
});

test('a network scan shows every open port, findings or not', async () => {
  const request = { kind: 'network' as const, targets: ['192.0.2.1'], profile: 'quick' as const };
  const seen = { address: '192.0.2.1', protocol: 'tcp', encrypted: false, version: null };
  const at = '2026-11-20T10:04:00.000Z';
  const port = { ...seen, port: 8443, service: null, product: null, isFinding: false, seenAt: at };
  const server = aServer()
    .on(getScan, () => aScan({ kind: 'network', target: '192.0.2.1', request }))
    .on(listOpenPorts, () => ({
      items: [
        {
          host: '192.0.2.1',
          importId: 'imp_1',
          scanId: 'scan_1',
          seenAt: at,
          ports: [port],
          isCut: false,
        },
      ],
      nextCursor: null,
    }));
  renderApp('/scans/scan_1');
  const row = await screen.findByRole('row', { name: /8443\/tcp/ });
  expect(row.textContent).toContain('not identified');
  expect(server.requests.find(({ path }) => path.endsWith('open-ports'))?.search).toContain(
    'scanId=scan_1',
  );
});
