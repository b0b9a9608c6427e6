import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { built } from '../../server/package-root.js';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;
let home: string;

beforeAll(async () => {
  [app, browser, home] = await Promise.all([
    startApp(),
    openBrowser(),
    mkdtemp(join(tmpdir(), 'cspm-e2e-')),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await rm(home, { recursive: true, force: true });
});

/** Starts `cspm` as a user with a home of their own. */
function cspm(...args: string[]) {
  const env = { PATH: process.env.PATH ?? '', HOME: home, DATA_DIR: join(home, 'data') };
  const child = spawn(process.execPath, [built('server', 'cspm.js'), ...args], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output: () => output, ended };
}

test('a command line signs in by a code that a user confirms in the browser', async () => {
  const login = cspm('login', '--server', app.url);
  await expect.poll(login.output, { timeout: 20_000 }).toMatch(/the code [A-Z-]{9}/);
  const code = /the code ([A-Z-]{9})/.exec(login.output())?.[1] ?? '';
  const { page, errors } = await openPage(browser, app.url);
  await page.goto(`/connect#code=${code}`);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('import reports, undo imports').waitFor();
  await page.getByText(code).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByText('has its key').waitFor();
  expect(await login.ended).toBe(0);
  const whoami = cspm('whoami');
  expect(await whoami.ended).toBe(0);
  expect(whoami.output()).toContain(app.url);
  await page.goto('/system/keys');
  await page.getByRole('listitem', { name: /^cspm on / }).waitFor();

  const logout = cspm('logout');
  expect([await logout.ended, logout.output()]).toEqual([0, expect.stringContaining('revoked')]);
  await page.reload();
  await page.getByText('No API keys yet').waitFor();

  // A service account, beside the keys.
  await page.getByRole('button', { name: 'Create a service account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Jenkins');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const row = page.getByRole('listitem', { name: 'Service account Jenkins' });
  await row.getByRole('button', { name: 'Disable' }).click();
  await row.getByText('Disabled').waitFor();
  await row.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  expect(errors).toEqual([]);
  await page.context().close();
});
