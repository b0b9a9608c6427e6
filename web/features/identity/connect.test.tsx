import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { answerCliLogin, CLI_PERMISSIONS, previewCliLogin } from '../../../contract/cli-login.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const now = new Date().toISOString();
function aWaiting(server = aServer()) {
  return server
    .on(previewCliLogin, ({ body: { code } }) => ({
      ...{ code, client: 'build-7', address: '192.0.2.7', startedAt: now, expiresAt: now },
      permissions: [...CLI_PERMISSIONS],
    }))
    .on(answerCliLogin, ({ body: { isAllowed } }) => ({ isAllowed }));
}
const bodies = ({ requests }: ReturnType<typeof aServer>) =>
  requests.filter(({ method }) => method !== 'GET').map(({ body }) => body);

test('shows which command line gets what, and allows it', async () => {
  const server = aWaiting();
  const { user, address } = renderApp('/connect#code=BCDF-GHJK');
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Code' });
  expect(field.value).toBe('BCDF-GHJK');
  expect(address()).toBe('/connect');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await screen.findByText('build-7');
  screen.getByText('192.0.2.7');
  screen.getByText('import reports, undo imports');
  await user.click(screen.getByRole('button', { name: 'Allow' }));
  await screen.findByText(/build-7 has its key/);
  expect(bodies(server)).toEqual([{ code: 'BCDF-GHJK' }, { code: 'BCDF-GHJK', isAllowed: true }]);
});

test('rejects what is no code, and can refuse', async () => {
  const server = aWaiting();
  const { user, fill } = renderApp('/connect');
  await fill(await screen.findByRole('textbox', { name: 'Code' }), 'hello');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await screen.findByText('Eight letters, such as BCDF-GHJK');
  expect(bodies(server)).toEqual([]);
  await fill(screen.getByRole('textbox', { name: 'Code' }), 'bcdfghjk');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await user.click(await screen.findByRole('button', { name: 'Refuse' }));
  await screen.findByText(/got nothing/);
  expect(bodies(server).at(-1)).toMatchObject({ isAllowed: false });
});

test('is not offered to those who may not create keys', async () => {
  aServer(aMeWithout('keys:write'));
  renderApp('/connect');
  await screen.findByText(/create API keys/);
  expect(screen.queryByRole('textbox', { name: 'Code' })).toBeNull();
});
