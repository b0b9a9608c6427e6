import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { getCheckControls } from '../../../contract/compliance.js';
import { getFindingFacets, listFindingGroups } from '../../../contract/finding-groups.js';
import {
  getFinding,
  getImport,
  listFindings,
  triageFinding,
} from '../../../contract/security-scans.js';
import { aMatch } from '../../testing/compliance.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';
import { aCheck, aFinding, anImport } from '../../testing/security-scans.builders.js';

function aServerWithFindings() {
  return aServer()
    .on(getFindingFacets, () => ({
      severity: [
        { value: 'medium', count: 7 },
        { value: 'critical', count: 12 },
      ],
      status: [{ value: 'open', count: 19 }],
      tool: [{ value: 'prowler', count: 19 }],
      service: [{ value: 's3', count: 19 }],
      provider: [],
      accountId: [],
      region: [],
    }))
    .on(listFindingGroups, ({ query }) => ({
      items: query.q
        ? []
        : [
            {
              checkId: 's3_public',
              tool: 'prowler',
              title: 'S3 buckets block public access',
              severity: 'critical' as const,
              service: 's3',
              findings: 19_441,
              accounts: 2,
              regions: 1,
            },
          ],
      totalFindings: query.q ? 0 : 19_441,
      totalGroups: query.q ? 0 : 42,
    }))
    .on(listFindings, ({ query }) =>
      query.cursor
        ? { items: [aFinding({ id: 'fnd_2', resourceName: 'media' })], nextCursor: null }
        : { items: [aFinding()], nextCursor: 'more' },
    );
}

test('exports the findings that the filters leave', async () => {
  aServerWithFindings();
  const { user } = renderApp('/findings?severity=critical&tool=prowler');
  await user.click(await screen.findByRole('button', { name: 'Export' }));
  const csv = await screen.findByRole('menuitem', { name: /CSV/ });
  const query = 'severity=critical&tool=prowler&format=';
  expect(csv.getAttribute('href')).toBe(`/api/security-scans/finding-export?${query}csv`);
  const workbook = screen.getByRole('menuitem', { name: /Excel/ });
  expect(workbook.getAttribute('href')).toBe(`/api/security-scans/finding-export?${query}xlsx`);
});

test('groups findings by check, and pages through the findings of a group', async () => {
  aServerWithFindings();
  const { user } = renderApp('/findings');
  expect(await screen.findByText(/42 issues, 19,441 findings/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: /S3 buckets block public access/ }));
  expect(await screen.findByRole('link', { name: 'billing' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: /Load more/ }));
  expect(await screen.findByRole('link', { name: 'media' })).toBeTruthy();
});

test('keeps filters in the URL and sends them to the server', async () => {
  const server = aServerWithFindings();
  const { user, address } = renderApp('/findings?checkId=s3_public');
  await user.click(await screen.findByRole('checkbox', { name: /Critical/ }));
  await waitFor(() => expect(address()).toBe('/findings?checkId=s3_public&severity=critical'));
  await user.click(screen.getByRole('checkbox', { name: /Medium/ }));
  await waitFor(() =>
    expect(address()).toBe('/findings?checkId=s3_public&severity=critical,medium'),
  );
  const asked = server.requests.findLast(({ path }) => path.endsWith('/finding-groups'));
  expect(asked?.search).toContain('severity=critical&severity=medium');
  expect(asked?.search).toContain('checkId=s3_public');
  await user.click(screen.getByRole('button', { name: 'Remove s3_public' }));
  await waitFor(() => expect(address()).toBe('/findings?severity=critical,medium'));
});

test('filters by tool, and by the changes of an import until its filter is removed', async () => {
  const server = aServerWithFindings().on(getImport, () => anImport());
  const { user, address } = renderApp('/findings?importId=imp_1&change=resolved');
  const chosen = within(await screen.findByRole('group', { name: 'Chosen filters' }));
  expect(await chosen.findByText('Import report.ocsf.json')).toBeTruthy();
  expect(chosen.getByText('Resolved by it')).toBeTruthy();
  expect(screen.getByRole('checkbox', { name: /Open/ })).toHaveProperty('checked', false);
  await user.click(screen.getByRole('checkbox', { name: /prowler/ }));
  await waitFor(() =>
    expect(address()).toBe('/findings?importId=imp_1&change=resolved&tool=prowler'),
  );
  const asked = server.requests.findLast(({ path }) => path.endsWith('/finding-groups'));
  for (const part of ['importId=imp_1', 'change=resolved', 'tool=prowler']) {
    expect(asked?.search).toContain(part);
  }
  await user.click(screen.getByRole('button', { name: 'Remove imp_1' }));
  await waitFor(() => expect(address()).toBe('/findings?tool=prowler'));
});

test('opens with the filters from the URL, and clears them when nothing matches', async () => {
  aServerWithFindings();
  const { user, address } = renderApp('/findings?severity=critical,bogus&q=nothing');
  expect(await screen.findByText('No finding matches these filters')).toBeTruthy();
  expect(screen.getByRole('checkbox', { name: /Critical/ })).toHaveProperty('checked', true);
  await user.click(screen.getByRole('button', { name: 'Clear all filters' }));
  await waitFor(() => expect(address()).toBe('/findings'));
});

test('shows all findings in one list', async () => {
  aServerWithFindings();
  const { user, address } = renderApp('/findings');
  await user.click(await screen.findByRole('button', { name: 'All findings' }));
  await waitFor(() => expect(address()).toBe('/findings?view=list'));
  const list = within(await screen.findByRole('list', { name: 'Findings' }));
  await waitFor(() => expect(list.getAllByRole('article')).toHaveLength(2));
});

test('shows the controls that a finding lowers, and never renders its text as markup', async () => {
  const server = aServer()
    .on(getFinding, () => ({
      ...aFinding({ staleSince: '2026-11-21T00:00:00Z' }),
      check: aCheck(),
    }))
    .on(getCheckControls, () => ({
      items: [
        {
          controlId: 'DCH-01',
          title: 'Data is protected',
          status: 'partial' as const,
          match: aMatch(),
        },
      ],
      attributions: ['Third-party text © Example'],
    }))
    .on(triageFinding, () => aFinding({ status: 'accepted' }));
  const { user } = renderApp('/findings/fnd_1');
  const controls = within(await screen.findByRole('region', { name: 'Controls it lowers' }));
  expect(await controls.findByRole('link', { name: 'DCH-01 Data is protected' })).toBeTruthy();
  expect(controls.getByText('Third-party text © Example')).toBeTruthy();
  expect(screen.getByText(/<script>alert\(1\)<\/script>/)).toBeTruthy();
  expect(screen.queryByRole('link', { name: /How to fix it/ })).toBeNull();
  expect(screen.getByText('Stale since')).toBeTruthy();

  await user.click(screen.getByRole('button', { name: 'Triage' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Triage the finding' }));
  await user.type(dialog.getByRole('textbox', { name: /Reason/ }), 'Until spring.');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.find(({ method }) => method === 'POST')?.body).toMatchObject({
    status: 'accepted',
    reason: 'Until spring.',
  });
});

test('shows the vulnerability, package and location of a finding', async () => {
  aServer()
    .on(getFinding, () => ({
      ...aFinding({
        details: {
          vulnerability: {
            ids: ['CVE-2024-0001', 'javascript:alert(1)'],
            cvss: { score: 9.8, vector: 'CVSS:3.1/AV:N', source: 'nvd' },
            epss: { score: 0.942, percentile: 0.99 },
            knownExploited: true,
          },
          package: {
            name: 'openssl',
            purl: null,
            installedVersion: '3.0.1',
            fixedVersion: '3.0.9',
            path: null,
          },
          network: {
            address: '192.0.2.1',
            protocol: 'tcp',
            port: 443,
            service: 'https',
            product: null,
            version: null,
            encrypted: true,
          },
        },
      }),
      check: aCheck(),
    }))
    .on(getCheckControls, () => ({ items: [], attributions: [] }));
  renderApp('/findings/fnd_1');
  const weakness = within(await screen.findByRole('region', { name: 'Vulnerability' }));
  expect(weakness.getByRole('link').getAttribute('href')).toBe(
    'https://nvd.nist.gov/vuln/detail/CVE-2024-0001',
  );
  expect(weakness.getByText('9.8 of 10 (nvd)')).toBeTruthy();
  expect(weakness.getByText('94.2 %')).toBeTruthy();
  expect(weakness.getByText('Known to be exploited')).toBeTruthy();
  const affected = within(screen.getByRole('region', { name: 'Package' }));
  expect(affected.getByText('Fixed in').parentElement?.textContent).toContain('3.0.9');
  expect(screen.getByText('443/tcp')).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'Web location' })).toBeNull();
});
