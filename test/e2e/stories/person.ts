import type { Browser, Locator, Page } from 'playwright-core';
import { CHANNEL, type World } from '../../support/world.ts';

/** Somebody in front of the sandbox page, in a browser of their own. What they see is found by its accessible name. */
export interface Person {
  readonly page: Page;
  /** The newest message in the channel that says all these texts. */
  message(...says: string[]): Locator;
  /** The modal with this title. */
  modal(title: string): Locator;
  /** The Home tab of the app. */
  readonly home: Locator;
  /** The open thread. */
  readonly thread: Locator;
  /** Types into the channel. */
  says(text: string): Promise<void>;
  /** Presses the one button of this whole name. */
  presses(name: string): Promise<void>;
  /** Chooses in a select of a modal. */
  chooses(modal: Locator, label: string, option: string | RegExp): Promise<void>;
  openHome(): Promise<void>;
  openChannel(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the page as this person. `problem` is called with each script error. */
export async function personAt(
  browser: Browser,
  world: World,
  name: string,
  problem: (words: string) => void,
): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(2 * world.patienceMs);
  const page = await context.newPage();
  page.on('pageerror', (error) => problem(`${name}: ${error.message}`));
  await page.goto(world.sandbox.url);
  await page.getByLabel('Act as').selectOption({ label: name });
  const channel = page.getByRole('log');
  const composer = page.getByRole('textbox', { name: `Message ${CHANNEL}` });
  const side = page.getByRole('navigation', { name: 'Channels and apps' });
  return {
    page,
    message: (...says) =>
      says.reduce((found, hasText) => found.filter({ hasText }), channel.first().getByRole('article')).last(),
    modal: (title) => page.getByRole('dialog', { name: title, exact: true }),
    home: page.getByRole('tabpanel', { name: 'Home' }),
    thread: page.getByRole('complementary', { name: 'Thread' }),
    async says(text) {
      await composer.fill(text);
      await page.keyboard.press('Enter');
    },
    presses: (name) => page.getByRole('button', { name, exact: true }).click(),
    async chooses(modal, label, option) {
      await modal.getByRole('combobox', { name: label }).click();
      await page.getByRole('option', { name: option }).click();
    },
    async openHome() {
      await side.getByRole('button', { name: 'Slipway' }).click();
      await page.getByRole('tab', { name: 'Home' }).click();
    },
    openChannel: () => side.getByRole('button', { name: CHANNEL.slice(1) }).click(),
    close: () => context.close(),
  };
}
