import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import {
  type EngineHealth,
  getEngineHealth,
  getPosture,
  getPostureAt,
  getScoreHistory,
  syncEngine,
} from '../../../contract/compliance.js';
import {
  aFramework,
  aPosture,
  emptyPosture,
  untouched,
} from '../../testing/compliance.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

test('explains the product and offers an import while there is no data', async () => {
  aServer().on(getPosture, emptyPosture);
  renderApp('/');
  expect(await screen.findByRole('heading', { name: 'Posture' })).toBeTruthy();
  expect(screen.getByText(/turns them into findings/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Choose files' })).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'Open findings' })).toBeNull();
  expect(document.title).toBe('Posture · OffloadSecurity');
});

test('shows score, ceiling and coverage of each framework, also as text', async () => {
  const frameworks = [
    aFramework(),
    aFramework({ id: 'full', name: 'CIS', score: 68, ceiling: 68, coverage: 100, band: 'amber' }),
    aFramework({ id: 'none', name: 'HIPAA', ...untouched }),
  ];
  const point = (at: string, score: number, passing: number | null) => ({
    ...{ frameworkId: 'nist', at, score, coverage: 50, ceiling: 80, passing },
    ...{ requirements: aFramework().requirements, ruleVersion: '5:a:b' },
  });
  aServer()
    .on(getPosture, () => aPosture({ frameworks }))
    .on(getScoreHistory, () => ({
      items: [
        point('2026-10-01T00:00:00.000Z', 30, null),
        point('2026-10-11T00:00:00.000Z', 31, 40),
        point('2026-10-21T00:00:00.000Z', 34, 62.5),
      ],
    }));
  renderApp('/');
  const trend =
    'NIST SP 800-53: score from 30 % to 34 %, passing from 40 % to 62.5 % (dashed) since 2026-10-01';
  expect(await screen.findByRole('img', { name: trend })).toBeTruthy();
  expect(
    await screen.findByRole('img', { name: 'NIST SP 800-53: 34 – 71 %, 52 % covered' }),
  ).toBeTruthy();
  expect(screen.getByRole('img', { name: 'CIS: 68 %, 100 % covered' })).toBeTruthy();
  expect(screen.getByRole('img', { name: 'HIPAA: Not assessed' })).toBeTruthy();
  const list = within(screen.getByRole('region', { name: 'Frameworks' }));
  expect(list.getByText('Low')).toBeTruthy();
  expect(list.getByText('Needs work')).toBeTruthy();
});

test('shows the attribution of the texts in the fixes', async () => {
  const attributions = ['Made-up controls © others'];
  aServer().on(getPosture, () => aPosture({ attributions }));
  renderApp('/');
  expect(await screen.findByText('Made-up controls © others')).toBeTruthy();
});

test('links open findings to the findings of that severity', async () => {
  aServer().on(getPosture, () => aPosture());
  renderApp('/');
  const findings = within(await screen.findByRole('region', { name: 'Open findings' }));
  expect(findings.getByText('3,257')).toBeTruthy();
  expect(findings.getByRole('link', { name: 'High' }).getAttribute('href')).toBe(
    '/findings?severity=high',
  );
});

test('shows what each top fix gains and why', async () => {
  aServer().on(getPosture, () => aPosture());
  renderApp('/');
  const fixes = within(await screen.findByRole('region', { name: 'Top fixes by score gained' }));
  expect(fixes.getByText('+12.4')).toBeTruthy();
  expect(fixes.getByText('412 of 1,302 results fail')).toBeTruthy();
  expect(
    fixes.getByRole('link', { name: 'IAC-06 Multi-factor authentication' }).getAttribute('href'),
  ).toBe('/controls/IAC-06');
});

const health: EngineHealth = {
  lastRun: aPosture().lastRun,
  fullAt: '2026-11-20T10:00:00.000Z',
  ruleVersion: '3:a:b',
  lastCheck: null,
  lastAlarm: null,
};
const engine = () => screen.findByRole('region', { name: 'Compliance engine' });

test('shows the wrong states that the self-check found', async () => {
  const check = { at: '2026-11-21T03:30:00.000Z', wrong: 1 };
  const state = { controlId: 'CRY-09', scopeId: '', stored: 'implemented', computed: 'partial' };
  const alarm = { ...check, states: [state] };
  aServer()
    .on(getPosture, () => aPosture())
    .on(getEngineHealth, () => ({ ...health, lastCheck: alarm, lastAlarm: alarm }));
  renderApp('/');
  const region = within(await engine());
  expect(await region.findByText('1 control state was wrong')).toBeTruthy();
  expect(region.getByText('CRY-09').parentElement?.textContent).toContain('is partial');
  expect(region.getByText('found wrong states')).toBeTruthy();
});

test('shows that the self-check has not run yet, and recomputes on request', async () => {
  const run = aPosture().lastRun;
  if (!run) throw new Error('the builder has a run');
  aServer()
    .on(getPosture, () => aPosture())
    .on(getEngineHealth, () => health)
    .on(syncEngine, () => ({ ...run, controlsChanged: 0 }));
  renderApp('/');
  const region = within(await engine());
  expect(await region.findByText(/^Self-check: not run yet/)).toBeTruthy();
  expect(region.queryByText('Last alarm')).toBeNull();
  await userEvent.click(region.getByRole('button', { name: 'Recompute now' }));
  expect(await region.findByText(/no control changed/)).toBeTruthy();
});

test('shows the past for a moment in the URL, and ignores an invalid one', async () => {
  const server = aServer()
    .on(getPosture, () => aPosture())
    .on(getPostureAt, ({ query }) => ({
      at: query.at ?? '',
      controls: aPosture().controls,
      frameworks: [
        {
          ...{
            frameworkId: 'nist',
            name: 'NIST SP 800-53',
            version: 'rev. 5',
            band: 'red' as const,
          },
          ...{
            score: 12,
            coverage: 40,
            ceiling: 72,
            passing: 61.5,
            since: '2026-06-01T08:00:00.000Z',
          },
          ...{ requirements: aFramework().requirements, ruleVersion: '3:a:b' },
        },
      ],
    }));
  const app = renderApp('/?at=2026-06-30');
  expect(await screen.findByText('Posture as of the end of Jun 30, 2026 (UTC)')).toBeTruthy();
  expect(
    await screen.findByRole('img', { name: 'NIST SP 800-53: 12 – 72 %, 40 % covered' }),
  ).toBeTruthy();
  expect(screen.getByText(/now 34 – 71 %/)).toBeTruthy();
  expect(screen.getByText(/61.5 % passing/)).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'NIST SP 800-53' })).toBeNull();
  expect(server.requests.some(({ search }) => search.includes('23%3A59%3A59'))).toBe(true);
  app.unmount();
  renderApp('/?at=yesterday');
  expect(await engine()).toBeTruthy();
});
