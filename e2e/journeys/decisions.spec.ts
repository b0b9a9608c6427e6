import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from '../call-api.js';
import { importSample } from '../import-sample.js';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  await importSample(app.url);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** A control that fails. */
async function failing(): Promise<string> {
  const { items } = await callApi(`${app.url}/api/common-controls?status=not_implemented`);
  return (items as { id: string }[])[0]?.id ?? '';
}

const region = (page: Page, name: string) => page.getByRole('region', { name });

test('a contradicted override is flagged and withdrawn, and both stay in the log', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const controlId = await failing();
  await page.goto(`/controls/${controlId}`);
  await region(page, 'Decision log').getByText('No decisions yet').waitFor();
  await page.getByRole('button', { name: 'Decide' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Not applicable' }).click();
  await dialog.getByRole('textbox', { name: /Approver/ }).waitFor();
  await dialog.getByRole('radio', { name: 'Override' }).click();
  await dialog
    .getByRole('textbox', { name: /Justification/ })
    .fill('A proxy in front enforces it.');
  const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel('Valid until').fill(tomorrow);
  await dialog.getByRole('button', { name: 'Save the decision' }).click();
  await dialog.waitFor({ state: 'hidden' });

  await page.getByText('Evidence contradicts the decision').waitFor();
  const log = region(page, 'Decision log');
  await log.getByText('Override: implemented').waitFor();
  const { items } = await callApi(`${app.url}/api/compliance-engine/decisions?contradicted=true`);
  expect(items).toMatchObject([{ controlId, contradicted: true }]);

  await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await log.getByText('Withdrawn', { exact: true }).waitFor();
  expect(await log.getByRole('listitem').count()).toBe(2);
  await page.getByText('Evidence contradicts the decision').waitFor({ state: 'hidden' });
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a framework gets a scope and the team changes its thresholds', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/frameworks');
  await page.getByRole('link', { name: 'Scope and thresholds' }).click();
  await page.getByRole('heading', { level: 1, name: 'Scope and thresholds' }).waitFor();
  const accounts = region(page, 'Accounts');
  await accounts
    .getByRole('button', { name: /^Edit aws/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Environment' }).fill('production');
  await dialog.getByRole('button', { name: 'Save the profile' }).click();
  await accounts.getByRole('cell', { name: 'production' }).waitFor();

  await page.getByRole('button', { name: /^Change the scope of PCI/ }).click();
  const tags = dialog.getByRole('combobox', { name: 'Include tags' });
  await tags.fill('unused');
  await tags.press('Enter');
  await dialog.getByRole('button', { name: 'Save the scope' }).click();
  const pci = page.getByRole('listitem', { name: /^PCI/ });
  await pci.getByText('No accounts in scope: nothing is assessed').waitFor();
  await page.getByRole('button', { name: /^Change the scope of PCI/ }).click();
  await dialog.getByRole('button', { name: 'Remove the scope' }).click();
  await pci.getByText('Every account').waitFor();

  await page.getByRole('textbox', { name: /^Scan evidence counts for/ }).fill('9999');
  await page.getByRole('button', { name: 'Save the thresholds' }).click();
  await page.getByText('From 1 to 730.').waitFor();
  await page.getByRole('textbox', { name: /^Scan evidence counts for/ }).fill('30');
  await page.getByRole('button', { name: 'Save the thresholds' }).click();
  await page.getByText('Saved; every control was re-evaluated.').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
