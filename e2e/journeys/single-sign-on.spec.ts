import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestIdentityProvider } from '../../server/testing/test-identity-provider.js';
import { openBrowser, openPage } from '../open-browser.js';
import { type App, startApp } from '../start-app.js';

// With a real OpenID provider on loopback.

let app: App;
let browser: Browser;
let provider: TestIdentityProvider;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp({ OUTBOUND_ALLOW: '127.0.0.1' }), openBrowser()]);
  const origins = [app.url];
  provider = await TestIdentityProvider.start({ origins, providerId: 'keycloak', send: fetch });
});
afterAll(async () => {
  await browser?.close();
  await provider?.stop();
  await app?.stop();
});

async function signIn(page: Page, person: string): Promise<void> {
  await page.goto(`${app.url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with Keycloak' }).click();
  await page.getByRole('button', { name: `Sign in as ${person}` }).click();
}

test('a provider is added, lets people in by a rule, and others after they were admitted', async () => {
  const claims = { email: 'dan@example.org', email_verified: true };
  provider.people.set('dan', { claims: { ...claims, name: 'Dan', groups: ['sales'] } });
  provider.people.set('eve', { claims: { name: 'Eve', groups: ['security'] } });
  const { page: admin, errors } = await openPage(browser, app.url);
  await admin.goto('/system/providers');
  await admin.getByRole('button', { name: 'Add a provider' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Keycloak');
  await dialog.getByRole('textbox', { name: 'Short name' }).fill('keycloak');
  await dialog.getByRole('textbox', { name: 'Issuer' }).fill(provider.issuer);
  await dialog.getByRole('button', { name: 'Test the connection' }).click();
  await dialog.getByText('It answers, with 1 signing key').waitFor();
  await dialog.getByRole('textbox', { name: 'Client ID' }).fill(provider.clientId);
  await dialog.getByLabel('Client secret').first().fill(provider.clientSecret);
  await dialog.getByRole('textbox', { name: 'Scopes' }).fill('openid email profile groups');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await admin.getByText(`${app.url}/sign-in/oidc/keycloak`).waitFor();
  await admin.getByRole('button', { name: 'Rules' }).click();
  await dialog.getByRole('button', { name: 'Add a rule' }).click();
  await dialog.getByRole('textbox', { name: 'Value' }).fill('security');
  await dialog.getByRole('combobox', { name: 'Role' }).selectOption('Security analyst');
  await dialog.getByRole('button', { name: 'Save the rules' }).click();
  await dialog.waitFor({ state: 'detached' });

  const { page: eve } = await openPage(browser, app.url, { storageState: undefined });
  await eve.context().clearCookies();
  await signIn(eve, 'eve');
  await eve.getByRole('navigation', { name: 'Main' }).waitFor();
  await eve.goto('/system/team');
  await eve.getByRole('listitem', { name: 'Eve' }).getByText('By rule').waitFor();

  const { page: dan } = await openPage(browser, app.url);
  await dan.context().clearCookies();
  await signIn(dan, 'dan');
  await dan.getByText('You wait to be admitted').waitFor();
  await admin.reload();
  const row = admin.getByRole('listitem', { name: 'Dan' });
  await row.getByRole('button', { name: 'What was sent' }).click();
  await row.getByText('["sales"]').waitFor();
  await row.getByRole('button', { name: 'Admit' }).click();
  await dialog.getByRole('combobox', { name: 'Role' }).selectOption('Auditor');
  await dialog.getByRole('button', { name: 'Admit' }).click();
  await admin.getByText('Nobody waits').waitFor();
  await dan.getByRole('link', { name: 'Back to the sign-in page' }).click();
  // The provider still knows who it is.
  await dan.getByRole('button', { name: 'Sign in with Keycloak' }).click();
  await dan.getByRole('navigation', { name: 'Main' }).waitFor();

  // Signing out here also signs out there, which ends the session here at once.
  await dan.getByRole('button', { name: 'Your account' }).click();
  await dan.getByRole('menuitem', { name: 'Sign out' }).click();
  await dan.getByRole('button', { name: 'Yes, sign me out' }).click();
  await dan.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(new URL(dan.url()).origin).toBe(app.url);

  // Signing out there ends the session here.
  await eve.goto(`${provider.issuer}/session/end`);
  await eve.getByRole('button', { name: 'Yes, sign me out' }).click();
  await eve.getByText('Sign-out Success').waitFor();
  await eve.goto(`${app.url}/findings`);
  await eve.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(errors).toEqual([]);
  for (const page of [admin, eve, dan]) await page.context().close();
});
