import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { getMe } from '../../../contract/platform.js';
import { getScf, getScfChanges, listScfReleases, previewScf } from '../../../contract/scf.js';
import { MockProblem } from '../../testing/mock-server.js';
import { aMe, aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const release = {
  id: 'scf_2',
  release: '2026.2',
  sha256: 'ab'.repeat(32),
  fileName: 'scf.xlsx',
  sizeBytes: 1_000,
  state: 'staged' as const,
  isCurrent: false,
  counts: {
    ...{ domains: 1, controls: 2, objectives: 0, frameworks: 1, requirements: 3 },
    ...{ evidenceRequests: 0, compensatingControls: 0, risks: 0, threats: 0, privacyPrinciples: 0 },
  },
  warnings: [],
  warningsTotal: 0,
  readAt: '2026-11-01T00:00:00.000Z',
  importedAt: null,
  importedBy: null,
};
const none = { total: 0, items: [] };
const changes = {
  since: null,
  isOlder: false,
  controls: { added: none, removed: none, renamed: none, reworded: none, unchanged: 0 },
  frameworks: { added: none, removed: none, changed: none, unchanged: 0 },
};
const attribution = {
  text: 'Made-up framework, release 2026.2',
  release: '2026.2',
  sha256: release.sha256,
  licence: 'CC BY-ND 4.0',
  licenceUrl: 'https://example.org/',
};

const open = (me: ReturnType<typeof aMe>) => {
  const server = aServer()
    .on(getMe, () => me)
    .on(getScf, () => ({ current: null, attribution: null }))
    .on(listScfReleases, () => ({ items: [release], nextCursor: null }))
    .on(getScfChanges, () => ({ release, changes, attribution }));
  return { server, ...renderApp('/controls/scf?release=scf_2') };
};

test('offers import and removal to users with the installation permission', async () => {
  open(aMe());
  expect(await screen.findByRole('button', { name: 'Import release 2026.2' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Choose workbook' })).toBeTruthy();
  expect(await screen.findByRole('button', { name: 'Remove release 2026.2' })).toBeTruthy();
});

test('an unreadable workbook closes the previous preview and shows the reason', async () => {
  const { server, user } = open(aMe());
  server.on(previewScf, () => {
    throw new MockProblem({
      ...{ status: 422, code: 'invalid_input', title: 'Unprocessable Entity' },
      detail: 'this is not an Excel workbook',
    });
  });
  expect(await screen.findByRole('button', { name: 'Import release 2026.2' })).toBeTruthy();
  await user.upload(screen.getByLabelText('SCF workbook'), new File(['a'], 'a.xlsx'));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Invalid input');
  expect(alert.textContent).toContain('this is not an Excel workbook');
  expect(screen.queryByRole('button', { name: 'Import release 2026.2' })).toBeNull();
});

test('explains to everyone else why the buttons are missing', async () => {
  open(aMeWithout('installation:write'));
  const releases = within(await screen.findByRole('list', { name: 'Stored releases' }));
  expect(await releases.findByText('2026.2')).toBeTruthy();
  expect(await screen.findAllByText(/they apply to every team/)).toHaveLength(2);
  for (const name of ['Import release 2026.2', 'Choose workbook', 'Remove release 2026.2']) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
});
