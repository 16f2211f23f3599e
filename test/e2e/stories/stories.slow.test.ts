import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { NO_BROWSER, openBrowser } from '../../support/browser.ts';
import {
  ADA,
  card,
  LIN,
  MO,
  OVER_HTTP,
  OVER_SOCKETS,
  openWorld,
  productOf,
  push,
  typed,
  type World,
} from '../../support/world.ts';
import { type Person, personAt } from './person.ts';

const TRANSPORTS = [
  ['HTTP', OVER_HTTP],
  ['Socket Mode', OVER_SOCKETS],
] as const;

/** Limit for one story: three browsers and a bot share the machine with other suites. */
const LIMIT_MS = 180_000;

const skipped = NO_BROWSER ? ` (skipped: ${NO_BROWSER})` : '';

(NO_BROWSER ? describe.skip : describe).each(TRANSPORTS)(
  `what people do in the page, over %s${skipped}`,
  (_, transport) => {
    let world: World;
    let bot: Running;
    let browser: Browser;
    let ada: Person;
    let lin: Person;
    let mo: Person;
    /** Short SHAs, in the order of the pushes. */
    let zero: string;
    let first: string;
    let second: string;
    let third: string;
    const problems: string[] = [];

    beforeAll(async () => {
      world = await openWorld('embedded', undefined, transport);
      zero = world.repository.commit({ 'app.txt': 'zero' }, 'Say hello').slice(0, 7);
      world.repository.push();
      const environments = [
        { name: 'integration', mode: 'continuous' },
        { name: 'prod', mode: 'approval', people: { rules: [{ required: 2, from: null }] } },
        { name: 'mirror', mode: 'approval' },
      ] satisfies Parameters<typeof productOf>[1];
      bot = await startBot(world, productOf(world, environments));
      await card(world, `${zero} accepted in shop/integration`);
      first = await accepted('Add vouchers');
      browser = await openBrowser();
      const open = (name: string) => personAt(browser, world, name, (words) => problems.push(words));
      [ada, lin, mo] = await Promise.all([open('Ada'), open('Lin'), open('Mo')]);
    }, 90_000);

    afterEach(() => expect(problems).toEqual([]));

    afterAll(async () => {
      await browser.close();
      await bot.stop();
      await world.close();
    });

    /** Pushes a commit and waits until integration runs it. */
    async function accepted(subject: string): Promise<string> {
      const { short } = await push(world, bot.url, subject);
      await card(world, `${short} accepted in shop/integration`);
      return short;
    }

    const lastInProd = async () =>
      (await world.ledger()).findLast((line) => line.startsWith('prod '))?.slice(5, 12);

    test(
      'a release is prepared in a dialog whose gates follow each choice',
      async () => {
        await ada.says('/release');
        await ada.presses('Prepare a release of shop');
        const modal = ada.modal('Prepare');
        await modal.getByText(`Deploy ${first} to shop/prod`).waitFor();
        await modal.getByText('0 of 2: nobody has approved.').waitFor();
        await modal.getByRole('textbox', { name: 'Note' }).fill('Greets by name');
        await ada.chooses(modal, 'Environment', 'mirror');
        await modal.getByText('nothing is accepted in prod yet').waitFor();
        await ada.chooses(modal, 'Environment', 'prod');
        await modal.getByText(`Deploy ${first} to shop/prod`).waitFor();
        await modal.getByRole('combobox', { name: 'Commit' }).fill('hello');
        await ada.page.getByRole('option', { name: `${zero} Say hello` }).click();
        await modal.getByText(`Deploy ${zero} to shop/prod`).waitFor();
        await modal.getByRole('button', { name: 'Prepare', exact: true }).click();
        await modal.waitFor({ state: 'detached' });
        await lin.message(`Deploy ${zero} to shop/prod`, 'Prepared', 'Greets by name').waitFor();
      },
      LIMIT_MS,
    );

    test(
      'whoever may not is refused, with the rule and the next step, and nobody else sees it',
      async () => {
        const refusal = 'you prepared prod#1, so you cannot approve or reject it';
        await ada.presses('Approve shop/prod#1');
        const answer = ada.message('Only visible to you', refusal);
        await answer.getByText('/release cancel shop/prod#1').waitFor();
        await lin.message(`Deploy ${zero} to shop/prod`, '0 of 2').waitFor();
        expect(await lin.page.getByText(refusal).count()).toBe(0);
      },
      LIMIT_MS,
    );

    test(
      'a rejection asks for its reason, and everybody reads it',
      async () => {
        await lin.presses('Reject shop/prod#1');
        const modal = lin.modal('Reject');
        const send = modal.getByRole('button', { name: 'Reject' });
        await send.click();
        await modal.getByText('Please complete this required field.').waitFor();
        await modal.getByRole('textbox', { name: 'Reason' }).fill('not translated yet');
        await send.click();
        await modal.waitFor({ state: 'detached' });
        const rejected = mo.message(`Not deployed: ${zero} to shop/prod`, 'Rejected by Lin');
        await rejected.getByText('not translated yet').waitFor();
        await mo.page.getByRole('button', { name: 'Approve shop/prod#1' }).waitFor({ state: 'detached' });
      },
      LIMIT_MS,
    );

    test(
      'a dialog left open while somebody else settled the card says so, and keeps the words',
      async () => {
        await ada.presses('Prepare Again shop/prod#1');
        await mo.presses('Reject shop/prod#2');
        const left = mo.modal('Reject');
        await left.getByRole('textbox', { name: 'Reason' }).fill('not on a Friday');
        await ada.presses('Cancel shop/prod#2');
        const cancel = ada.modal('Cancel');
        await cancel.getByRole('button', { name: 'Cancel', exact: true }).click();
        await mo.message(`Not deployed: ${zero} to shop/prod`, 'Cancelled by Ada').waitFor();
        await left.getByRole('button', { name: 'Reject' }).click();
        await left.getByText('Refused: this is not possible for prod#2 now.').waitFor();
        await left.getByText('not on a Friday').waitFor();
        await mo.page.keyboard.press('Escape');
        await left.waitFor({ state: 'detached' });
      },
      LIMIT_MS,
    );

    test(
      'a commit is promoted to production, with the approvals of two people',
      async () => {
        await ada
          .message(`${first} accepted in shop/integration`)
          .getByRole('button', { name: 'Promote to prod' })
          .click();
        const modal = ada.modal('Prepare');
        await modal.getByText(`Deploy ${first} to shop/prod`).waitFor();
        await modal.getByRole('button', { name: 'Prepare', exact: true }).click();
        await lin.presses('Approve shop/prod#3');
        await ada.message(`Deploy ${first} to shop/prod`, '1 of 2 approvals').waitFor();
        expect(await ada.page.getByRole('button', { name: 'Deploy to prod shop/prod#3' }).count()).toBe(0);
        await mo.presses('Approve shop/prod#3');
        await ada.message(`Deploy ${first} to shop/prod`, 'Approved').waitFor();
        await ada.presses('Deploy to prod shop/prod#3');
        await ada.page.getByRole('alertdialog').getByRole('button', { name: 'Deploy', exact: true }).click();
        await lin.presses('Accept shop/prod#3');
        await ada.message(`${first} accepted in shop/prod`, 'Accepted by Lin').waitFor();
        expect(await lastInProd()).toBe(first);
      },
      LIMIT_MS,
    );

    test(
      'what waits for a person is approved in their Home tab, which is up to date at once',
      async () => {
        second = await accepted('Round half up');
        await mo.openHome();
        await mo.home.getByText('Waiting for you: nothing').waitFor();
        await typed(world, ADA, 'promote integration');
        await mo.home.getByText(`Approve ${second} for shop/prod?`).waitFor();
        await mo.home.getByRole('button', { name: 'Approve shop/prod#4' }).click();
        await mo.home.getByText('Waiting for you: nothing').waitFor();
        await lin.message(`Deploy ${second} to shop/prod`, '1 of 2 approvals').waitFor();
        await mo.openChannel();
      },
      LIMIT_MS,
    );

    test(
      'in the thread of a card a mention is about its release',
      async () => {
        const waits = lin.message(`Deploy ${second} to shop/prod`, '1 of 2 approvals');
        await waits.hover();
        await waits.getByRole('button', { name: 'More actions' }).click();
        await lin.page.getByRole('menuitem', { name: 'Reply in thread' }).click();
        const reply = lin.thread.getByRole('textbox', { name: 'Reply' });
        await reply.fill('@slipway why');
        await lin.page.keyboard.press('Enter');
        await lin.thread.getByRole('article').filter({ hasText: 'Only visible to you' }).waitFor();
        await reply.fill('@slipway approve');
        await lin.page.keyboard.press('Enter');
        await ada.message(`Deploy ${second} to shop/prod`, 'Approved').waitFor();
        await lin.thread.getByRole('button', { name: 'Close the thread' }).click();
      },
      LIMIT_MS,
    );

    test(
      'a lock holds a deploy, and is taken over with a reason',
      async () => {
        await lin.says('/release lock prod database migration');
        await ada.message(`Deploy ${second} to shop/prod`, 'lock by Lin').waitFor();
        expect(await ada.page.getByRole('button', { name: 'Deploy to prod shop/prod#4' }).count()).toBe(0);
        await mo.presses('Take Over: shop/prod');
        const modal = mo.modal('Take Over');
        await modal.getByText('database migration').waitFor();
        await modal.getByRole('textbox', { name: 'Reason' }).fill('Lin is on a train');
        await modal.getByRole('button', { name: 'Take Over' }).click();
        await modal.waitFor({ state: 'detached' });
        await ada.message('shop/prod is locked by Mo', 'taken over from Lin', 'Lin is on a train').waitFor();
        await mo.presses('Unlock: shop/prod');
        await ada.message('shop/prod is unlocked').waitFor();
        await ada.presses('Deploy to prod shop/prod#4');
        await ada.page.getByRole('alertdialog').getByRole('button', { name: 'Deploy', exact: true }).click();
        await lin.presses('Accept shop/prod#4');
        await ada.message(`${second} accepted in shop/prod`, 'Accepted by Lin').waitFor();
      },
      LIMIT_MS,
    );

    test(
      'a faulty release is rolled back to the commit that somebody chooses',
      async () => {
        third = await accepted('Charge twice');
        await typed(world, ADA, 'promote integration');
        for (const person of [LIN, MO]) await typed(world, person, 'approve prod');
        await card(world, `Deploy ${third} to shop/prod`, 'Approved');
        await typed(world, ADA, 'deploy prod');
        await mo.presses('Test Failed shop/prod#5');
        const failed = mo.modal('Test Failed');
        await failed.getByRole('textbox', { name: 'Reason' }).fill('vouchers charge twice');
        await failed.getByRole('button', { name: 'Test Failed' }).click();
        await lin.message(`${third} is faulty in shop/prod`, 'vouchers charge twice').waitFor();
        await lin.presses('Roll Back shop/prod#5');
        const modal = lin.modal('Roll Back');
        await modal.getByText(`Going back to ${second} undoes 1 commit`).waitFor();
        await lin.chooses(modal, 'Go back to', new RegExp(`^${first}`));
        await modal.getByText(`Going back to ${first} undoes 2 commits`).waitFor();
        await modal.getByRole('textbox', { name: 'Reason' }).fill('the voucher is wrong as well');
        await modal.getByRole('button', { name: 'Roll Back' }).click();
        await modal.waitFor({ state: 'detached' });
        await ada.message(first, 'the voucher is wrong as well').waitFor();
        // It was accepted there before, so nobody accepts it once more.
        await lin.message(`shop/prod is back on ${first}`).waitFor();
        expect(await lastInProd()).toBe(first);
      },
      LIMIT_MS,
    );

    test(
      'the shortcut of a message says where the commits in it run',
      async () => {
        await mo.says(`Is ${second} out?`);
        const asks = lin.message(`Is ${second} out?`);
        await asks.hover();
        await asks.getByRole('button', { name: 'More actions' }).click();
        await lin.page.getByRole('menuitem', { name: 'Where is this commit?' }).click();
        const modal = lin.modal('Where Is It');
        await modal.getByText('Round half up').waitFor();
        await modal.getByText('integration').first().waitFor();
        await modal.getByRole('button', { name: 'Close' }).last().click();
        await modal.waitFor({ state: 'detached' });
      },
      LIMIT_MS,
    );
  },
);
