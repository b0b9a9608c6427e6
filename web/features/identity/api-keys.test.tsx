import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  type ApiKey,
  createApiKey,
  deleteApiKey,
  KEY_PRESETS,
  listApiKeys,
  rotateApiKey,
} from '../../../contract/api-keys.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const aKey = (changes: Partial<ApiKey> = {}): ApiKey => ({
  ...{ id: 'key_1', name: 'GitHub', prefix: 'osk_abcd1234', permissions: ['findings:read'] },
  ...{ owner: { id: 'usr_1', name: 'Kim' }, addresses: [], createdAt: inDays(-10) },
  ...{ expiresAt: inDays(80), lastUsedAt: null, lastAddress: null },
  ...changes,
});
const SECRET = `osk_abcd1234_${'x'.repeat(40)}_123456`;

function withKeys(items: ApiKey[] = [], server = aServer()) {
  const state = { items };
  server
    .on(listApiKeys, () => state)
    .on(createApiKey, ({ body: { days, ...body } }) => {
      const id = `key_${state.items.length + 1}`;
      const made = aKey({ ...body, id, expiresAt: inDays(days) });
      state.items = [...state.items, made];
      return { ...made, key: SECRET };
    })
    .on(rotateApiKey, () => ({ ...aKey({ id: 'key_2' }), key: SECRET }))
    .on(deleteApiKey, ({ params }) => {
      state.items = state.items.filter(({ id }) => id !== params.keyId);
      return { id: params.keyId };
    });
  return server;
}
const sent = ({ requests }: ReturnType<typeof withKeys>) =>
  requests.filter(({ method }) => method !== 'GET');

test('creates a key for a pipeline, and shows it once', async () => {
  const server = withKeys();
  const { user, fill, unmount } = renderApp('/system/keys');
  await screen.findByRole('heading', { name: 'No API keys yet' });
  await user.click(screen.getByRole('button', { name: 'Create a key' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Create an API key' }));
  const days = dialog.getByLabelText('Days until it expires');
  await fill(days, '400');
  await user.click(dialog.getByRole('button', { name: 'Create' }));
  await dialog.findByText('From 1 to 365.');
  dialog.getByText('This field is required');
  expect(sent(server)).toEqual([]);
  await fill(days, '30');
  await fill(dialog.getByLabelText(/^Name/), 'GitHub');
  await fill(dialog.getByLabelText('Addresses'), '192.0.2.0/24, 198.51.100.7');
  await user.click(dialog.getByRole('button', { name: 'Create' }));
  await screen.findByText(SECRET);
  screen.getByText(/whoever has it can act as you/);
  expect(sent(server)).toMatchObject([
    {
      body: {
        ...{ name: 'GitHub', permissions: KEY_PRESETS.ci, days: 30 },
        addresses: ['192.0.2.0/24', '198.51.100.7'],
      },
    },
  ]);
  await screen.findByRole('listitem', { name: 'GitHub' });
  unmount();
  renderApp('/system/keys');
  await screen.findByRole('listitem', { name: 'GitHub' });
  expect(screen.queryByText(SECRET)).toBeNull();
});

test('offers only permissions that the user has', async () => {
  const server = withKeys([], aServer(aMeWithout('installation:write', 'scans:run', 'team:write')));
  const { user, fill } = renderApp('/system/keys');
  await user.click(await screen.findByRole('button', { name: 'Create a key' }));
  const dialog = within(await screen.findByRole('dialog'));
  await fill(dialog.getByLabelText(/^Name/), 'Own');
  await user.selectOptions(dialog.getByLabelText('Permissions'), 'chosen');
  expect(
    dialog.queryByRole('checkbox', { name: 'run and schedule scans, declare own targets' }),
  ).toBeNull();
  await user.click(dialog.getByRole('button', { name: 'Create' }));
  await dialog.findByText('Choose at least one permission');
  await user.click(dialog.getByRole('checkbox', { name: 'read findings' }));
  await user.click(dialog.getByRole('button', { name: 'Create' }));
  await screen.findByText(SECRET);
  expect(sent(server)).toMatchObject([{ body: { permissions: ['findings:read'] } }]);
  await user.click(screen.getByRole('button', { name: 'Create a key' }));
  const next = within(await screen.findByRole('dialog'));
  await fill(next.getByLabelText(/^Name/), 'Pipeline');
  await user.click(next.getByRole('button', { name: 'Create' }));
  await waitFor(() => expect(sent(server)).toHaveLength(2));
  expect(sent(server)[1]).toMatchObject({
    body: { permissions: KEY_PRESETS.ci.filter((each) => each !== 'scans:run') },
  });
});

test('marks keys that expire soon or have expired, and names owner and last use', async () => {
  withKeys([
    aKey({ name: 'Old', expiresAt: inDays(-1) }),
    aKey({ id: 'key_2', name: 'Soon', expiresAt: inDays(5.5) }),
    aKey({
      ...{ id: 'key_3', name: 'Other', owner: { id: 'usr_2', name: 'Lou' } },
      ...{ lastUsedAt: inDays(-3), lastAddress: '192.0.2.9', addresses: ['192.0.2.0/24'] },
    }),
  ]);
  renderApp('/system/keys');
  const old = within(await screen.findByRole('listitem', { name: 'Old' }));
  old.getByText(/^Expired/);
  old.getByText(/yours · never used/);
  within(screen.getByRole('listitem', { name: 'Soon' })).getByText('Expires in 5 days');
  const other = within(screen.getByRole('listitem', { name: 'Other' }));
  other.getByText(/of Lou/);
  other.getByText('last used 3 days ago from 192.0.2.9');
  // Whoever rotates a key sees it.
  expect(other.queryByRole('button', { name: 'Rotate' })).toBeNull();
  other.getByRole('button', { name: 'Revoke' });
});

test('rotates a key with a grace period, and revokes it after a confirmation', async () => {
  const server = withKeys([aKey()]);
  const { user, fill } = renderApp('/system/keys');
  await user.click(await screen.findByRole('button', { name: 'Rotate' }));
  let dialog = within(await screen.findByRole('dialog', { name: 'Rotate “GitHub”' }));
  await fill(dialog.getByLabelText(/^Hours/), '500');
  await user.click(dialog.getByRole('button', { name: 'Create the new key' }));
  await dialog.findByText('From 0 to 168.');
  await fill(dialog.getByLabelText(/^Hours/), '0');
  await user.click(dialog.getByRole('button', { name: 'Create the new key' }));
  await screen.findByText(SECRET);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await user.click(screen.getByRole('button', { name: 'Revoke' }));
  dialog = within(await screen.findByRole('dialog', { name: 'Revoke “GitHub”?' }));
  await user.click(dialog.getByRole('button', { name: 'Revoke' }));
  await screen.findByRole('heading', { name: 'No API keys yet' });
  expect(sent(server)).toMatchObject([
    { path: '/api/api-keys/key_1/rotate', body: { graceHours: 0 } },
    { method: 'DELETE', path: '/api/api-keys/key_1' },
  ]);
});

test('shows a role without keys that it has none, and asks the server for none', async () => {
  const server = withKeys([], aServer(aMeWithout('keys:write')));
  renderApp('/system/keys');
  await screen.findByText(/Your role may not create API keys/);
  expect(screen.queryByRole('button', { name: 'Create a key' })).toBeNull();
  expect(server.requests.some(({ path }) => path === '/api/api-keys')).toBe(false);
});
