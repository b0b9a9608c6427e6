import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SAMPLE } from '../import-sample.js';
import { openBrowser, openPage } from '../open-browser.js';
import { ControlPage } from '../pages/control-page.js';
import { FindingsPage } from '../pages/findings-page.js';
import { FrameworkPage } from '../pages/framework-page.js';
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

test('from the first import to the finding that lowered a control', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const posture = new PosturePage(page);
  await posture.open();
  await page.getByText('Drop scanner reports here').waitFor();

  await posture.importByDialog(SAMPLE);
  await posture.bars().first().waitFor();
  const label = await posture.bars().first().getAttribute('aria-label');
  expect(label).toMatch(/: [\d.]+ – [\d.]+ %, [\d.]+ % covered$/);

  await posture.openFramework('NIST SP 800-53');
  await page.getByRole('heading', { level: 1, name: /NIST SP 800-53/ }).waitFor();
  const framework = new FrameworkPage(page);
  await framework.filterBy('Failing');
  await page.waitForURL(/status=failing/);
  await framework.openFirstFailingControl();

  const control = new ControlPage(page);
  await control.why().waitFor();
  expect(await control.why().innerText()).toContain('Rule:');
  expect(await control.inputs().count()).toBeGreaterThan(0);
  await control.showFindings();

  const findings = new FindingsPage(page);
  await findings.loaded();
  expect(page.url()).toContain('controlId=');
  await findings.openFirstFindingOfFirstGroup();
  await page.getByRole('region', { name: 'What was observed' }).waitFor();
  const lowered = page.getByRole('region', { name: 'Controls it lowers' });
  await lowered.getByRole('link').first().waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
