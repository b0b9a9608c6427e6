import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importSample } from '../import-sample.js';
import { openBrowser, openPage } from '../open-browser.js';
import { FindingsPage } from '../pages/findings-page.js';
import { FrameworkPage } from '../pages/framework-page.js';
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

test('a requirement answers why, and its numbers are those of the lists behind them', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/frameworks/soc2-tsc-2017?q=CC6.1');
  await new FrameworkPage(page).openRequirement('CC6.1');
  await page.waitForURL(/requirements\/CC6\.1$/);
  await page.getByRole('region', { name: 'Why?' }).waitFor();
  const controls = page.getByRole('region', { name: 'Controls' }).getByRole('article');
  expect(await controls.count()).toBeGreaterThan(1);
  expect(
    await page.getByRole('region', { name: 'What would change it' }).getByRole('listitem').count(),
  ).toBeGreaterThan(1);

  const show = page.getByRole('link', { name: /^Show the \d+ findings$/ });
  const said = /\d+/.exec(await show.innerText())?.[0];
  await show.click();
  await page.waitForURL(/\/findings\?/);
  const total = new FindingsPage(page).total();
  await page.getByText(`${said} findings`, { exact: false }).first().waitFor();
  expect(await total.innerText()).toContain(`${said} findings`);

  await page.goBack();
  await controls.first().getByRole('link').first().click();
  await page.waitForURL(/\/controls\//);
  const back = page.getByRole('region', { name: 'Requirements it serves' });
  await back.getByRole('link', { name: 'CC6.1', exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: /^CC6\.1 / }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
