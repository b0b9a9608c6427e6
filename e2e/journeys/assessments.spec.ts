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

test('from a report to a completed assessment', async () => {
  const { page, errors } = await openPage(browser, app.url);
  const posture = new PosturePage(page);
  await posture.open();
  await posture.importByDialog(SAMPLE);
  await posture.bars().first().waitFor();

  await page.goto(`${app.url}/assessments`);
  await page.getByText('No assessments yet').waitFor();
  await page.getByRole('button', { name: 'New assessment' }).first().click();
  const form = page.getByRole('dialog', { name: 'New assessment' });
  await form.getByLabel('Questionnaire').selectOption('soc2-readiness');
  await form.getByLabel('Name').fill('Readiness for the auditor');
  await form.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { level: 1, name: 'Readiness for the auditor' }).waitFor();

  // A preview shows what scans prove, then it is filled in.
  await page.getByRole('button', { name: 'Auto-fill' }).click();
  const preview = page.getByRole('dialog', { name: 'Auto-fill answers' });
  const summary = await preview.getByText(/answers? will be filled in/).innerText();
  expect(Number(/^\d+/.exec(summary)?.[0])).toBeGreaterThan(5);
  await preview.getByRole('button', { name: 'Fill in' }).click();
  await preview.waitFor({ state: 'hidden' });
  await page
    .getByText(/[1-9]\d* auto/)
    .first()
    .waitFor();

  // A person's own answer.
  await page.getByRole('button', { name: 'Unanswered' }).click();
  await page.waitForURL(/show=unanswered/);
  const question = page.getByRole('list', { name: 'Questions' }).getByRole('listitem').first();
  await question.waitFor();
  await question.getByRole('button', { name: 'Yes', exact: true }).press('Enter');
  await question.getByLabel('Explanation').fill('Shown to the auditor on site.');
  await question.getByLabel('Evidence').fill('https://example.org/evidence');
  await question.getByRole('button', { name: 'Save “Yes”' }).click();
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await page.getByText('Shown to the auditor on site.').waitFor();
  await page.getByText('Asked once: also counts for').first().waitFor();

  const file = page.waitForEvent('download');
  await page.getByRole('link', { name: 'PDF' }).click();
  expect((await file).suggestedFilename()).toBe('Readiness for the auditor.pdf');

  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Complete' }).click();
  await page.getByRole('button', { name: 'Reopen' }).waitFor();
  expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByLabel('Category', { exact: true }).waitFor();
  const room = await page.evaluate('document.documentElement.scrollWidth');
  expect(room).toBeLessThanOrEqual(390);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a deleted assessment is restored', async () => {
  const { page, errors } = await openPage(browser, app.url);
  await page.goto(`${app.url}/assessments`);
  await page.getByRole('button', { name: 'New assessment' }).first().click();
  const form = page.getByRole('dialog', { name: 'New assessment' });
  await form.getByLabel('Questionnaire').selectOption('owasp-samm-2.0');
  await form.getByLabel('Name').fill('How we build');
  await form.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { level: 1, name: 'How we build' }).waitFor();
  const question = page.getByRole('list', { name: 'Questions' }).getByRole('listitem').first();
  // The highest step of SAMM's scale.
  await question.getByRole('button', { name: /nearly/i }).click();
  await question.getByLabel('Explanation').fill('Decided by the board.');
  await question.getByRole('button', { name: 'Save “Yes”' }).click();
  // SAMM's own scale, per practice.
  await page.getByText('1/6 · 16.7 % · maturity 0.5').first().waitFor();

  const remove = async () => {
    await page.getByRole('button', { name: 'Delete' }).click();
    const sure = page.getByRole('dialog', { name: 'Delete the assessment?' });
    await sure.getByText(/it can be restored/).waitFor();
    await sure.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Assessment deleted').waitFor();
    await page.getByRole('link', { name: 'How we build' }).waitFor({ state: 'detached' });
  };
  await remove();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Decided by the board.').waitFor();

  await remove();
  await page.getByRole('button', { name: 'Deleted', exact: true }).click();
  await page.getByRole('button', { name: 'Restore How we build' }).click();
  await page.getByText('Decided by the board.').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
