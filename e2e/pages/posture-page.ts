import type { Locator, Page } from 'playwright-core';

export class PosturePage {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto('/');
    await this.page.getByRole('heading', { level: 1, name: 'Posture' }).waitFor();
  }

  /** Imports through the button and the file chooser, as a user does. */
  async importByDialog(path: string): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.page.getByRole('button', { name: 'Choose files' }).click();
    await (await chooser).setFiles(path);
  }

  frameworks(): Locator {
    return this.page.getByRole('region', { name: 'Frameworks' });
  }

  /** The bars of frameworks, whose labels are `<name>: 2 – 89 %, 13 % covered`. */
  bars(): Locator {
    return this.frameworks().getByRole('img', { name: /% covered$/ });
  }

  async openFramework(name: string): Promise<void> {
    await this.frameworks().getByRole('link', { name }).click();
  }
}
