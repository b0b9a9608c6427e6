import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  type AuditForward,
  changeAuditForward,
  createAuditForward,
  deleteAuditForward,
  listAuditForwards,
  sendAuditForward,
} from '../../../contract/audit-forwards.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const aForward = (changes: Partial<AuditForward> = {}): AuditForward => ({
  ...{ id: 'forward_1', kind: 'webhook', trail: 'team', destination: 'siem.example.org' },
  ...{ enabled: true, createdAt: '2026-11-01T10:00:00.000Z', state: 'up_to_date', sentSeq: 7 },
  ...{ waiting: 0, lastSentAt: null, failingSince: null, problem: null },
  ...changes,
});

function withForwards(items: AuditForward[]) {
  const state = { items };
  const server = aServer()
    .on(listAuditForwards, () => state)
    .on(createAuditForward, () => {
      state.items = [aForward()];
      return { ...aForward(), secret: 'whsec_made' };
    })
    .on(changeAuditForward, ({ body }) => {
      state.items = [aForward({ ...body, state: 'off' })];
      return state.items[0] as AuditForward;
    })
    .on(sendAuditForward, () => {
      state.items = [aForward()];
      return aForward();
    })
    .on(deleteAuditForward, () => {
      state.items = [];
      return { id: 'forward_1' };
    });
  const sent = () => server.requests.filter(({ method }) => method !== 'GET');
  return { server, sent };
}

test('adds a syslog server', async () => {
  const { sent } = withForwards([]);
  const { user, fill } = renderApp('/system/audit/forwarding');
  await user.click(await screen.findByRole('button', { name: 'Add a destination' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Add a destination' }));
  await user.selectOptions(dialog.getByLabelText('Kind'), 'syslog');
  await fill(dialog.getByLabelText(/^Host/), 'log.example.org');
  await user.selectOptions(dialog.getByLabelText('Transport'), 'tcp');
  await user.click(dialog.getByRole('button', { name: 'Add' }));
  await screen.findByText('whsec_made');
  expect(sent()).toMatchObject([
    {
      body: {
        target: { kind: 'syslog', host: 'log.example.org', port: 514, transport: 'tcp' },
        trail: 'team',
        fromStart: false,
      },
    },
  ]);
  expect(await screen.findByText('Up to date')).toBeTruthy();
});

test('shows why one fails, sends again, pauses and deletes it', async () => {
  const failing = aForward({
    ...{ state: 'failing', waiting: 3, failingSince: '2026-11-01T10:00:00.000Z' },
    problem: 'it answered with the status 503',
  });
  const { sent } = withForwards([failing]);
  const { user } = renderApp('/system/audit/forwarding');
  const row = within(await screen.findByRole('listitem', { name: 'siem.example.org' }));
  expect(row.getByRole('status').textContent).toContain('status 503');
  row.getByText(/3 entries wait/);
  await user.click(row.getByRole('button', { name: 'Send now' }));
  await screen.findByText('Up to date');
  await user.click(screen.getByRole('button', { name: 'Pause' }));
  await screen.findByText('Paused');
  await user.click(screen.getByRole('button', { name: 'Delete' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Delete' }));
  await screen.findByText('The audit trail is not forwarded');
  expect(sent()).toHaveLength(3);
});

test('is not offered without the permission', async () => {
  aServer(aMeWithout('team:write'));
  renderApp('/system/audit/forwarding');
  await screen.findByText(/forward the audit trail/);
  expect(screen.queryByRole('button', { name: 'Add a destination' })).toBeNull();
});
