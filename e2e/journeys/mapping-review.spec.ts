import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('a match is accepted, revoked, rejected and re-mapped', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/controls');
  await page.getByRole('link', { name: 'Review the mappings' }).click();
  await page.getByRole('heading', { level: 1, name: 'Mapping review' }).waitFor();
  expect(page.url()).toContain('state=unreviewed');
  const rows = page.getByRole('list', { name: 'Matches' }).getByRole('article');
  await rows.first().waitFor();
  const name = (await rows.first().getAttribute('aria-label')) ?? '';
  const [check = '', control = ''] = name.split(' for ');

  await page.getByRole('button', { name: `Accept ${name}`, exact: true }).click();
  await page.getByText('1 match reviewed').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: `Reject ${name}`, exact: true }).click();
  await page.getByText('1 match reviewed').waitFor();
  await page.goto(`/controls/mappings?checkId=${check}&controlId=${control}`);
  await rows.first().getByText('Rejected by').waitFor();
  await page.getByRole('button', { name: `Revoke the review of ${name}` }).click();
  await page.getByRole('button', { name: `Accept ${name}`, exact: true }).waitFor();

  await page.getByRole('button', { name: `Re-map ${name}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Control it counts for' }).click();
  await page.getByRole('combobox', { name: 'Control it counts for' }).fill('GOV-01 ');
  await page.getByRole('option', { name: /^GOV-01 / }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog
    .getByText(/3 characters|too small|at least/i)
    .first()
    .waitFor();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('It is a matter of governance');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('2 matches reviewed').waitFor();

  await page.goto('/controls/GOV-01');
  await page
    .getByRole('region', { name: 'Why?' })
    .getByRole('button', { name: /tier 1/i })
    .click();
  await page.getByText('It is a matter of governance').first().waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('many matches are accepted at once, and undone', async () => {
  const { page, errors } = await openPage(browser, app.url, {
    viewport: { width: 390, height: 844 },
  });
  await page.goto('/controls/mappings?state=unreviewed&service=kms');
  const bulk = page.getByRole('button', { name: /^Accept the first \d+ unreviewed$/ });
  await bulk.waitFor();
  const wide = await page.evaluate('document.documentElement.scrollWidth');
  expect(wide).toBeLessThanOrEqual(390);
  await bulk.click();
  await page.getByText(/\d+ matches reviewed/).waitFor();
  await page.getByText('No matches').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await bulk.waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
