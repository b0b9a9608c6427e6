import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  type CloudAccount,
  changeCloudAccount,
  createCloudAccount,
  deleteCloudAccount,
  getCloudAccount,
  listCloudAccounts,
  testCloudAccount,
} from '../../../contract/cloud-security.js';
import {
  type AccountRegions,
  getAccountRegions,
  putAccountRegions,
  removeAccountRegions,
} from '../../../contract/compliance.js';
import { listScans } from '../../../contract/orchestration.js';
import { anAccount } from '../../testing/cloud-security.builders.js';
import { aScanSummary } from '../../testing/orchestration.builders.js';
import { aMe, aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const at = '2026-11-20T10:00:00.000Z';
const failed = {
  status: 'failed',
  at,
  problem: 'iam:ListUsers is missing; attach SecurityAudit',
} as const;
const running = { status: 'running', at, problem: null } as const;
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const regions: AccountRegions = {
  ...{ account: 'aws/123456789012', provider: 'aws', accountId: '123456789012' },
  ...{ inUse: null, seen: ['eu-west-1'], missing: [], notListed: [] },
  ...{ changedBy: null, changedAt: null },
};

/** A server with one account, which applies changes. */
function aServerWithAccount(parts: Partial<CloudAccount> = {}, me = aMe()) {
  let account: CloudAccount | null = anAccount(parts);
  const known = () => {
    if (!account) throw new Error('the account is gone');
    return account;
  };
  return aServer(me)
    .on(getAccountRegions, () => regions)
    .on(listCloudAccounts, () => ({ items: account ? [account] : [], nextCursor: null }))
    .on(getCloudAccount, known)
    .on(listScans, ({ query }) => ({
      items: query.target ? [aScanSummary()] : [],
      nextCursor: null,
    }))
    .on(changeCloudAccount, ({ body: { name, status } }) => {
      account = { ...known(), ...(name ? { name } : {}), ...(status ? { status } : {}) };
      return account;
    })
    .on(testCloudAccount, () => ({ ...known(), lastTest: running }))
    .on(deleteCloudAccount, ({ params }) => {
      account = null;
      return { id: params.accountId };
    });
}

test('adds an AWS account with a role, after showing what is wrong with the input', async () => {
  const server = aServerWithAccount({ lastTest: failed }).on(createCloudAccount, () =>
    anAccount({ lastTest: running }),
  );
  const { user, address, fill } = renderApp('/accounts/new');
  const submit = await screen.findByRole('button', { name: 'Add and test connection' });
  await user.click(submit);
  expect(screen.getByText('must be the 12 digits of the account')).toBeTruthy();
  expect(screen.getByText('Choose at least one region')).toBeTruthy();
  expect(screen.getByText(/must look like arn:aws:iam/)).toBeTruthy();
  const field = (name: RegExp) => screen.getByRole('textbox', { name });
  await waitFor(() => expect(document.activeElement).toBe(field(/^Name/)));
  await fill(field(/^Name/), 'Production');
  await fill(field(/^Account number/), '123456789012');
  await user.type(screen.getByRole('combobox', { name: 'Regions' }), 'eu-west-1{enter}');
  await user.click(screen.getByRole('button', { name: /regions enabled by default/ }));
  await fill(field(/^Role/), 'arn:aws:iam::123456789012:role/S');
  const externalId = field(/^External id/).getAttribute('value');
  expect(externalId).toMatch(/^offload-[0-9a-f]{32}$/);
  const guide = screen.getByRole('region', { name: 'Access to grant' });
  expect(guide.textContent).toContain(`"sts:ExternalId": "${externalId}"`);
  await fill(field(/^Access key id/), 'AKIAIOSFODNN7EXAMPLE');
  await fill(screen.getByLabelText(/^Secret access key/), SECRET);
  await user.click(submit);
  await waitFor(() => expect(address()).toBe('/accounts/acc_1'));
  const sent = server.requests.find(({ method }) => method === 'POST')?.body;
  expect(sent).toMatchObject({
    name: 'Production',
    scope: { kind: 'aws', accountId: '123456789012' },
    credentials: {
      kind: 'aws_role',
      roleArn: 'arn:aws:iam::123456789012:role/S',
      externalId,
      keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET },
    },
  });
  expect((sent as { scope: { regions: string[] } }).scope.regions).toHaveLength(17);
  expect(
    await screen.findByText(
      'Prowler is signing in and running a quick check. This may take a minute.',
    ),
  ).toBeTruthy();
  const problem = 'iam:ListUsers is missing; attach SecurityAudit';
  expect(await screen.findByText(problem, undefined, { timeout: 4_000 })).toBeTruthy();
  expect(document.body.textContent).not.toContain(SECRET);
});

test.each([
  [
    'Azure',
    { 'Tenant id': 'a'.repeat(8), 'Subscription id': 'b'.repeat(8) },
    ['must be a UUID', 'must be a UUID'],
    /Directory.Read.All/,
  ],
  ['Google Cloud', { 'Project id': 'NO' }, [/must be a project id/], /roles\/viewer/],
  ['Kubernetes', { 'Cluster name': '-x' }, [/must be the name of a context/], /clusterrole/],
])('shows the fields and the access guide for %s', async (provider, given, problems, guide) => {
  aServer();
  const { user } = renderApp('/accounts/new');
  await user.click(await screen.findByRole('radio', { name: provider }));
  expect(screen.queryByRole('textbox', { name: /^Account number/ })).toBeNull();
  for (const [label, text] of Object.entries(given)) {
    await user.type(screen.getByRole('textbox', { name: new RegExp(`^${label}`) }), text);
  }
  await user.click(screen.getByRole('button', { name: 'Add and test connection' }));
  for (const problem of problems) expect(screen.getAllByText(problem).length).toBeGreaterThan(0);
  const text = screen.getByRole('region', { name: 'Access to grant' }).textContent ?? '';
  expect(text).toMatch(guide);
});

test('tests the connection again, and follows it until it passes', async () => {
  const server = aServerWithAccount({ lastTest: failed });
  const { user } = renderApp('/accounts/acc_1');
  const connection = within(await screen.findByRole('region', { name: 'Connection' }));
  expect(connection.getByText('iam:ListUsers is missing; attach SecurityAudit')).toBeTruthy();
  server.on(getCloudAccount, () => anAccount());
  await user.click(connection.getByRole('button', { name: 'Test connection' }));
  expect(await connection.findByText('Testing connection')).toBeTruthy();
  expect(connection.queryByRole('alert')).toBeNull();
  expect(await connection.findByText('Connected', undefined, { timeout: 4_000 })).toBeTruthy();
});

test('renames, deactivates and removes an account, each in its own dialog', async () => {
  const server = aServerWithAccount();
  const { user, address } = renderApp('/accounts/acc_1');
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  const edit = within(await screen.findByRole('dialog', { name: 'Edit Production' }));
  const name = edit.getByRole('textbox', { name: /^Name/ });
  await user.clear(name);
  await user.type(name, 'Live');
  await user.click(edit.getByRole('button', { name: 'Save' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Live' })).toBeTruthy();

  await user.click(screen.getByRole('button', { name: 'Deactivate' }));
  const off = within(await screen.findByRole('dialog', { name: 'Deactivate Live?' }));
  await user.click(off.getByRole('button', { name: 'Deactivate' }));
  expect(await screen.findByRole('button', { name: 'Activate' })).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Scan now' })).toBeNull();

  await user.click(screen.getByRole('button', { name: 'Remove' }));
  const remove = within(await screen.findByRole('dialog', { name: 'Remove Live?' }));
  expect(server.requests.some(({ method }) => method === 'DELETE')).toBe(false);
  await user.click(remove.getByRole('button', { name: 'Remove the account' }));
  expect(await screen.findByText('No cloud account yet')).toBeTruthy();
  expect(address()).toBe('/accounts');
});

test('replaces credentials without showing the old ones', async () => {
  const server = aServerWithAccount({
    credentials: { kind: 'aws_keys', hint: 'key …MPLE', changedAt: at },
  });
  const { user, fill } = renderApp('/accounts/acc_1');
  await user.click(await screen.findByRole('button', { name: 'Replace credentials' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Replace credentials' }));
  const key = dialog.getByRole('textbox', { name: /^Access key id/ });
  expect(key.getAttribute('value')).toBe('');
  expect(dialog.getByLabelText(/^Secret access key/).getAttribute('type')).toBe('password');
  await fill(key, 'akia');
  await user.click(dialog.getByRole('button', { name: 'Replace and test' }));
  expect(dialog.getByText('must look like AKIAIOSFODNN7EXAMPLE')).toBeTruthy();
  await fill(key, 'AKIAIOSFODNN7EXAMPLE');
  await fill(dialog.getByLabelText(/^Secret access key/), SECRET);
  await user.click(dialog.getByRole('button', { name: 'Replace and test' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.find(({ method }) => method === 'PATCH')?.body).toEqual({
    credentials: {
      kind: 'aws_keys',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: SECRET,
    },
  });
});

test('lists failed connections, and offers no changes to users without permission', async () => {
  aServerWithAccount({ lastTest: failed }, aMeWithout('accounts:write', 'scans:run'));
  const { user } = renderApp('/accounts');
  const row = within(await screen.findByRole('listitem', { name: 'Production' }));
  expect(row.getByText('iam:ListUsers is missing; attach SecurityAudit')).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Add an account' })).toBeNull();
  await user.click(row.getByRole('link', { name: 'Production' }));
  const scans = within(await screen.findByRole('region', { name: 'Scans' }));
  expect(await scans.findByRole('article', { name: 'Cloud account: Production' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: /Edit|Remove|Test connection/ })).toBeNull();
  expect(screen.queryByRole('link', { name: 'Scan now' })).toBeNull();
});

test('says that the scanner is not installed, instead of blaming the account', async () => {
  const problem = 'prowler is not on PATH; install it: pipx install prowler.';
  aServerWithAccount({
    lastTest: { status: 'failed', at: failed.at, problem, cause: 'scanner' },
    attention: problem,
  });
  const { user } = renderApp('/accounts');
  const row = within(await screen.findByRole('listitem', { name: 'Production' }));
  expect(row.getByText('Scanner not available')).toBeTruthy();
  expect(row.getByText('Needs attention')).toBeTruthy();
  expect(row.queryByText('Connection failed')).toBeNull();
  await user.click(row.getByRole('link', { name: 'Production' }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('The scanner is not available on this server');
  expect(alert.textContent).toContain('pipx install prowler');
});

test('an account of reports only can be given credentials, and nothing else', async () => {
  const reported = anAccount({
    ...{ name: '123456789012', status: 'reports_only', credentials: null, lastTest: null },
    scope: { kind: 'reported', accountId: '123456789012' },
    lastImport: { importId: 'imp_1', at: '2026-11-20T10:00:00.000Z' },
  });
  aServer()
    .on(listCloudAccounts, () => ({ items: [reported], nextCursor: null }))
    .on(getCloudAccount, () => reported);
  const { user, address } = renderApp('/accounts');
  const row = within(await screen.findByRole('listitem', { name: '123456789012' }));
  expect(row.getByText('Reports only')).toBeTruthy();
  await user.click(row.getByRole('link'));
  const add = await screen.findByRole('link', { name: 'Add credentials' });
  expect(screen.queryByRole('button', { name: /Test|Deactivate|Replace/ })).toBeNull();
  expect(screen.queryByRole('link', { name: 'Scan now' })).toBeNull();
  await user.click(add);
  expect(address()).toContain('account=123456789012');
  expect(await screen.findByRole('textbox', { name: /^Account/ })).toHaveProperty(
    'value',
    '123456789012',
  );
});

test('states the regions that an account uses, and forgets them', async () => {
  let current = regions;
  const server = aServerWithAccount()
    .on(getAccountRegions, () => current)
    .on(putAccountRegions, ({ body }) => {
      const stated = { inUse: body.regions, changedBy: 'Ada', changedAt: at };
      current = { ...regions, ...stated, missing: ['us-east-1'] };
      return current;
    })
    .on(removeAccountRegions, () => {
      current = regions;
      return current;
    });
  const { user } = renderApp('/accounts/acc_1');
  const section = await screen.findByRole('region', { name: 'Regions in use' });
  await within(section).findByText(/Not stated yet/);
  await user.click(within(section).getByRole('button', { name: 'State the regions' }));
  const field = screen.getByRole('combobox', { name: 'Regions in use' });
  await user.type(field, 'mars{enter}');
  await user.click(screen.getByRole('button', { name: 'Save the regions' }));
  expect(await screen.findByText('“mars” must look like eu-west-1')).toBeTruthy();
  await user.type(field, '{backspace}us-east-1{enter}');
  await user.click(screen.getByRole('button', { name: 'Save the regions' }));
  expect(await within(section).findByText(/us-east-1: controls of this account/)).toBeTruthy();
  const sent = server.requests.find(({ method }) => method === 'PUT');
  expect(sent?.body).toEqual({ regions: ['eu-west-1', 'us-east-1'] });
  await user.click(within(section).getByRole('button', { name: 'Change' }));
  await user.click(screen.getByRole('button', { name: 'Forget the regions' }));
  expect(await within(section).findByText(/Not stated yet/)).toBeTruthy();
});
