import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { estimateScan } from '../../../contract/orchestration.js';
import { listSystemJobs, listTools } from '../../../contract/scan-operations.js';
import {
  changeScanSchedule,
  createScanSchedule,
  deleteScanSchedule,
  getScanSchedule,
  listScanSchedules,
  previewTiming,
  runScanSchedule,
  type ScanSchedule,
} from '../../../contract/scan-schedules.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aSchedule, aSystemJob, someTools } from '../../testing/orchestration.builders.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const network: Partial<ScanSchedule> = {
  name: 'Core network',
  kind: 'network',
  target: '192.0.2.1',
  targetKey: 'network/192.0.2.1',
  request: { kind: 'network', targets: ['192.0.2.1'], profile: 'quick' },
};

/** The endpoints that the form of a schedule calls. */
function aFormServer() {
  return aServer()
    .on(listTools, () => ({ items: someTools() }))
    .on(estimateScan, () => ({
      ...{ target: '192.0.2.1', subJobs: [{ tool: 'nmap', name: 'nmap' }] },
      ...{ estimateMs: null, basedOn: 0, runningScanId: null },
    }))
    .on(previewTiming, () => ({ nextRuns: ['2027-01-04T03:30:00.000Z'] }))
    .on(listScanSchedules, () => ({ items: [], nextCursor: null }));
}

test('shows when a schedule runs and what came of its last run; pauses, runs and deletes it', async () => {
  const reason = 'a scan of this target was still active';
  const skipped = { at: '2026-11-20T10:00:00.000Z', outcome: 'skipped', scanId: 'scan_7' } as const;
  let items = [aSchedule({ ...network, jitterMinutes: 15, lastRun: { ...skipped, reason } })];
  const server = aServer()
    .on(listScanSchedules, () => ({ items, nextCursor: null }))
    .on(changeScanSchedule, ({ body }) => {
      items = items.map((one) => ({ ...one, enabled: body.enabled ?? one.enabled }));
      return items[0] as ScanSchedule;
    })
    .on(runScanSchedule, () => items[0] as ScanSchedule)
    .on(deleteScanSchedule, ({ params }) => {
      items = [];
      return { id: params.scheduleId };
    });
  const { user } = renderApp('/scans/schedules');
  const row = within(await screen.findByRole('listitem', { name: 'Core network' }));
  expect(row.getByText(/^At 02:13, Monday to Saturday \(UTC\), spread over 15 min/)).toBeTruthy();
  expect(row.getByText('Skipped')).toBeTruthy();
  expect(row.getByText(reason)).toBeTruthy();
  expect(row.getByRole('link', { name: 'The other scan' }).getAttribute('href')).toBe(
    '/scans/scan_7',
  );
  await user.click(row.getByRole('button', { name: 'Run now: Core network' }));
  expect(await row.findByText(/^Queued; it runs/)).toBeTruthy();
  await user.click(row.getByRole('switch'));
  expect(await row.findByText('none while paused')).toBeTruthy();
  await user.click(row.getByRole('button', { name: 'Delete Core network' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Delete the schedule' }));
  expect(await screen.findByText('No schedules yet')).toBeTruthy();
  const writes = server.requests.filter(({ method }) => method !== 'GET');
  expect(writes.map(({ method, body }) => [method, body])).toEqual([
    ['POST', undefined],
    ['PATCH', { enabled: false }],
    ['DELETE', undefined],
  ]);
});

test('schedules scans of the target that a page links to', async () => {
  const server = aFormServer().on(createScanSchedule, () => aSchedule(network));
  const { user, address, fill } = renderApp('/scans/schedules/new?kind=network&target=192.0.2.1');
  const hosts = await screen.findByRole('textbox', { name: /^Hosts/ });
  expect(hosts).toHaveProperty('value', '192.0.2.1');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Runs' }), 'Every week');
  await user.selectOptions(screen.getByRole('combobox', { name: 'On' }), 'Friday');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Time zone' }), 'Europe/Berlin');
  await fill(screen.getByRole('textbox', { name: /^Spread over/ }), '20');
  const next = within(screen.getByRole('status', { name: 'Next runs' }));
  expect(await next.findByText(/2027/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Create schedule' }));
  await waitFor(() => expect(address()).toBe('/scans/schedules'));
  expect(
    server.requests.find(({ method, path }) => method === 'POST' && path.endsWith('schedules'))
      ?.body,
  ).toEqual({
    request: { kind: 'network', targets: ['192.0.2.1'], profile: 'quick' },
    cron: '0 2 * * 5',
    timeZone: 'Europe/Berlin',
    jitterMinutes: 20,
  });
});

test('shows errors at their fields, from the form and from the server', async () => {
  aFormServer().on(createScanSchedule, () => {
    throw new MockProblem({
      status: 422,
      detail: 'body.request.targets: 10.0.0.1 is private',
      errors: [
        { path: 'body.request.targets', message: '10.0.0.1 is private' },
        { path: 'body.cron', message: 'runs must be at least 5 minutes apart' },
      ],
    });
  });
  const { user, fill } = renderApp('/scans/schedules/new?kind=network');
  await user.selectOptions(
    await screen.findByRole('combobox', { name: 'Runs' }),
    'Cron expression',
  );
  const cron = screen.getByRole('textbox', { name: /^Cron expression/ });
  await fill(cron, '* * *');
  await user.click(screen.getByRole('button', { name: 'Create schedule' }));
  expect(screen.getByText('This field is required')).toBeTruthy();
  expect(screen.getByText(/^Enter five fields/)).toBeTruthy();
  await fill(cron, '* * * * *');
  await fill(screen.getByRole('textbox', { name: /^Hosts/ }), '10.0.0.1');
  await user.click(screen.getByRole('button', { name: 'Create schedule' }));
  expect(await screen.findByText('10.0.0.1 is private')).toBeTruthy();
  expect(screen.getByText('runs must be at least 5 minutes apart')).toBeTruthy();
  expect(cron.getAttribute('aria-invalid')).toBe('true');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('edits a schedule, which starts with its target and its preset, and shows its runs', async () => {
  const run = { at: '2026-11-20T10:00:00.000Z', outcome: 'started', scanId: 'scan_1' } as const;
  const schedule = aSchedule({ ...network, cron: '30 4 15 * *', timeZone: 'Asia/Tokyo' });
  const server = aFormServer()
    .on(getScanSchedule, () => ({ ...schedule, runs: [{ ...run, reason: null }] }))
    .on(changeScanSchedule, () => schedule);
  const { user, fill, address } = renderApp('/scans/schedules/sched_1');
  const name = await screen.findByRole('textbox', { name: /^Name/ });
  expect(name).toHaveProperty('value', 'Core network');
  expect(screen.getByRole('combobox', { name: 'Runs' })).toHaveProperty('value', 'monthly');
  expect(screen.getByRole('combobox', { name: 'On day' })).toHaveProperty('value', '15');
  const runs = within(screen.getByRole('region', { name: 'Last runs' }));
  expect(runs.getByRole('link', { name: 'Its scan' })).toBeTruthy();
  await fill(name, 'Core');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Runs' }), 'At an interval');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(address()).toBe('/scans/schedules'));
  expect(server.requests.find(({ method }) => method === 'PATCH')?.body).toEqual({
    name: 'Core',
    request: schedule.request,
    everyMs: 6 * 3_600_000,
    jitterMinutes: 0,
  });
});

test('loads more schedules, and filters them by kind and text', async () => {
  const server = aServer().on(listScanSchedules, ({ query }) =>
    query.cursor
      ? { items: [aSchedule({ id: 'sched_2', name: 'Second' })], nextCursor: null }
      : { items: query.q ? [] : [aSchedule()], nextCursor: query.q ? null : 'next' },
  );
  const { user, address } = renderApp('/scans/schedules');
  await user.click(await screen.findByRole('button', { name: 'Load more' }));
  expect(await screen.findByRole('listitem', { name: 'Second' })).toBeTruthy();
  await user.selectOptions(screen.getByRole('combobox', { name: 'Kind of target' }), 'Network');
  await waitFor(() => expect(address()).toBe('/scans/schedules?kind=network'));
  await user.type(screen.getByRole('searchbox'), 'x');
  expect(await screen.findByText('No schedule matches')).toBeTruthy();
  expect(server.requests.at(-1)?.search).toContain('q=x');
});

test('system jobs are apart, and shown only with the permission for the installation', async () => {
  aServer(aMeWithout('installation:write'))
    .on(listScanSchedules, () => ({ items: [aSchedule()], nextCursor: null }))
    .on(listSystemJobs, () => ({ items: [aSystemJob()] }));
  renderApp('/scans/schedules');
  await screen.findByRole('listitem', { name: 'Daily scan of Production' });
  expect(screen.queryByRole('link', { name: 'System jobs' })).toBeNull();
  renderApp('/scans/system-jobs');
  expect(await screen.findByText(/may not see the jobs of the installation/)).toBeTruthy();
  expect(screen.queryByText('Delete data past its retention period')).toBeNull();
});
