import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchSignedIn } from '../../server/testing/signed-in-fetch.js';
import { firstOf, importSample } from '../import-sample.js';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

// What a report or a colleague writes is shown as text, on every page where it comes up.

const HOSTILE =
  '<img src=x onerror="window.planted=1"><script>window.planted=2</script><a href="javascript:window.planted=3">x</a>';

let app: App;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  await importSample(app.url, (report) => JSON.stringify(planted(JSON.parse(report))));
  await send('PATCH', '/api/teams/current', { name: `Team ${HOSTILE}`.slice(0, 100) });
  await send('POST', '/api/api-keys', { name: HOSTILE.slice(0, 100), permissions: ['team:read'] });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** Texts of a report that are not matched against anything. */
const TEXTS = ['title', 'desc', 'status_detail', 'message', 'risk_details'];

function planted(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return TEXTS.includes(name) ? `${value} ${HOSTILE}` : value;
  if (Array.isArray(value)) return value.map((item) => planted(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, planted(item, key)]));
}

async function send(method: string, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetchSignedIn(app.url + path, {
    ...{ method, headers, body: JSON.stringify(body) },
  });
  expect([path, answer.ok]).toEqual([path, true]);
}

test('script in texts of a report, a team and a key is never run', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const finding = await firstOf(app.url, '/api/security-scans/findings?limit=1');
  const imported = await firstOf(app.url, '/api/security-scans/imports');
  const control = await firstOf(app.url, '/api/common-controls?status=not_implemented');
  const shown: string[] = [];
  for (const path of [
    '/',
    '/findings',
    '/findings?view=list',
    `/findings/${finding}`,
    `/findings?q=${encodeURIComponent(HOSTILE)}`,
    `/controls/${control}`,
    '/imports',
    `/imports/${imported}`,
    '/evidence',
    '/drift',
    '/system/audit',
    '/system/keys',
    '/system/team',
    `/nowhere/${encodeURIComponent(HOSTILE)}`,
  ]) {
    await page.goto(app.url + path);
    await page.waitForLoadState('networkidle');
    expect([path, await page.evaluate('window.planted')]).toEqual([path, undefined]);
    expect(
      await page.locator('script:not([src]), a[href^="javascript:"], img[src="x"]').count(),
    ).toBe(0);
    if ((await page.getByText('<img src=x').count()) > 0) shown.push(path);
  }
  expect(dialogs).toEqual([]);
  expect(errors.filter((error) => /Content.Security.Policy/i.test(error))).toEqual([]);
  // It was there to be run.
  expect(shown).toEqual(
    expect.arrayContaining(['/findings?view=list', `/findings/${finding}`, '/system/keys']),
  );
  await page.context().close();
});
