import type { Locator, Page } from 'playwright-core';

export class FrameworkPage {
  constructor(private readonly page: Page) {}

  async filterBy(status: string): Promise<void> {
    const filter = this.page.getByRole('group', { name: 'Filter by status' });
    await filter.getByRole('button', { name: status }).click();
  }

  requirements(): Locator {
    return this.page.getByRole('list', { name: 'Requirements' }).getByRole('article');
  }

  async openRequirement(id: string): Promise<void> {
    await this.requirements()
      .getByRole('link', { name: new RegExp(`^${id.replaceAll('.', '\\.')} `) })
      .click();
  }

  async openFirstFailingControl(): Promise<void> {
    await this.requirements()
      .getByRole('link', { name: /Not implemented$/ })
      .first()
      .click();
  }
}
