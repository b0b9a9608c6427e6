import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  changeSystemJob,
  getOwnTargets,
  listDeadLetters,
  listSystemJobs,
  listTools,
  putOwnTargets,
  retryDeadLetter,
  runSystemJob,
} from '../../../contract/scan-operations.js';
import { listScanSchedules } from '../../../contract/scan-schedules.js';
import { MockProblem } from '../../testing/mock-server.js';
import {
  aDeadLetter,
  aSchedule,
  aSystemJob,
  someTools,
} from '../../testing/orchestration.builders.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

test('shows when a system job runs, changes it, switches it off, and runs it now', async () => {
  let job = aSystemJob({ lastOutcome: 'failed', lastError: 'Prowler is missing' });
  const server = aServer()
    .on(listSystemJobs, () => ({ items: [job] }))
    .on(changeSystemJob, ({ body }) => {
      job = { ...job, ...body };
      return job;
    })
    .on(runSystemJob, () => job);
  const { user } = renderApp('/scans/system-jobs');
  const row = within(
    await screen.findByRole('listitem', { name: 'Delete data past its retention period' }),
  );
  expect(row.getByText('At 02:13, Monday to Saturday (UTC)')).toBeTruthy();
  expect(row.getByText('Prowler is missing')).toBeTruthy();

  await user.click(
    row.getByRole('button', { name: 'Change Delete data past its retention period' }),
  );
  const dialog = within(await screen.findByRole('dialog'));
  const cron = dialog.getByRole('textbox', { name: /^Cron expression/ });
  await user.clear(cron);
  await user.type(cron, '30 5 * *');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(dialog.getByText(/Enter five fields/)).toBeTruthy();
  await user.type(cron, ' *');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Time zone' }), 'Europe/Berlin');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(await row.findByText('At 05:30, every day (Europe/Berlin)')).toBeTruthy();

  await user.click(row.getByRole('switch'));
  expect(await row.findByText('none while off')).toBeTruthy();
  await user.click(
    row.getByRole('button', { name: 'Run now: Delete data past its retention period' }),
  );
  expect(await row.findByText(/^Queued; it runs/)).toBeTruthy();
  const changes = server.requests.filter(({ method }) => method === 'PATCH');
  expect(changes.map(({ body }) => body)).toEqual([
    { cron: '30 5 * * *', timeZone: 'Europe/Berlin', overlap: 'skip' },
    { enabled: false },
  ]);
});

test('changes a system job from fixed times to an interval', async () => {
  const server = aServer()
    .on(listSystemJobs, () => ({ items: [aSystemJob()] }))
    .on(changeSystemJob, () => aSystemJob());
  const { user } = renderApp('/scans/system-jobs');
  await user.click(await screen.findByRole('button', { name: /^Change / }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('radio', { name: 'at an interval' }));
  const every = dialog.getByRole('textbox', { name: /^Every/ });
  await user.clear(every);
  await user.type(every, '1.5');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Unit' }), 'hours');
  await user.click(dialog.getByRole('radio', { name: /^Stop the previous one/ }));
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.find(({ method }) => method === 'PATCH')?.body).toEqual({
    everyMs: 5_400_000,
    overlap: 'cancel_previous',
  });
});

test('offers no changes of schedules, own targets or failed jobs without permission', async () => {
  aServer(aMeWithout('scans:run'))
    .on(listScanSchedules, () => ({ items: [aSchedule()], nextCursor: null }))
    .on(getOwnTargets, () => ({ ranges: ['10.0.0.0/8'], names: [] }))
    .on(listDeadLetters, () => ({ items: [aDeadLetter()], nextCursor: null }));
  const { user } = renderApp('/scans/schedules');
  await screen.findByRole('listitem', { name: 'Daily scan of Production' });
  expect(screen.queryByRole('switch')).toBeNull();
  expect(screen.queryByRole('button', { name: /Edit|Run now|Delete/ })).toBeNull();
  await user.click(screen.getByRole('link', { name: 'Own targets' }));
  const ranges = await screen.findByRole('textbox', { name: /^Addresses/ });
  expect(ranges).toHaveProperty('readOnly', true);
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull();
  await user.click(screen.getByRole('link', { name: 'Failed jobs' }));
  await screen.findByText('the database was unavailable');
  expect(screen.queryByRole('button', { name: /^Run again/ })).toBeNull();
});

test('shows how each tool runs, or what is missing', async () => {
  aServer().on(listTools, () => ({
    items: someTools({ trivy: 'trivy is not on PATH; install it: brew install trivy' }),
  }));
  renderApp('/scans/tools');
  const trivy = await screen.findByRole('listitem', { name: 'Trivy' });
  expect(trivy.textContent).toContain('brew install trivy');
  expect(within(trivy).getByText('Missing')).toBeTruthy();
  const nmap = screen.getByRole('listitem', { name: 'Nmap' });
  expect(nmap.textContent).toContain('What Nmap looks at');
  expect(nmap.textContent).toContain('in a separate, locked-down container');
  const builtIn = screen.getByRole('listitem', { name: 'Built-in web check' });
  expect(within(builtIn).getByText('Built in')).toBeTruthy();
});

test('runs a failed job again, and shows why that was rejected', async () => {
  let items = [aDeadLetter()];
  const server = aServer()
    .on(listDeadLetters, () => ({ items, nextCursor: null }))
    .on(retryDeadLetter, () => {
      throw new MockProblem({ status: 409, detail: 'the scan has not ended' });
    });
  const { user } = renderApp('/scans/dead-letters');
  await user.click(await screen.findByRole('button', { name: /^Run again/ }));
  expect(await screen.findByText('the scan has not ended')).toBeTruthy();
  server.on(retryDeadLetter, ({ params }) => {
    items = [];
    return params;
  });
  await user.click(screen.getByRole('button', { name: /^Run again/ }));
  expect(await screen.findByText('No failed jobs')).toBeTruthy();
});

test('names an invalid own target, and saves valid ones', async () => {
  let own = { ranges: ['10.0.0.0/8'], names: [] as string[] };
  aServer()
    .on(getOwnTargets, () => own)
    .on(putOwnTargets, ({ body }) => {
      own = { ranges: [...new Set(body.ranges)], names: body.names };
      return own;
    });
  const { user } = renderApp('/scans/own-targets');
  const ranges = await screen.findByRole('textbox', { name: /^Addresses/ });
  await user.type(ranges, '{enter}not-a-range');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByText(/^not-a-range must be an address or a range/)).toBeTruthy();
  await user.clear(ranges);
  await user.type(ranges, '127.0.0.1{enter}127.0.0.1');
  await user.type(screen.getByRole('textbox', { name: /^Names/ }), '*.corp.example');
  expect(screen.getByText('Unsaved changes.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('All changes saved.')).toBeTruthy();
  expect(own).toEqual({ ranges: ['127.0.0.1'], names: ['*.corp.example'] });
  expect(ranges).toHaveProperty('value', '127.0.0.1');
});
