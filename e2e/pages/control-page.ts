import type { Locator, Page } from 'playwright-core';

export class ControlPage {
  constructor(private readonly page: Page) {}

  why(): Locator {
    return this.page.getByRole('region', { name: 'Why?' });
  }

  /** Rows of the checks that count for or against the control. */
  inputs(): Locator {
    return this.why().locator('tbody tr');
  }

  async showFindings(): Promise<void> {
    await this.why()
      .getByRole('link', { name: /lowers? it$/ })
      .click();
  }
}
