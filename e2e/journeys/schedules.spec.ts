import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalSite, startSite } from '../../server/testing/local-site.js';
import { callApi } from '../call-api.js';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;
let site: LocalSite;

beforeAll(async () => {
  [app, browser, site] = await Promise.all([startApp(), openBrowser(), startSite()]);
  const own = { ranges: ['127.0.0.1'], names: [] };
  await callApi(`${app.url}/api/scans/own-targets`, { method: 'PUT', body: own });
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await app?.stop();
});

test('scans of a target are scheduled from its row, run, paused and deleted', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const target = { kind: 'web', url: site.url, name: 'Shop' };
  await callApi(`${app.url}/api/security-scans/targets`, { method: 'POST', body: target });
  await page.goto('/targets');
  await page.getByRole('link', { name: 'Schedule scans of Shop' }).click();
  await page.getByRole('textbox', { name: /^Name/ }).fill('Shop, every week');
  await page.getByRole('combobox', { name: 'Runs' }).selectOption('Every week');
  await page.getByRole('combobox', { name: 'On', exact: true }).selectOption('Friday');
  await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Europe/Berlin');
  await page.getByText('Next runs, in your time zone').waitFor();
  await page.getByRole('button', { name: 'Create schedule' }).click();

  const row = page.getByRole('listitem', { name: 'Shop, every week' });
  await row.getByText('At 02:00, Friday (Europe/Berlin)').waitFor();
  await row.getByRole('button', { name: 'Run now: Shop, every week' }).click();
  await row.getByText('Queued; it runs').waitFor();
  await page.reload();
  await row.getByRole('link', { name: 'Its scan' }).click();
  await page.waitForURL(/\/scans\/scan_/);
  await page.goBack();

  await row.getByRole('switch').press('Space');
  await row.getByText('none while paused').waitFor();
  await row.getByRole('button', { name: 'Delete Shop, every week' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the schedule' }).click();
  await page.getByText('No schedules yet').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
