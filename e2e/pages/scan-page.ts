import type { Locator, Page } from 'playwright-core';

export class ScanPage {
  constructor(private readonly page: Page) {}

  /** The status beside the title. */
  status(text: string): Locator {
    return this.page
      .getByRole('heading', { level: 1 })
      .locator('+ span[data-tone]')
      .filter({ hasText: new RegExp(`^${text}$`) });
  }

  subJobs(): Locator {
    return this.page.getByRole('region', { name: 'Sub-jobs' });
  }

  log(): Locator {
    return this.subJobs().getByRole('log');
  }

  async stop(): Promise<void> {
    await this.page.getByRole('button', { name: 'Stop scan' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Stop this scan?' });
    await dialog.getByRole('button', { name: 'Stop scan' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** One of the counts of changed findings. */
  async changes(name: string): Promise<number> {
    const findings = this.page.getByRole('region', { name: 'Findings' });
    const text = await findings.getByText(name, { exact: true }).locator('+ dd').innerText();
    return Number(text.replaceAll(',', ''));
  }
}
