import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { type AvailableFramework, listAvailableFrameworks } from '../../../contract/compliance.js';
import {
  changeDriftChannel,
  changeDriftPolicy,
  changeDriftSettings,
  type DriftChannel,
  type DriftPolicy,
  type DriftSettings,
  getDriftSettings,
  IN_APP,
  listDriftChannels,
  listDriftPolicies,
  listNotifications,
} from '../../../contract/drift.js';
import type { MockServer } from '../../testing/mock-server.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const aFramework = (id: string, name: string, active: boolean): AvailableFramework => ({
  ...{ id, name, version: '1', publisher: 'P', about: '', origin: 'shipped', source: null },
  ...{ active, targetScore: 85, sections: 1, requirements: 1, controls: 1, attestations: 0 },
});
const frameworks = [
  aFramework('iso', 'ISO', true),
  aFramework('dora', 'DORA', true),
  aFramework('gdpr', 'GDPR', false),
];
const policy: DriftPolicy = {
  ...{ id: 'pol_1', name: 'Audit', enabled: true, types: [], minSeverity: 'medium' },
  ...{
    frameworks: ['iso'],
    domains: [],
    channels: [IN_APP],
    updatedAt: '2026-11-01T00:00:00.000Z',
  },
};
const channel: DriftChannel = {
  ...{ id: 'ch_1', kind: 'slack', name: 'Ops', enabled: true, destination: 'hooks.slack.com' },
  ...{ maxPerHour: 20, createdAt: '2026-11-01T00:00:00.000Z', lastDelivery: null },
};

function withDrift(server: MockServer): MockServer {
  let settings: DriftSettings = { expiringDays: 14, repeatHours: 6, digestAbove: 5 };
  return server
    .on(listNotifications, () => ({ items: [], nextCursor: null, unread: 0 }))
    .on(listAvailableFrameworks, () => ({ items: frameworks }))
    .on(listDriftPolicies, () => ({ items: [policy] }))
    .on(listDriftChannels, () => ({ items: [channel], mail: false }))
    .on(getDriftSettings, () => settings)
    .on(changeDriftSettings, ({ body }) => {
      settings = { ...settings, ...body };
      return settings;
    })
    .on(changeDriftPolicy, ({ body }) => ({ ...policy, ...body }))
    .on(changeDriftChannel, ({ body: { name, maxPerHour } }) => ({
      ...channel,
      name: name ?? channel.name,
      maxPerHour: maxPerHour ?? channel.maxPerHour,
    }));
}
const sent = ({ requests }: MockServer) => requests.filter(({ method }) => method === 'PATCH');

test('shows, validates and saves the drift settings', async () => {
  const server = withDrift(aServer());
  const { user, fill } = renderApp('/drift/policies');
  await screen.findByText(/Expiry is announced 14 days ahead/);
  await user.click(screen.getByRole('button', { name: 'Settings' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Drift settings' }));
  const scores = within(await dialog.findByRole('list', { name: 'Target scores' }));
  expect(scores.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'ISO 1: 85',
    'DORA 1: 85',
  ]);
  expect(
    dialog.getByRole('link', { name: 'Change them on the frameworks page' }).getAttribute('href'),
  ).toBe('/frameworks');

  await fill(dialog.getByLabelText('Expiry notice'), '200');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await dialog.findByText('From 1 to 90.');
  expect(sent(server)).toEqual([]);

  await fill(dialog.getByLabelText('Expiry notice'), '30');
  await fill(dialog.getByLabelText('Repeat interval'), '0');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await screen.findByText(/30 days ahead\. The same notification is repeated every time/);
  expect(sent(server).map(({ path, body }) => ({ path, body }))).toEqual([
    { path: '/api/drift/settings', body: { expiringDays: 30, repeatHours: 0, digestAbove: 5 } },
  ]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('shows the settings read-only without permission', async () => {
  withDrift(aServer(aMeWithout('drift:write')));
  renderApp('/drift/policies');
  await screen.findByText(/Expiry is announced 14 days ahead/);
  await screen.findByText('Audit');
  expect(screen.queryByRole('button', { name: 'Settings' })).toBeNull();
});

test('offers the active frameworks for a policy', async () => {
  const server = withDrift(aServer());
  const { user } = renderApp('/drift/policies');
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Edit policy' }));
  await user.click(dialog.getByRole('combobox', { name: 'Frameworks' }));
  const dora = await screen.findByRole('option', { name: 'DORA 1' });
  expect(screen.queryByRole('option', { name: /^GDPR/ })).toBeNull();
  await user.click(dora);
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(sent(server)).toMatchObject([{ body: { frameworks: ['iso', 'dora'] } }]),
  );
});

test('renames a channel and changes its limit', async () => {
  const server = withDrift(aServer());
  const { user, fill } = renderApp('/drift/channels');
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Edit Ops' }));
  await fill(dialog.getByLabelText('Name'), 'Operations');
  await fill(dialog.getByLabelText('Maximum messages per hour'), '0');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await dialog.findByText('From 1 to 1000.');
  expect(sent(server)).toEqual([]);
  await fill(dialog.getByLabelText('Maximum messages per hour'), '5');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(sent(server)).toMatchObject([
      { path: '/api/drift/channels/ch_1', body: { name: 'Operations', maxPerHour: 5 } },
    ]),
  );
});
