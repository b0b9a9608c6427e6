import type { Locator, Page } from 'playwright-core';

export class NewScanPage {
  constructor(private readonly page: Page) {}

  async open(search = ''): Promise<void> {
    await this.page.goto(`/scans/new${search}`);
    await this.page.getByRole('heading', { level: 1, name: 'New scan' }).waitFor();
  }

  kind(name: string): Locator {
    return this.page.getByRole('radio', { name: new RegExp(`^${name}`) });
  }

  address(): Locator {
    return this.page.getByRole('textbox', { name: /^Address/ });
  }

  preview(): Locator {
    return this.page.getByRole('region', { name: 'Before it starts' });
  }

  /** Declares the rejected target as the team's, through the dialog next to the rejection. */
  async declareAsOwn(): Promise<void> {
    await this.preview().getByRole('button', { name: 'Declare as own targets…' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Declare as your team’s own?' });
    await dialog.getByRole('button', { name: 'Declare' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  async start(): Promise<void> {
    await this.page.getByRole('button', { name: 'Start scan' }).click();
    await this.page.waitForURL(/\/scans\/scan_/);
  }
}
