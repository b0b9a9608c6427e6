import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchSignedIn } from '../../server/testing/signed-in-fetch.js';
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

const file = (name: string, text: string) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(text),
});

async function shot(page: Page, name: string): Promise<void> {
  const shots = process.env.E2E_SHOTS;
  if (shots)
    await page.screenshot({ path: join(shots, `custom-controls-${name}.png`), fullPage: true });
}

/** Name and text of the file that a click downloads. */
async function saved(page: Page, click: () => Promise<void>) {
  const download = page.waitForEvent('download');
  await click();
  const done = await download;
  return { name: done.suggestedFilename(), text: await readFile(await done.path(), 'utf8') };
}

test('custom controls are imported from the template, used by a framework, exported and removed', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/controls');
  await page.getByRole('link', { name: 'Custom controls' }).click();
  await page.getByText('No custom controls yet').waitFor();
  await shot(page, 'empty');
  const template = await saved(page, () =>
    page.getByRole('button', { name: 'Download a template' }).click(),
  );
  expect(template.name).toBe('controls-template.csv');

  await page.getByRole('button', { name: 'Import a file' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.getByText('Choose a file first').waitFor();
  const input = dialog.locator('input[type=file]');
  await input.setInputFiles(file('own.csv', template.text.replace('ACME-02,CRY', 'ACME-02,XXX')));
  await dialog.getByText('line 3, domain').waitFor();
  await shot(page, 'problems');
  await input.setInputFiles(file('own.csv', template.text));
  await dialog.getByText('Added 2: ACME-01, ACME-02').waitFor();
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('2 added, 0 changed, 0 unchanged.').waitFor();

  const framework = 'framework,framework_name,version,id,title,controls\n';
  const form = new FormData();
  const rules = new Blob([`${framework}house-1,House rules,1,H1,Badges,ACME-01:subset\n`]);
  form.append('file', rules, 'house.csv');
  await fetchSignedIn(`${app.url}/api/frameworks`, { method: 'POST', body: form });
  await page.reload();
  const used = page.getByRole('article', { name: 'ACME-01 Leaver badges' });
  await used.getByRole('link', { name: 'H1' }).waitFor();
  expect(await used.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
  await shot(page, 'list');

  await page.getByRole('button', { name: 'Export' }).click();
  const yaml = await saved(page, () => page.getByRole('menuitem', { name: 'As YAML' }).click());
  expect(yaml.name).toBe('controls.yaml');
  expect(yaml.text).toContain('id: ACME-02');

  await page.getByRole('button', { name: /^Remove ACME-02/ }).click();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('1 control', { exact: true }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('mapping reviews are imported from a file after a preview', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const { items } = await callApi(`${app.url}/api/common-controls/mappings?limit=1`);
  const [{ tool, checkId, controlId }] = items as [Record<string, string>];
  const review = { tool, checkId, controlId, verdict: 'reject', reason: 'not what it asks' };
  const text = `${JSON.stringify(review)}\n`;
  await page.goto('/controls/mappings');
  await page.getByRole('button', { name: 'Import reviews' }).click();
  const dialog = page.getByRole('dialog');
  const input = dialog.locator('input[type=file]');
  await input.setInputFiles(file('reviews.jsonl', `${text}{"tool":`));
  await dialog.getByText(/line 2: not JSON/).waitFor();
  await input.setInputFiles(file('reviews.jsonl', text));
  await dialog.getByText('1 review to import').waitFor();
  await dialog.getByText(`Reject ${checkId} for ${controlId}`).waitFor();
  await shot(page, 'reviews');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await page.getByText('1 review imported').waitFor();
  await page.getByRole('button', { name: 'Export reviews' }).click();
  const yaml = await saved(page, () => page.getByRole('menuitem', { name: 'As YAML' }).click());
  expect(yaml.text).toContain(`checkId: ${checkId}`);
  expect(errors.filter((error) => !error.includes('422'))).toEqual([]); // the rejection of line 2
  await page.context().close();
});

test('a past posture is marked as such, has its own URL, and links back to the present', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const { items } = await callApi(`${app.url}/api/common-controls?status=not_implemented`);
  const [{ id: controlId }] = items as [{ id: string }];
  await page.goto('/');
  const score = page.getByRole('region', { name: 'Frameworks' }).getByRole('img', {
    name: /% covered$/,
  });
  const before = (await score.first().getAttribute('aria-label')) ?? '';
  const at = new Date().toISOString();
  const body = { kind: 'override', status: 'implemented', justification: 'A proxy enforces it.' };
  await callApi(`${app.url}/api/common-controls/${controlId}/decision`, { method: 'PUT', body });

  await page.goto(`/controls/${controlId}`);
  const history = page.getByRole('region', { name: 'History' });
  await history.getByText(/because of a decision/).waitFor();
  // The import and the decision; also the empty team, if it was evaluated before the import.
  expect([2, 3]).toContain(await history.getByRole('listitem').count());
  await shot(page, 'history');
  await history.getByRole('link', { name: 'posture then' }).last().click();
  await page.getByText(/^Posture as of /).waitFor();

  await page.goto(`/?at=${at}`);
  await page.getByText(/^Posture as of /).waitFor();
  await page.getByRole('img', { name: before }).waitFor();
  await page
    .getByText(/since .* · now /)
    .first()
    .waitFor();
  await shot(page, 'past');
  await page.getByLabel('As of', { exact: true }).fill('2020-06-30');
  await page.waitForURL(/at=2020-06-30/);
  await page.getByText('Posture as of the end of Jun 30, 2020 (UTC)').waitFor();
  await page.getByText(/Nothing was recorded by then/).waitFor();
  await page.getByRole('link', { name: 'Back to now' }).click();
  await page.getByRole('region', { name: 'Compliance engine' }).waitFor();
  expect(await page.getByText(/^Posture as of /).count()).toBe(0);
  expect(new URL(page.url()).search).toBe('');
  expect(errors).toEqual([]);
  await page.context().close();
});
