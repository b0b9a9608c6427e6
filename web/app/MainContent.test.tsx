import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  getPosture,
  listControls,
  listCustomControls,
  listFrameworks,
} from '../../contract/compliance.js';
import { listAvailableFrameworks } from '../../contract/framework-library.js';
import { getHealth, getMe, type Health } from '../../contract/platform.js';
import { getSetup } from '../../contract/sign-in.js';
import { REACH_PERMISSIONS } from '../../contract/within-reach.js';
import { aPosture } from '../testing/compliance.builders.js';
import { MockProblem } from '../testing/mock-server.js';
import { aMe } from '../testing/platform.builders.js';
import { aServer, renderApp } from '../testing/render-app.js';

const broken = aMe({ compliance: 'gdpr.yaml lists requirement 32 twice' });

test('reports an unavailable module in place of its pages, while other pages work', async () => {
  const health: Health = {
    status: 'degraded',
    version: '0.1.0',
    uptimeSeconds: 60,
    storage: { ok: true, problems: [] },
    clock: { ok: true, problem: null, repaired: null },
    modules: broken.modules,
    databases: [
      {
        name: 'platform',
        backend: 'sqlite',
        ok: false,
        latencyMs: 0,
        problem: 'disk is full',
      },
    ],
    files: {
      backend: 's3',
      where: 'cspm-files',
      ok: false,
      problem: 'the object storage does not respond',
      processes: 3,
      blind: [{ host: 'b', pid: 7, role: 'worker', backend: 'folder' }],
    },
    queue: { backend: 'redis', ok: false, problem: 'the job queue is full' },
    tools: [
      { tool: 'trivy', available: false, by: 'native', version: null, missing: 'install Trivy' },
    ],
  };
  const server = aServer(broken).on(getHealth, () => health);
  const { user } = renderApp('/frameworks');
  expect(await screen.findByRole('heading', { name: 'Compliance is unavailable' })).toBeTruthy();
  expect(screen.getByText(/gdpr.yaml lists requirement 32 twice/)).toBeTruthy();
  expect(server.requests.some(({ path }) => path === '/api/frameworks')).toBe(false);
  await user.click(screen.getByRole('link', { name: 'See the system status' }));
  const modules = within(await screen.findByRole('region', { name: 'Modules' }));
  expect(modules.getByText('Unavailable')).toBeTruthy();
  expect(screen.getByText('disk is full')).toBeTruthy();
  const files = within(screen.getByRole('region', { name: 'Files' }));
  expect(files.getByText('Object storage · 2 of 3 processes see it')).toBeTruthy();
  expect(files.getByText('the object storage does not respond')).toBeTruthy();
  expect(screen.getByText('the job queue is full')).toBeTruthy();
  expect(screen.getByText('install Trivy')).toBeTruthy();
});

test('shows the error message of the server, and retries on request', async () => {
  const server = aServer().on(listFrameworks, () => {
    throw new MockProblem({
      status: 500,
      title: 'Internal error',
      detail: 'Something went wrong here.',
      code: 'internal',
      requestId: 'req-77',
    });
  });
  server.on(listAvailableFrameworks, () => ({ items: [] }));
  const { user } = renderApp('/frameworks');
  const alert = within(await screen.findByRole('alert'));
  expect(alert.getByText('Internal error')).toBeTruthy();
  expect(alert.getByText('req-77')).toBeTruthy();
  server.on(listFrameworks, () => ({ items: aPosture().frameworks }));
  await user.click(alert.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('link', { name: 'NIST SP 800-53' })).toBeTruthy();
});

test('shows a not-found page for an unknown URL', async () => {
  aServer();
  renderApp('/nowhere');
  expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeTruthy();
});

test('shows the sign-in page without navigation when there is no session', async () => {
  const server = aServer();
  server.on(getSetup, () => ({ needed: false }));
  server.on(getMe, () => {
    throw new MockProblem({ status: 401, code: 'unauthenticated', detail: 'Sign in first.' });
  });
  renderApp('/');
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeTruthy();
  expect(screen.queryByRole('navigation')).toBeNull();
});

test('shows only the reason when something else than this server answers 401', async () => {
  aServer().on(getMe, () => {
    throw new MockProblem({ status: 401, title: 'Not signed in', detail: 'Ask the proxy.' });
  });
  renderApp('/');
  expect((await screen.findByRole('alert')).textContent).toContain('Ask the proxy.');
  expect(screen.queryByRole('navigation')).toBeNull();
});

test('the navigation marks the current page, and a skip link leads past it', async () => {
  aServer().on(getPosture, () => aPosture());
  const { user } = renderApp('/');
  const navigation = within(await screen.findByRole('navigation', { name: 'Main' }));
  const posture = navigation.getByRole('link', { name: 'Posture' });
  expect(posture.getAttribute('aria-current')).toBe('page');
  await user.tab();
  expect(document.activeElement?.textContent).toBe('Skip to content');
  expect(screen.getByText('Platform team')).toBeTruthy();
});

test('redirects the old URL of the custom controls', async () => {
  aServer().on(listCustomControls, () => ({ items: [] }));
  const { address } = renderApp('/controls/own?q=badge');
  expect(await screen.findByRole('heading', { name: 'Custom controls' })).toBeTruthy();
  expect(address()).toBe('/controls/custom?q=badge');
});

test('shows an auditor of one framework what they may see, and until when', async () => {
  const reach = {
    ...{ frameworkId: 'soc-2', frameworkName: 'SOC 2', from: '2026-01-01T00:00:00.000Z' },
    to: '2026-03-31T23:59:59.000Z',
  };
  const me = {
    ...aMe(),
    membership: { role: 'AUDITOR' as const, until: '2027-06-30T12:00:00.000Z', reach },
    permissions: [...REACH_PERMISSIONS],
  };
  const server = aServer(me).on(listControls, () => ({ items: [], domains: [] }));
  renderApp('/controls');
  await screen.findByText('Auditor of Platform team');
  screen.getByText(
    'Read only, until Jun 30, 2027, only SOC 2, evidence of Jan 1, 2026 – Mar 31, 2026.',
  );
  const pages = within(screen.getByRole('navigation', { name: 'Main' }));
  expect(pages.getAllByRole('link').map((each) => each.textContent)).toEqual([
    ...['Frameworks', 'Controls', 'Evidence'],
  ]);
  expect(screen.queryByRole('link', { name: 'Custom controls' })).toBeNull();
  expect(server.requests.some(({ path }) => path.startsWith('/api/drift'))).toBe(false);
});
