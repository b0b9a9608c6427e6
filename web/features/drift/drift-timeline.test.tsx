import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { listAvailableFrameworks } from '../../../contract/compliance.js';
import {
  DRIFT_TYPES,
  type DriftChannel,
  type DriftEvent,
  type DriftType,
  deleteDriftChannel,
  getDriftEvent,
  getDriftSummary,
  listDriftChannels,
  listDriftEvents,
  listNotifications,
} from '../../../contract/drift.js';
import { noneBySeverity } from '../../../contract/severity.js';
import type { MockServer } from '../../testing/mock-server.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const AT = '2026-11-01T10:00:00.000Z';

function anEvent(given: Partial<DriftEvent>): DriftEvent {
  return {
    ...{ id: 'drift_1', type: 'control_regression', subject: 'IAC-06', title: 'IAC-06 MFA' },
    ...{ severity: 'low', status: 'open', from: 'implemented', to: 'partial' },
    cause: { kind: 'check', text: 'mfa fails', checks: [], accounts: [] },
    ...{ controls: ['IAC-06'], controlsTotal: 1, domains: ['IAC'], frameworks: ['iso'] },
    ...{ requirements: ['iso/A.8'], requirementsTotal: 1, count: 1, firstSeenAt: AT },
    ...{ lastSeenAt: AT, resolvedAt: null, resolution: null, acknowledged: null },
    ...{ assignee: null, note: null },
    ...given,
  };
}

const expired = anEvent({
  ...{ id: 'drift_2', type: 'evidence_expired', subject: 'evd_1', title: 'Access policy' },
  ...{ severity: 'high', from: 'approved', to: 'expired' },
  cause: {
    ...{ kind: 'evidence', text: 'it expired', checks: [], accounts: [] },
    about: { kind: 'evidence', id: 'evd_1', title: 'Access policy' },
  },
});
const ended = anEvent({
  ...{ id: 'drift_3', type: 'exception_expired', subject: 'fnd_1', title: 'Key (key)' },
  cause: {
    ...{ kind: 'decision', text: 'it ended', checks: [], accounts: [] },
    about: { kind: 'finding', id: 'fnd_1', title: 'Key (key)' },
  },
});
const channel: DriftChannel = {
  ...{ id: 'ch_1', kind: 'webhook', name: 'Ops', enabled: true, destination: 'example.org' },
  ...{ maxPerHour: 20, createdAt: AT, lastDelivery: { status: 'failed', at: AT } },
};

function withDrift(server: MockServer): MockServer {
  const items = [anEvent({}), expired, ended];
  const notification = {
    id: 'n_1',
    title: 'Evidence expired',
    text: 'it did',
    severity: 'high',
  } as const;
  return server
    .on(listNotifications, () => ({
      items: [{ ...notification, eventId: 'drift_2', at: AT, read: false }],
      ...{ nextCursor: null, unread: 1 },
    }))
    .on(listAvailableFrameworks, () => ({ items: [] }))
    .on(getDriftSummary, () => ({
      ...{ open: 3, comparedAt: AT, bySeverity: noneBySeverity() },
      byType: Object.fromEntries(DRIFT_TYPES.map((type) => [type, 0])) as Record<DriftType, number>,
    }))
    .on(listDriftEvents, ({ query }) => ({
      items: query.control ? [] : items,
      nextCursor: null,
    }))
    .on(getDriftEvent, ({ params }) => items.find(({ id }) => id === params.eventId) ?? expired)
    .on(listDriftChannels, () => ({ items: [channel], mail: false }))
    .on(deleteDriftChannel, () => ({ id: 'ch_1' }));
}

test('links the subject of an episode, and sorts events of one detection by severity', async () => {
  withDrift(aServer());
  renderApp('/drift');
  const rows = await screen.findAllByRole('listitem');
  const named = rows.flatMap((row) => row.getAttribute('aria-label') ?? []);
  expect(named[0]).toBe('Evidence expired: Access policy');
  const hrefOf = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
  expect(hrefOf('Access policy')).toBe('/evidence/evd_1');
  expect(hrefOf('Key (key)')).toBe('/findings/fnd_1');
  expect(hrefOf('IAC-06 MFA – why?')).toBe('/controls/IAC-06');
});

test('filters by control on Enter', async () => {
  withDrift(aServer());
  const { user } = renderApp('/drift');
  await screen.findByText('Access policy');
  await user.type(screen.getByLabelText('Control'), 'iac-06{Enter}');
  expect(await screen.findByText('Nothing matches these filters')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Clear the filters' }));
  await screen.findByText('Access policy');
  expect(screen.getByLabelText<HTMLInputElement>('Control').value).toBe('');
});

test('opens the episode of a notification with everything it affects', async () => {
  withDrift(aServer());
  const { user } = renderApp('/drift');
  await user.click(await screen.findByRole('button', { name: /^Notifications, 1/ }));
  await user.click(await screen.findByRole('link', { name: 'Evidence expired' }));
  await screen.findByRole('heading', { name: 'Requirements (1)' });
  expect(screen.getByRole('link', { name: 'iso' }).getAttribute('href')).toBe('/frameworks/iso');
  expect(screen.getByText('Still open')).toBeTruthy();
});

test('shows that the last message of a channel failed, and deletes it after a confirmation', async () => {
  const server = withDrift(aServer());
  const { user } = renderApp('/drift/channels');
  const row = await screen.findByRole('listitem', { name: 'Ops' });
  expect(within(row).getByText('Failed')).toBeTruthy();
  await user.click(within(row).getByRole('button', { name: 'Delete' }));
  const deletions = () => server.requests.filter(({ method }) => method === 'DELETE').length;
  expect(deletions()).toBe(0);
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(deletions()).toBe(1));
});

test('an episode links each requirement that it affects', async () => {
  aServer().on(getDriftEvent, () => anEvent({}));
  renderApp('/drift/events/drift_1');
  const link = await screen.findByRole('link', { name: 'A.8' });
  expect(link.getAttribute('href')).toBe('/frameworks/iso/requirements/A.8');
});
