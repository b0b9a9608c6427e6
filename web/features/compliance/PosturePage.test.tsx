import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { getPosture } from '../../../contract/compliance.js';
import {
  aFramework,
  aPosture,
  emptyPosture,
  untouched,
} from '../../testing/compliance.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

test('without data it explains the product and takes a report', async () => {
  aServer().on(getPosture, emptyPosture);
  renderApp('/');
  expect(await screen.findByRole('heading', { name: 'Posture' })).toBeTruthy();
  expect(screen.getByText(/turns them into findings/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Choose files' })).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'Open findings' })).toBeNull();
  expect(document.title).toBe('Posture · OffloadSecurity');
});

test('shows score, ceiling and coverage of each framework, also in words', async () => {
  const frameworks = [
    aFramework(),
    aFramework({ id: 'full', name: 'CIS', score: 68, ceiling: 68, coverage: 100, band: 'amber' }),
    aFramework({ id: 'none', name: 'HIPAA', ...untouched }),
  ];
  aServer().on(getPosture, () => aPosture({ frameworks }));
  renderApp('/');
  expect(
    await screen.findByRole('img', { name: 'NIST SP 800-53: 34 – 71 %, 52 % covered' }),
  ).toBeTruthy();
  expect(screen.getByRole('img', { name: 'CIS: 68 %, 100 % covered' })).toBeTruthy();
  expect(screen.getByRole('img', { name: 'HIPAA: Not assessed' })).toBeTruthy();
  const list = within(screen.getByRole('region', { name: 'Frameworks' }));
  expect(list.getByText('Low')).toBeTruthy();
  expect(list.getByText('Needs work')).toBeTruthy();
});

test('names whose texts it shows beside the fixes', async () => {
  const attributions = ['Made-up controls © others'];
  aServer().on(getPosture, () => aPosture({ attributions }));
  renderApp('/');
  expect(await screen.findByText('Made-up controls © others')).toBeTruthy();
});

test('open findings lead to the findings of that severity', async () => {
  aServer().on(getPosture, () => aPosture());
  renderApp('/');
  const findings = within(await screen.findByRole('region', { name: 'Open findings' }));
  expect(findings.getByText('3,257')).toBeTruthy();
  expect(findings.getByRole('link', { name: 'High' }).getAttribute('href')).toBe(
    '/findings?severity=high',
  );
});

test('top fixes say what is gained and why', async () => {
  aServer().on(getPosture, () => aPosture());
  renderApp('/');
  const fixes = within(await screen.findByRole('region', { name: 'Top fixes by score gained' }));
  expect(fixes.getByText('+12.4')).toBeTruthy();
  expect(fixes.getByText('412 of 1,302 results fail')).toBeTruthy();
  expect(
    fixes.getByRole('link', { name: 'IAC-06 Multi-factor authentication' }).getAttribute('href'),
  ).toBe('/controls/IAC-06');
});
