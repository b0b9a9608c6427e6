import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalSite, startSite } from '../../server/testing/local-site.js';
import { openBrowser, openPage } from '../open-browser.js';
import { NewScanPage } from '../pages/new-scan-page.js';
import { ScanPage } from '../pages/scan-page.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;
let site: LocalSite;

beforeAll(async () => {
  [app, browser, site] = await Promise.all([startApp(), openBrowser(), startSite()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await app?.stop();
});

async function declareLoopback(page: Page): Promise<void> {
  await page.goto('/scans/own-targets');
  await page.getByRole('textbox', { name: 'Addresses and ranges' }).fill('127.0.0.1');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('All changes saved.').waitFor();
}

test('a new installation scans a web site and shows its findings', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/');
  await page.getByRole('link', { name: 'Check a web site' }).click();
  const form = new NewScanPage(page);
  await form.address().fill(site.url);
  await form
    .preview()
    .getByText(/scanner itself/)
    .waitFor();
  await form.declareAsOwn();
  await form.preview().getByText('1 sub-job').waitFor();
  expect(errors.splice(0)).toEqual([expect.stringContaining('422')]); // the rejection itself
  await form.start();

  const scan = new ScanPage(page);
  await scan.status('Completed').waitFor();
  await scan.subJobs().getByRole('heading', { name: 'Coverage' }).waitFor();
  expect(await scan.subJobs().innerText()).toMatch(/Expected\s+\d+/);
  expect(await scan.changes('Opened')).toBeGreaterThan(3);
  expect(await scan.log().innerText()).not.toBe('');

  await page.getByRole('link', { name: 'See the open findings of this target' }).click();
  const issues = page.getByRole('list', { name: 'Issues' }).getByRole('listitem');
  await issues.first().waitFor();
  expect(await issues.count()).toBeGreaterThan(3);

  await page.goBack();
  const first = page.url();
  await page.getByRole('button', { name: 'Scan again' }).click();
  await page.waitForURL((url) => url.href !== first && /scan_/.test(url.href));
  await scan.status('Completed').waitFor();
  expect(await scan.changes('Opened')).toBe(0);
  expect(await scan.changes('Unchanged')).toBeGreaterThan(3);

  await page.getByRole('link', { name: 'History of this target' }).click();
  await page.getByText(`Only ${site.url}`).waitFor();
  const history = page.getByRole('list', { name: 'Scans' }).getByRole('article');
  expect(await history.count()).toBe(2);
  await page.getByRole('button', { name: 'Failed', exact: true }).click();
  await page.waitForURL(/status=failed/);
  await page.getByText('No scan matches these filters').waitFor();

  await page.getByRole('link', { name: 'Web and network' }).click();
  const target = page.getByRole('listitem').filter({ hasText: site.url });
  await target.getByRole('link', { name: /^Scanned/ }).waitFor();
  await target.getByRole('link', { name: /findings$/ }).click();
  await issues.first().waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a scan is followed while it runs, stopped, and retried', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await declareLoopback(page);
  site.hold();
  const form = new NewScanPage(page);
  const address = `${site.url}/held`;
  await form.open(`?kind=web&target=${encodeURIComponent(address)}`);
  await form.preview().getByText('1 sub-job').waitFor();
  await form.start();
  const scan = new ScanPage(page);
  await scan.status('Running').waitFor();

  const other = await page.context().newPage();
  await other.goto('/');
  const running = other.getByRole('region', { name: 'Running scans' });
  await running.getByRole('link', { name: address }).waitFor();
  const again = new NewScanPage(other);
  await again.open(`?kind=web&target=${encodeURIComponent(address)}`);
  const runningScan = again.preview().getByRole('link', { name: 'View the running scan' });
  await runningScan.waitFor();
  expect(await runningScan.getAttribute('href')).toBe(new URL(page.url()).pathname);
  await other.close();

  await scan.stop();
  await scan.status('Cancelled').waitFor();
  site.release();
  await page.getByRole('button', { name: 'Retry 1 sub-job' }).click();
  await scan.status('Completed').waitFor();
  expect((await scan.changes('Opened')) + (await scan.changes('Unchanged'))).toBeGreaterThan(3);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('form errors are shown next to their field', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const form = new NewScanPage(page);
  await form.open();
  await page.getByRole('button', { name: 'Start scan' }).click();
  await page.getByText('This field is required').waitFor();
  await form.kind('Network').check();
  await page.waitForURL(/kind=network/);
  expect(await page.getByText('This field is required').count()).toBe(0);
  await page.getByRole('textbox', { name: /^Hosts and ranges/ }).fill('-oX/tmp/x');
  await form.preview().getByText(/dash/).waitFor();
  expect(errors.every((error) => error.includes('422'))).toBe(true);
  await page.context().close();
});
