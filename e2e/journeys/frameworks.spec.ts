import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SAMPLE } from '../import-sample.js';
import { openBrowser, openPage } from '../open-browser.js';
import { PosturePage } from '../pages/posture-page.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const file = (text: string, last = 'controls') => ({
  name: 'house.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(`framework,framework_name,version,id,title,${last}\n${text}`),
});

test('frameworks are activated, imported, checked for gaps, and removed', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const posture = new PosturePage(page);
  await posture.open();
  await posture.importByDialog(SAMPLE);
  await posture.bars().first().waitFor();

  await page.goto('/frameworks');
  const all = page.getByRole('list', { name: 'All frameworks' });
  await all.getByRole('button', { name: 'Activate DORA' }).click();
  await all.getByRole('button', { name: 'Deactivate DORA' }).waitFor();
  await page.getByRole('img', { name: /^DORA: / }).waitFor();
  await page.getByRole('button', { name: /^Inactive/ }).click();
  await page.waitForURL(/show=inactive/);
  expect(await all.getByRole('button', { name: 'Activate DORA' }).count()).toBe(0);

  await page.getByRole('button', { name: 'Import a framework' }).click();
  const dialog = page.getByRole('dialog');
  const input = dialog.locator('input[type=file]');
  await input.setInputFiles(file('house-1,House rules,1,H1,Second factor,XXX-99\n'));
  await dialog.getByText('there is no control XXX-99').waitFor();
  await input.setInputFiles(file('house-1,House rules,1,H1,Second factor,IAC-06\n', 'control'));
  await dialog.getByText('Ignored, unknown names: control').waitFor();
  await input.setInputFiles(
    file('house-1,House rules,1,H1,Second factor,IAC-06:subset\n,,,H2,A policy,\n'),
  );
  await dialog.getByText('Added 2: H1, H2').waitFor();
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.waitFor({ state: 'hidden' });

  await page.getByRole('button', { name: /^Custom or imported/ }).click();
  await all.getByRole('link', { name: 'House rules' }).click();
  await page.getByRole('link', { name: 'Gap analysis' }).click();
  await page.getByRole('heading', { level: 1, name: 'Gaps in House rules' }).waitFor();
  const policy = page.getByRole('article', { name: 'H2 A policy' });
  await policy.getByText('No tool can judge').waitFor();
  await page.getByRole('region', { name: 'Overlap by framework' }).getByText('DORA').waitFor();
  await page.getByRole('button', { name: /^Failing/ }).click();
  await page.waitForURL(/kind=failing/);
  expect(await policy.count()).toBe(0);

  await page.goto('/frameworks?show=own');
  await all.getByRole('button', { name: 'Remove House rules' }).click();
  await dialog.getByRole('textbox').fill('house-1');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No framework matches these filters.').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
