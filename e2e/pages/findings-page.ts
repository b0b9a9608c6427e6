import type { Locator, Page } from 'playwright-core';

export class FindingsPage {
  constructor(private readonly page: Page) {}

  async open(search = ''): Promise<void> {
    await this.page.goto(`/findings${search}`);
    await this.loaded();
  }

  async loaded(): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: 'Findings' }).waitFor();
    await this.total().waitFor();
  }

  total(): Locator {
    return this.page.getByRole('status').filter({ hasText: /finding/ });
  }

  facet(value: string): Locator {
    return this.page
      .getByRole('complementary', { name: 'Filters' })
      .getByRole('checkbox', { name: value });
  }

  groups(): Locator {
    return this.page.getByRole('list', { name: 'Issues' }).getByRole('listitem');
  }

  search(): Locator {
    return this.page.getByRole('searchbox');
  }

  async openFirstFindingOfFirstGroup(): Promise<void> {
    const group = this.groups().first();
    await group.getByRole('button').first().click();
    await group.getByRole('article').first().getByRole('link').click();
  }
}
