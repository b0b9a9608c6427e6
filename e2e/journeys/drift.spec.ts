import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchSignedIn } from '../../server/testing/signed-in-fetch.js';
import { SAMPLE } from '../import-sample.js';
import { openBrowser, openPage } from '../open-browser.js';
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

/** A report with one check of the sample, dated the given days after it. */
async function report(status: 'PASS' | 'FAIL', days: number): Promise<Blob> {
  const rows = JSON.parse(await readFile(SAMPLE, 'utf8'));
  const check = 's3_bucket_public_list_acl';
  const row = rows.find(
    (each: { metadata: { event_code: string } }) => each.metadata.event_code === check,
  );
  const at = new Date(Date.now() - (10 - days) * 86_400_000);
  const seconds = Math.floor(at.getTime() / 1_000);
  const info = { ...row.finding_info, created_time: seconds, created_time_dt: at.toISOString() };
  const changed = { ...row, status_code: status, time: seconds, time_dt: at.toISOString() };
  return new Blob([JSON.stringify([{ ...changed, finding_info: info }])]);
}

async function importReport(status: 'PASS' | 'FAIL', days: number): Promise<void> {
  const form = new FormData();
  form.append('file', await report(status, days), `${status}-${days}.ocsf.json`);
  const path = '/api/security-scans/imports';
  const url = app.url + path;
  const started = (await (await fetchSignedIn(url, { method: 'POST', body: form })).json()) as {
    id: string;
  };
  await expect
    .poll(async () => (await json(`${path}/${started.id}`)).status, {
      timeout: 30_000,
    })
    .toBe('completed');
}

// biome-ignore lint/suspicious/noExplicitAny: API responses, of which a few fields are read
async function json(path: string): Promise<any> {
  return (await fetchSignedIn(app.url + path)).json();
}

const openEpisodes = async () => (await json('/api/drift/summary')).open as number;

test('a regression is detected, explained, compared with a snapshot, and resolved', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto('/drift');
  await page.getByText('No drift yet').waitFor();
  await importReport('PASS', 1);

  await page.goto('/drift/snapshots');
  await page.getByLabel('Save the current state as').fill('last audit');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'last audit', exact: true }).waitFor();

  await importReport('FAIL', 2);
  await expect.poll(openEpisodes, { timeout: 20_000 }).toBeGreaterThan(0);
  await page.goto('/drift');
  const regressed = page.getByRole('listitem', { name: /^Control regressed/ }).first();
  await regressed.waitFor();
  expect(await regressed.innerText()).toContain('s3_bucket_public_list_acl');
  await regressed.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('acknowledged by').first().waitFor();
  await page.getByRole('button', { name: /^Notifications, \d+ unread/ }).waitFor();
  if (process.env.SHOTS) await shoot('timeline');

  await page.goto('/drift/snapshots');
  const [audit] = (await json('/api/drift/snapshots?named=true')).items;
  await page.getByLabel('From').selectOption(audit.id);
  await page.waitForURL(/from=snapshot_/);
  await page.getByText(/controls? and \d+ requirements? changed/).waitFor();
  await page.getByText('prowler/s3_bucket_public_list_acl fails').first().waitFor();
  if (process.env.SHOTS) await shoot('snapshots');

  await importReport('PASS', 3);
  await expect.poll(openEpisodes, { timeout: 20_000 }).toBe(0);
  await page.goto('/drift?status=resolved&type=control_regression');
  await page.getByText('Resolved by evidence:').first().waitFor();

  // Rejecting a match lowers a control: a decision of the team, not a regression.
  const match = { tool: 'prowler', checkId: 's3_bucket_public_list_acl' };
  const { items } = await json(`/api/common-controls/by-check/prowler/${match.checkId}`);
  const shown = items.find(({ status }: { status: string }) => status === 'partial');
  const review = { ...match, controlId: shown.controlId, verdict: 'reject', reason: 'not ours' };
  const response = await fetchSignedIn(`${app.url}/api/common-controls/mappings/reviews`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reviews: [review] }),
  });
  expect(response.status).toBe(201);
  await page.goto('/drift');
  await page.getByLabel('Type').selectOption('Thresholds, scope or mapping changed');
  const chosen = page.getByRole('listitem', { name: /^Thresholds, scope or mapping changed/ });
  await chosen.waitFor();
  expect(await chosen.innerText()).toContain('Resolved by decision:');
  expect(await openEpisodes()).toBe(0);
  await page.getByLabel('Domain').fill('none');
  await page.getByLabel('Domain').press('Enter');
  await page.getByText('Nothing matches these filters').waitFor();
  if (process.env.SHOTS) await shoot('settings');

  await page.goto('/drift/policies');
  await page.getByRole('listitem', { name: 'Medium and above, in the web app' }).waitFor();
  if (process.env.SHOTS) await shoot('policies');
  await page.goto('/drift/channels');
  await page.getByRole('button', { name: 'Add a channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('inside');
  await dialog.getByLabel('Webhook address').fill('https://169.254.169.254/latest');
  if (process.env.SHOTS) await shoot('channels');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await dialog.getByRole('alert').innerText()).toContain('credentials');
  // The browser itself logs the rejection.
  expect(errors.filter((error) => !error.includes('422'))).toEqual([]);
  await page.context().close();

  async function shoot(name: string) {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(300);
      await writeFile(join(tmpdir(), `drift-${name}-${width}.png`), await page.screenshot());
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }
}, 120_000);
