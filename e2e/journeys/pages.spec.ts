import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalSite, startSite } from '../../server/testing/local-site.js';
import { addAccount, addImage, scanSite } from '../call-api.js';
import { firstOf, importSample } from '../import-sample.js';
import { openBrowser, openPage } from '../open-browser.js';
import { FindingsPage } from '../pages/findings-page.js';
import { type App, startApp } from '../start-app.js';

let app: App;
let browser: Browser;
let site: LocalSite;
let axe: string;
let paths: string[];
let account: string;

beforeAll(async () => {
  [app, browser, site] = await Promise.all([startApp(), openBrowser(), startSite()]);
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await importSample(app.url);
  const control = await firstOf(app.url, '/api/common-controls?status=not_implemented');
  const finding = await firstOf(app.url, '/api/security-scans/findings?limit=1');
  const imported = await firstOf(app.url, '/api/security-scans/imports');
  const framework = await firstOf(app.url, '/api/frameworks');
  const scan = await scanSite(app.url, site.url);
  account = await addAccount(app.url);
  const image = await addImage(app.url);
  paths = [
    '/',
    `/?at=${new Date().toISOString()}`,
    '/?at=2020-01-01',
    '/frameworks',
    `/frameworks/${framework}`,
    '/controls',
    `/controls/${control}`,
    '/controls/custom',
    '/controls/mappings',
    '/controls/scf',
    '/frameworks/scope',
    `/frameworks/${framework}/gaps`,
    '/frameworks/soc2-tsc-2017/requirements/CC6.1',
    '/frameworks/soc2-tsc-2017/requirements/CC1.1',
    '/frameworks/soc2-tsc-2017/requirements/nothing',
    '/findings',
    '/findings?view=list',
    `/findings/${finding}`,
    `/findings?importId=${imported}&change=opened&stale=false`,
    '/scans',
    '/scans?status=failed',
    '/scans/new',
    `/scans/new?kind=web&target=${site.url}`,
    '/scans/new?kind=network',
    `/scans/new?kind=cloud&account=${account}`,
    '/scans/new?kind=image',
    `/scans/${scan}`,
    '/scans/schedules',
    '/scans/schedules/new?kind=network',
    '/scans/system-jobs',
    '/scans/tools',
    '/scans/own-targets',
    '/scans/dead-letters',
    '/accounts',
    '/accounts/new',
    `/accounts/${account}`,
    '/images',
    `/images/${image}`,
    '/targets',
    '/assessments',
    '/imports',
    `/imports/${imported}`,
    '/evidence',
    '/evidence/gaps',
    '/evidence/packages',
    '/system',
    '/system/audit',
    '/system/audit/forwarding',
    '/system/team',
    '/system/roles',
    '/system/keys',
    '/system/users',
    '/system/teams',
    '/system/providers',
    '/account',
    // These need no session, and are shown with one too.
    '/sign-in',
    '/reset-password#token=not-a-token-of-anyone',
    '/reset-password',
    '/nowhere',
  ];
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await app?.stop();
});

test('finding filters survive a reload', async () => {
  const { page } = await openPage(browser, app.url);
  const findings = new FindingsPage(page);
  await findings.open();
  const all = await findings.total().innerText();
  await findings.facet('Critical').check();
  await page.waitForURL(/severity=critical/);
  await findings.search().fill('s3');
  await page.waitForURL(/q=s3/);
  await page.reload();
  await findings.loaded();
  expect(await findings.facet('Critical').isChecked()).toBe(true);
  expect(await findings.search().inputValue()).toBe('s3');
  expect(await findings.total().innerText()).not.toBe(all);
  await page.context().close();
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('every page is accessible', async () => {
    const { page, errors } = await openPage(browser, app.url, { colorScheme });
    const found: string[] = [];
    for (const path of paths) {
      await visit(page, path);
      expect(
        await page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme'),
      ).toBe(colorScheme);
      found.push(...(await violationsOf(page)).map((violation) => `${path} ${violation}`));
    }
    expect(found).toEqual([]);
    // The requirement that does not exist.
    expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
    await page.context().close();
  }, 300_000);
});

test('every dialog is accessible', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const dialogs = [
    ['/controls/custom', 'Import a file'],
    ['/controls/mappings', 'Import reviews'],
    ['/frameworks', 'Import a framework'],
    ['/scans/schedules', /^Delete Daily scan/],
    ['/scans/system-jobs', /^Change Delete data/],
    [
      `/scans/new?kind=web&target=${encodeURIComponent('http://10.0.0.1')}`,
      /^Declare as own targets/,
    ],
    [`/accounts/${account}`, 'Edit'],
    [`/accounts/${account}`, 'Replace credentials'],
    [`/accounts/${account}`, 'Remove'],
    ['/images', 'Add an image'],
    ['/targets', 'Add a target'],
    ['/system/team', 'Invite'],
    ['/system/team', 'Change role'],
    ['/system/audit/forwarding', 'Add a destination'],
    ['/system/keys', 'Create a key'],
    ['/system/users', 'Create a user'],
    ['/system/providers', 'Add a provider'],
    ['/account', 'Add an authenticator app'],
  ] as const;
  const found: string[] = [];
  for (const [path, name] of dialogs) {
    await visit(page, path);
    await page.getByRole('button', { name }).first().click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(300); // a dialog that fades in has no contrast yet
    found.push(...(await violationsOf(page)).map((violation) => `${path} ${name}: ${violation}`));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  expect(found).toEqual([]);
  expect(errors.filter((error) => !error.includes('422'))).toEqual([]); // the rejection of 10.0.0.1
  await page.context().close();
});

test('the chosen colour scheme survives a reload', async () => {
  const { page } = await openPage(browser, app.url, { colorScheme: 'light' });
  await visit(page, '/system');
  await page.getByRole('button', { name: 'Colour scheme' }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await page.reload();
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  await page.context().close();
});

test('nothing scrolls sideways on a phone', async () => {
  const viewport = { width: 390, height: 844 };
  const { page } = await openPage(browser, app.url, { viewport, hasTouch: true });
  const wide: string[] = [];
  for (const path of paths) {
    await visit(page, path);
    const excess = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (excess > 0) wide.push(`${path} by ${excess} px`);
  }
  expect(wide).toEqual([]);
  await page.getByRole('button', { name: 'Open the navigation' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Findings' }).click();
  await page.waitForURL(/\/findings/);
  await page.context().close();
});

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Injects axe through the debugger, because the content security policy blocks injected scripts. */
async function violationsOf(page: Page): Promise<string[]> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('Runtime.evaluate', { expression: axe });
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then((found) =>
    found.violations
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`);
}
