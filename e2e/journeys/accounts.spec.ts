import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

test('an account is added, tested, scheduled, deactivated and removed', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/accounts');
  await page.getByText('No cloud account yet').waitFor();
  await page.getByRole('link', { name: 'Add an account' }).first().click();

  await page.getByRole('button', { name: 'Add and test connection' }).click();
  await page.getByText('must be the 12 digits of the account').waitFor();
  await page.getByText('Choose at least one region').waitFor();
  const field = (name: RegExp) => page.getByRole('textbox', { name });
  await field(/^Name/).fill('Production');
  await field(/^Account number/).fill('123456789012');
  await page.getByRole('combobox', { name: 'Regions' }).fill('eu-west-1,');
  await field(/^Role/).fill('arn:aws:iam::123456789012:role/Scanner');
  const externalId = await field(/^External id/).inputValue();
  expect(externalId).toMatch(/^offload-[0-9a-f]{32}$/);
  const guide = page.getByRole('region', { name: 'Access to grant' });
  expect(await guide.innerText()).toContain(externalId);
  await field(/^Access key id/).fill('AKIAIOSFODNN7EXAMPLE');
  await page.getByLabel('Secret access key').fill(SECRET);
  await page.getByRole('button', { name: 'Add and test connection' }).click();

  await page.waitForURL(/\/accounts\/acc_/);
  await page.getByRole('heading', { level: 1, name: 'Production' }).waitFor();
  const connection = page.getByRole('region', { name: 'Connection' });
  const failure = connection.getByRole('alert');
  await failure.waitFor({ timeout: 110_000 });
  // Without Prowler the tool is missing; with Prowler the keys are invalid.
  expect(await failure.innerText()).toMatch(/prowler|AWS|credential|token|endpoint/i);
  expect(await page.content()).not.toContain(SECRET);

  await page.getByRole('link', { name: 'Schedules' }).click();
  await page.getByRole('listitem', { name: 'Daily scan of Production' }).waitFor();
  await page.goBack();

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: /^Name/ }).fill('Live');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();

  await page.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('button', { name: 'Activate', exact: true }).waitFor();
  expect(await page.getByRole('link', { name: 'Scan now' }).count()).toBe(0);

  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the account' }).click();
  await page.getByText('No cloud account yet').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a system job is changed, run now, and switched off', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/scans/system-jobs');
  const schedule = page.getByRole('listitem', { name: 'Delete data past its retention period' });
  await schedule.getByText('At 02:30, every day (UTC)').waitFor();
  await schedule.getByRole('button', { name: 'Change' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Cron expression/ }).fill('15 4 * * 1-5');
  await dialog.getByText('At 04:15, Monday to Friday').waitFor();
  await dialog.getByRole('combobox', { name: 'Time zone' }).selectOption('Europe/Berlin');
  await dialog.getByRole('radio', { name: 'Queue it' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await schedule.getByText('At 04:15, Monday to Friday (Europe/Berlin)').waitFor();

  await schedule
    .getByRole('button', { name: 'Run now: Delete data past its retention period' })
    .click();
  await schedule.getByText('Queued; it runs').waitFor();
  await schedule.getByText('just now').first().waitFor();

  await schedule.getByRole('switch').press('Space');
  await schedule.getByText('none while off').waitFor();
  await page.reload();
  await schedule.getByText('none while off').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('the tools page shows available scanners and how to install the others', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/scans/tools');
  const builtIn = page.getByRole('listitem', { name: 'Built-in web check' });
  await builtIn.getByText('Built in', { exact: true }).waitFor();
  const all = page.getByRole('region', { name: 'Scanners' }).getByRole('listitem');
  expect(await all.count()).toBe(5);
  for (const tool of await all.all()) {
    expect(await tool.innerText()).toMatch(/Built in|Available|install it|docker pull/);
  }
  await page.getByRole('link', { name: 'Failed jobs' }).click();
  await page.getByText('No failed jobs').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
