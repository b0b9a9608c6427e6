import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyPackage } from '../../server/modules/evidence/index.js';
import { fetchSignedIn } from '../../server/testing/signed-in-fetch.js';
import { importSample } from '../import-sample.js';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-evidence-'));
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  await importSample(app.url);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('upload, approve, package, download and verify', async () => {
  const { page, errors } = await openPage(browser, app.url, { acceptDownloads: true });
  const file = join(folder, 'access-policy.txt');
  await writeFile(file, 'Access is reviewed each quarter by the owner of each system.');
  await page.goto('/evidence?control=IAC-06');
  await page.getByRole('button', { name: 'Upload evidence' }).first().click();
  const dialog = page.getByRole('dialog');
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    dialog.getByRole('button', { name: 'File' }).click(),
  ]);
  await chooser.setFiles(file);
  await dialog.getByLabel('Kind').selectOption('policy');
  await dialog.getByLabel('Title').fill('Access policy');
  await dialog.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByRole('link', { name: 'Access policy' }).click();

  await page.getByText('Does not count now').waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await dialog.getByLabel('Comment').fill('Read and found current.');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('own upload').waitFor();
  expect(await page.getByText('Does not count now').count()).toBe(0);

  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Removed', { exact: true }).waitFor();
  await page.getByText('Does not count now').waitFor();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('button', { name: 'Remove' }).waitFor();
  expect(await page.getByText('Does not count now').count()).toBe(0);

  await page.goto('/evidence/gaps');
  await page
    .getByRole('img', { name: /% with evidence/ })
    .first()
    .waitFor();
  await page.getByRole('link', { name: /NIST SP 800-53/ }).click();
  await page.getByRole('heading', { name: /^Gaps: / }).waitFor();

  await page.goto('/evidence/packages');
  await page.getByRole('button', { name: 'Build a package' }).first().click();
  await dialog.getByRole('button', { name: 'Build' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('button', { name: /^Download the package/ })
      .or(page.getByRole('link', { name: /^Download the package/ }))
      .click(),
  ]);
  const zip = join(folder, 'package.zip');
  await download.saveAs(zip);
  const verified = await verifyPackage(zip);
  expect(verified.problems).toEqual([]);
  expect(verified.files).toBeGreaterThan(8);

  await page.setViewportSize({ width: 390, height: 800 });
  for (const path of ['/evidence', '/evidence/gaps', '/evidence/packages']) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect([path, wide <= 390]).toEqual([path, true]);
  }
  expect(errors).toEqual([]);
  await page.context().close();
});

test('HTML named .pdf is rejected, and a new revision waits for review', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const hostile = join(folder, 'report.pdf');
  await writeFile(hostile, '<html><script>alert(1)</script></html>');
  await page.goto('/evidence');
  await page.getByLabel('Evidence files').setInputFiles(hostile);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('In effect from').fill('2026-01-31');
  await dialog.getByRole('button', { name: 'Upload', exact: true }).click();
  await dialog.getByText('HTML, SVG and XML are not accepted').waitFor();
  // The browser logs the response too.
  expect(errors.filter((text) => !text.includes('422'))).toEqual([]);
  errors.length = 0;
  await page.getByRole('button', { name: 'Cancel' }).click();

  const [first, second] = ['Leavers lose access in a day.', 'Leavers lose access in an hour.'];
  const form = new FormData();
  form.append('file', new Blob([first ?? '']), 'leavers.txt');
  const query = 'kind=procedure&controls=IAC-06&title=Leavers';
  const sent = await fetchSignedIn(`${app.url}/api/evidence?${query}`, {
    method: 'POST',
    body: form,
  });
  const { id } = (await sent.json()) as { id: string };
  await page.goto(`/evidence/${id}`);
  const newer = join(folder, 'leavers-2.txt');
  await writeFile(newer, second ?? '');
  await page.getByLabel('New revision file').setInputFiles(newer);
  await page.getByText('2. leavers-2.txt').waitFor();
  await page.getByRole('button', { name: 'Reject' }).click();
  await dialog.getByLabel('Reason').fill('An hour is not what we agreed.');
  await dialog.getByRole('button', { name: 'Reject' }).click();
  await page.getByText('An hour is not what we agreed.').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
