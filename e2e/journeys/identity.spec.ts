import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

const PASSWORD = 'four green bicycles whistle';
const EMAIL = 'lou@example.org';

let app: App;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(EMAIL);
  await page.getByLabel('Password').first().fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** A browser without the operator's session. */
async function openSignedOut(path: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

test('an invited auditor joins, signs out and in, and is offered only what the role may', async () => {
  const { page: admin } = await openPage(browser, app.url);
  await admin.goto('/system/team');
  await admin.getByRole('button', { name: 'Invite' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill(EMAIL);
  await dialog.getByRole('radio', { name: 'Auditor' }).check();
  await dialog.getByRole('button', { name: 'Create the link' }).click();
  const link = await admin.getByText('/invitation#token=').innerText();

  const page = await openSignedOut(link.replace(app.url, ''));
  await page.getByText('Auditor: reads everything').waitFor();
  expect(page.url()).toBe(`${app.url}/invitation`);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Lou');
  await page.getByLabel('Password').first().fill(PASSWORD);
  await page.getByRole('button', { name: 'Join the team' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();

  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto('/system/team?next=//evil.example');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signIn(page, 'not the password');
  await page.getByText('The e-mail address or the password is wrong.').waitFor();
  await signIn(page, PASSWORD);
  await page.getByRole('listitem', { name: 'Lou' }).getByText('Auditor').waitFor();
  expect(page.url()).toContain('/system/team');
  expect(await page.getByRole('button', { name: 'Invite' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);

  // Ended elsewhere, the session is over at once.
  const row = admin.getByRole('listitem', { name: 'Lou' });
  await admin.reload();
  await row.getByRole('button', { name: 'Remove' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await row.waitFor({ state: 'detached' });
  await page.goto('/findings');
  await page.getByText('You are in no team').waitFor();
  await page.context().close();
  await admin.context().close();
});

test('a key is created, works for its permissions, and ends when it is revoked', async () => {
  const { page } = await openPage(browser, app.url);
  await page.goto('/system/keys');
  await page.getByRole('button', { name: 'Create a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Pipeline');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const key = (await page.getByText(/^osk_\w{8}_\w{40}_\w{6}$/).innerText()).trim();
  const statusOf = async (path: string) =>
    (await fetch(app.url + path, { headers: { 'x-api-key': key } })).status;
  expect(await statusOf('/api/security-scans/findings')).toBe(200);
  expect(await statusOf('/api/users')).toBe(403);
  await page.reload();
  await page.getByRole('listitem', { name: 'Pipeline' }).waitFor();
  expect(await page.getByText(key).count()).toBe(0);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No API keys yet').waitFor();
  expect(await statusOf('/api/security-scans/findings')).toBe(401);
  await page.context().close();
});
