import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MADE_CONTROLS, scfWorkbook } from '../../server/testing/scf-workbook.js';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-e2e-scf-'));
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a workbook is uploaded and imported, its framework activated, and the next release imported', async () => {
  const [first, second] = [join(folder, 'first.xlsx'), join(folder, 'second.xlsx')];
  await writeFile(first, await scfWorkbook());
  const [renamed, ...rest] = MADE_CONTROLS;
  const controls = [{ ...renamed, id: 'IAC-06', title: 'A second lock' }, ...rest];
  await writeFile(second, await scfWorkbook({ layout: '2026.2', controls }));
  const { page, errors } = await openPage(browser, app.url);
  const shot = async (name: string) => {
    const shots = process.env.E2E_SHOTS;
    if (shots) await page.screenshot({ path: join(shots, `scf-${name}.png`), fullPage: true });
  };

  await page.goto('/controls');
  await page.getByRole('link', { name: 'Secure Controls Framework' }).click();
  await page.getByText('No release has been imported yet').waitFor();
  await shot('empty');
  await page.getByLabel('SCF workbook').setInputFiles(first);
  await page.getByText('No release is in use yet').waitFor();
  await shot('preview');
  await page.getByRole('button', { name: 'Import release 2026.1' }).click();
  const inUse = page.getByRole('region', { name: 'In use' });
  await inUse.getByText(/© SCF Council, CC BY-ND 4.0, release 2026.1/).waitFor();

  await page.getByRole('switch', { name: /Harbour Code/ }).click({ force: true });
  await page.getByRole('link', { name: /Harbour Code/ }).waitFor();
  await shot('imported');
  await page.getByRole('link', { name: /Harbour Code/ }).click();
  await page.getByRole('heading', { level: 1, name: /Harbour Code/ }).waitFor();
  await page
    .getByText(/© SCF Council/)
    .first()
    .waitFor();
  await shot('framework');

  await page.goto('/controls/IAC-06');
  const card = page.getByRole('region', { name: 'In the Secure Controls Framework' });
  await card.getByText('Keeping of IAC-06').waitFor();
  await card.getByText(/© SCF Council/).waitFor();
  await card.getByText('every door has a second lock.').waitFor();
  await shot('control');

  await page.goto('/controls/scf');
  await page.getByLabel('SCF workbook').setInputFiles(second);
  await page.getByText('1 control renamed').click();
  await page.getByText('Keeping of IAC-06 → A second lock').waitFor();
  await shot('changes');
  await page.getByRole('button', { name: 'Import release 2026.2' }).click();
  await inUse.getByText(/release 2026.2/).waitFor();
  await page.getByRole('button', { name: 'Preview release 2026.1' }).click();
  const back = page.getByRole('button', { name: 'Import release 2026.1' });
  await back.waitFor();
  expect(await back.isDisabled()).toBe(true);
  await page.getByLabel('Use this older release anyway').check();
  expect(await back.isEnabled()).toBe(true);

  await page.setViewportSize({ width: 390, height: 844 });
  await shot('phone');
  const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(overflow).toBeLessThanOrEqual(0);
  expect(errors).toEqual([]);
  await page.context().close();
});
