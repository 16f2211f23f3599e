import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { NO_BROWSER, openBrowser } from '../../support/browser.ts';
import { until } from '../../support/until.ts';
import { CHANNEL, card, clientOf, LIN, openSandbox, startBolt, type TestBot } from '../support.ts';

(NO_BROWSER ? describe.skip : describe)(`the page${NO_BROWSER ? ` (skipped: ${NO_BROWSER})` : ''}`, () => {
  let browser: Browser;
  let sandbox: Sandbox;
  let bot: TestBot;
  let page: Page;
  let ts: string;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(() => browser.close());

  beforeEach(async () => {
    sandbox = await openSandbox({
      actions: [
        { label: 'Push a change', description: 'Commits and pushes', run: async (id) => `Pushed by ${id}` },
      ],
      links: [{ label: 'prod', url: 'http://127.0.0.1:9/prod', status: async () => 'abc123f' }],
    });
    bot = await startBolt(sandbox);
    const { ts: posted } = await clientOf(sandbox).chat.postMessage({
      channel: channelId(),
      ...card('Prepared'),
    });
    ts = posted ?? '';
    problems.length = 0;
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(sandbox.url);
    await page.getByText('Deploy abc123f to storefront/prod').waitFor();
  });

  afterEach(async () => {
    await page.close();
    await bot.close();
    await sandbox.close();
    expect(problems).toEqual([]);
  });

  function channelId(): string {
    return sandbox.workspace.channel(CHANNEL)?.id ?? '';
  }

  test('a card is shown, its button asks first, and the card changes in place', async () => {
    const clicked: string[] = [];
    bot.app.action('approve', async ({ ack, body, client }) => {
      await ack();
      clicked.push(body.user.id);
      await client.chat.update({ channel: channelId(), ts, ...card('Approved by Lin', 2) });
    });
    await page.getByLabel('Act as').selectOption({ label: 'Lin' });
    const approve = page.getByRole('button', { name: 'Approve storefront/prod#42' });
    await approve.click();
    const asks = page.getByRole('alertdialog');
    await asks.getByText('Yours is the last approval').waitFor();
    await asks.getByRole('button', { name: 'Not Now' }).click();
    await asks.waitFor({ state: 'detached' });
    expect(clicked).toEqual([]);
    await approve.click();
    await asks.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved by Lin').waitFor();
    await page.getByText('(edited)').waitFor();
    expect(clicked).toEqual([LIN]);
  });

  test('a modal is filled in, refused with an error at the input, corrected and sent', async () => {
    const reasons: (string | null | undefined)[] = [];
    bot.app.action('reject', async ({ ack, body, client }) => {
      await ack();
      if (!('trigger_id' in body)) throw new TypeError('a click on a button has a trigger');
      await client.views.open({
        trigger_id: body.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'reject',
          title: { type: 'plain_text', text: 'Reject' },
          submit: { type: 'plain_text', text: 'Reject' },
          close: { type: 'plain_text', text: 'Not Now' },
          blocks: [
            {
              type: 'input',
              block_id: 'reason',
              label: { type: 'plain_text', text: 'Reason' },
              element: { type: 'plain_text_input', action_id: 'reason', multiline: true },
            },
          ],
        },
      });
    });
    bot.app.view('reject', async ({ ack, view }) => {
      const reason = view.state.values.reason?.reason?.value;
      reasons.push(reason);
      if (reason === 'no') await ack({ response_action: 'errors', errors: { reason: 'Say why.' } });
      else await ack();
    });
    await page.getByRole('button', { name: 'Reject' }).click();
    const modal = page.getByRole('dialog', { name: 'Reject' });
    const reason = modal.getByLabel('Reason');
    const send = modal.getByRole('button', { name: 'Reject' });
    await send.click();
    await modal.getByText('Please complete this required field.').waitFor();
    await reason.fill('no');
    await send.click();
    await modal.getByText('Say why.').waitFor();
    await reason.fill('The voucher text is not translated yet.');
    await send.click();
    await modal.waitFor({ state: 'detached' });
    expect(reasons).toEqual(['no', 'The voucher text is not translated yet.']);
  });

  test('Escape closes a modal without sending it', async () => {
    bot.app.action('reject', async ({ ack, body, client }) => {
      await ack();
      if (!('trigger_id' in body)) throw new TypeError('a click on a button has a trigger');
      const title = { type: 'plain_text' as const, text: 'Show Log' };
      await client.views.open({ trigger_id: body.trigger_id, view: { type: 'modal', title, blocks: [] } });
    });
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('dialog', { name: 'Show Log' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const open = () => sandbox.workspace.people().flatMap(({ id }) => sandbox.views(id));
    await until('the workspace hears of it', () => open().length === 0);
  });

  test('a command is suggested while it is typed, and its answer is visible to one person', async () => {
    bot.app.command('/release', async ({ ack, command }) => ack({ text: `You asked: ${command.text}` }));
    await page.getByLabel(`Message ${CHANNEL}`).fill('/release sta');
    await page.getByRole('listbox', { name: 'Commands' }).getByText('/release status').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('prod');
    await page.keyboard.press('Enter');
    await page.getByText('You asked: status prod').waitFor();
    await page.getByText('Only visible to you').waitFor();
    await page.getByLabel('Act as').selectOption({ label: 'Lin' });
    await page.getByText('You asked: status prod').waitFor({ state: 'detached' });
  });

  test('an answer is in view even if its reader had scrolled up', async () => {
    bot.app.command('/release', async ({ ack }) => ack({ text: 'Here is the answer' }));
    for (let n = 0; n < 40; n += 1) {
      await clientOf(sandbox).chat.postMessage({ channel: channelId(), text: `Message ${n}` });
    }
    await page.getByText('Message 39').waitFor();
    const list = page.getByRole('log', { name: 'Messages' });
    await list.evaluate((element) => {
      element.scrollTop = 0;
    });
    await page.getByRole('button', { name: '↓ Newest' }).waitFor();
    await page.getByLabel(`Message ${CHANNEL}`).fill('/release status');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Send' }).click();
    const answer = page.getByText('Here is the answer');
    await answer.waitFor();
    await until('it is in view', () =>
      answer.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      }),
    );
  });

  test('arrow keys choose a command, Enter accepts it, and Escape cancels', async () => {
    const composer = page.getByLabel(`Message ${CHANNEL}`);
    await composer.fill('/release re');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await composer.inputValue()).toBe('/release retry ');
    await page.getByText('the deploy or verification again').waitFor();
    await composer.fill('/rel');
    await page.keyboard.press('Escape');
    expect(await composer.inputValue()).toBe('');
  });

  test('typed text is shown as text, whatever its characters', async () => {
    await page.getByLabel(`Message ${CHANNEL}`).fill('<!channel> & *bold*');
    await page.keyboard.press('Enter');
    await page.getByText('<!channel> & bold').waitFor();
  });

  test('a thread opens beside the channel, and a permalink leads back to its card', async () => {
    const client = clientOf(sandbox);
    const { permalink } = await client.chat.getPermalink({ channel: channelId(), message_ts: ts });
    const text = `See <${permalink}|prod#42>`;
    await client.chat.postMessage({ channel: channelId(), thread_ts: ts, text });
    await page.getByRole('button', { name: '1 reply' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByRole('link', { name: 'prod#42' }).click();
    await thread.waitFor({ state: 'detached' });
    await page.locator('.message.linked').getByText('Deploy abc123f').waitFor();
    expect(page.context().pages()).toHaveLength(1);
  });

  test('additions of the host are shown beside the channels', async () => {
    await page.getByRole('link', { name: 'prod' }).waitFor();
    await page.getByText('abc123f', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Push a change' }).click();
    await page.getByText('Pushed by U0ADA').waitFor();
  });

  test('nothing is wider than a narrow window, and channels are in a drawer', async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(widths[0]).toBe(widths[1]);
    await page.getByLabel('Act as').selectOption({ label: 'Lin' });
    await page.getByLabel(`Message ${CHANNEL}`).fill('It is me');
    await page.keyboard.press('Enter');
    await page.locator('.message', { hasText: 'Lin' }).getByText('It is me').waitFor();
    await page.getByRole('button', { name: 'Show the channel list' }).click();
    await page.getByRole('button', { name: 'general' }).click();
    await page.getByRole('heading', { name: 'general' }).waitFor();
  });

  test('a direct message shows up as unread', async () => {
    await clientOf(sandbox).chat.postMessage({ channel: 'U0ADA', text: 'Lin asks you to unlock prod' });
    const direct = page.getByRole('button', { name: 'Slipway unread' });
    await direct.click();
    await page.getByText('Lin asks you to unlock prod').waitFor();
    await direct.waitFor({ state: 'detached' });
    expect(await page.getByRole('log').count()).toBe(1);
    expect(await page.getByText('Deploy abc123f to storefront/prod').count()).toBe(0);
  });
});
