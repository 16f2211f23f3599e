import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { NO_BROWSER, openBrowser } from '../../support/browser.ts';
import { describeStory } from '../../support/services/tiers.ts';
import {
  ADA,
  ALWAYS_FROZEN,
  CHANNEL,
  card,
  MO,
  openWorld,
  productOf,
  typed,
  type World,
} from '../../support/world.ts';

const PATIENCE_MS = 30_000;

(NO_BROWSER ? describe.skip : describe)(
  `by real clicks${NO_BROWSER ? ` (skipped: ${NO_BROWSER})` : ''}`,
  () => {
    describeStory('in a browser', (tier) => {
      let world: World;
      let bot: Running;
      let browser: Browser;
      let page: Page;
      const problems: string[] = [];

      beforeAll(async () => {
        world = await openWorld(tier);
        world.repository.commit({ 'app.txt': 'one' }, 'First');
        world.repository.push();
        bot = await startBot(
          world,
          productOf(world, [
            { name: 'integration', mode: 'continuous' },
            {
              name: 'prod',
              mode: 'approval',
              policy: { freeze: [ALWAYS_FROZEN] },
              people: { roles: { override: [MO] } },
            },
          ]),
        );
        await card(world, 'accepted in shop/integration');
        browser = await openBrowser();
        page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
        page.setDefaultTimeout(PATIENCE_MS);
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(world.sandbox.url);
      }, 90_000);
      afterAll(async () => {
        await browser.close();
        await bot.stop();
        await world.close();
        expect(problems).toEqual([]);
      });

      const actAs = (name: string) => page.getByLabel('Act as').selectOption({ label: name });
      const type = async (text: string) => {
        await page.getByLabel(`Message ${CHANNEL}`).fill(text);
        await page.keyboard.press('Enter');
      };
      /** The message with this text, as it stands now. */
      const message = (text: string) => page.locator('.message', { hasText: text }).last();
      const press = (text: string, label: string) =>
        message(text).locator('button', { hasText: label }).first().click();

      test('people approve, override with a reason, deploy after a confirmation, and accept', async () => {
        await typed(world, ADA, 'promote integration');
        await actAs('Lin');
        await press('to shop/prod', 'Approve');
        await message('to shop/prod').getByText('Approved, waiting').waitFor();
        await actAs('Mo');
        await press('to shop/prod', 'Override Freeze');
        const modal = page.getByRole('dialog', { name: 'Override Freeze' });
        await modal.getByLabel('Reason').fill('fix for the tax change');
        await modal.getByRole('button', { name: 'Override Freeze' }).click();
        await modal.waitFor({ state: 'detached' });
        await message('to shop/prod').getByText('every gate is open').waitFor();
        await actAs('Ada');
        await press('to shop/prod', 'Deploy to prod');
        const asks = page.getByRole('alertdialog');
        await asks.getByRole('button', { name: 'Deploy' }).click();
        await message('in shop/prod').getByText('Testing').waitFor();
        await actAs('Mo');
        await press('in shop/prod', 'Accept');
        await message('accepted in shop/prod').waitFor();
        expect((await world.ledger()).filter((line) => line.startsWith('prod '))).toHaveLength(1);
      }, 120_000);

      test('people lock, ask to unlock, and unlock from the direct message', async () => {
        await actAs('Lin');
        await type('/release lock prod database migration for 2h');
        await page.getByText('only you may deploy there').waitFor();
        await actAs('Ada');
        await press('shop/prod is locked by Lin', 'Ask to Unlock');
        await actAs('Lin');
        await page.getByRole('button', { name: 'Slipway unread' }).click();
        await press('Ada asks you to unlock shop/prod', 'Unlock');
        await message('You unlocked it at').waitFor();
        await page.getByRole('button', { name: CHANNEL.slice(1) }).click();
        await message('shop/prod is unlocked').waitFor();
      }, 120_000);
    });
  },
);
