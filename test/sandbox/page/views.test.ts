import { expect, test } from '@jest/globals';
import type { BlockAction } from '@slack/bolt';
import type { KnownBlock, View } from '@slack/types';
import { until } from '../../support/until.ts';
import { ADA, CHANNEL, card, clientOf, LIN } from '../support.ts';
import { describePage, option, plain } from './support.ts';

const GROUPS = [
  {
    label: plain('Accepted below'),
    options: [option('abc123f Fix the voucher'), option('be4f00d Say hello')],
  },
];

/** A modal with every kind of input. */
function everything(title: string): View {
  const input = (id: string, label: string, element: object, more: object = {}) => ({
    type: 'input',
    block_id: id,
    label: plain(label),
    element: { action_id: id, ...element },
    ...more,
  });
  const blocks = [
    input('env', 'Environment', { type: 'static_select', options: [option('preprod'), option('prod')] }),
    input(
      'commit',
      'Commit',
      { type: 'external_select', min_query_length: 0, placeholder: plain('Search commits') },
      { dispatch_action: true },
    ),
    input('reason', 'Reason', { type: 'plain_text_input' }),
    input('tell', 'Tell', { type: 'checkboxes', options: [option('approvers'), option('channel')] }),
    input('how', 'How long', { type: 'radio_buttons', options: [option('an hour'), option('a day')] }),
    input('day', 'Day', { type: 'datepicker' }),
    input('time', 'Time', { type: 'timepicker', initial_time: '14:00' }),
    {
      type: 'actions',
      block_id: 'acts',
      elements: [
        {
          type: 'button',
          action_id: 'step',
          text: plain('Next step'),
          confirm: {
            title: plain('Go on?'),
            text: plain('A step is added.'),
            confirm: plain('Go'),
            deny: plain('Stay'),
          },
        },
      ],
    },
  ];
  return {
    type: 'modal',
    callback_id: 'everything',
    title: plain(title),
    submit: plain('Prepare'),
    blocks: blocks as KnownBlock[],
  };
}

const WHERE = { callbackId: 'where', name: 'Where is this commit?', description: 'Shows where it runs' };

const OPTIONS = { acknowledgeMs: 1_500, app: { shortcuts: [WHERE] } };

describePage('views on the page', OPTIONS, (scene) => {
  const post = () => clientOf(scene.sandbox).chat.postMessage({ channel: scene.id(), ...card('Prepared') });

  test('a modal with every kind of input is filled in, corrected, covered by another one, and sent', async () => {
    const { page, bot } = scene;
    const asked: string[] = [];
    const told: unknown[] = [];
    const sent: unknown[] = [];
    bot.app.action<BlockAction>('reject', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: everything('Prepare') });
    });
    bot.app.action<BlockAction>('step', async ({ ack, body, client }) => {
      await ack();
      await client.views.push({
        trigger_id: body.trigger_id,
        view: { type: 'modal', title: plain('The step'), blocks: [] },
      });
    });
    bot.app.options('commit', async ({ ack, payload }) => {
      asked.push(payload.value);
      await ack({ option_groups: GROUPS });
    });
    bot.app.action<BlockAction>('commit', async ({ ack, body, payload }) => {
      await ack();
      told.push([payload, body.view?.state.values.reason?.reason?.value]);
    });
    bot.app.view('everything', async ({ ack, view }) => {
      sent.push(view.state.values);
      if (sent.length === 1)
        await ack({ response_action: 'errors', errors: { commit: 'Not accepted yet.' } });
      else await ack();
    });
    await post();
    await scene.open();
    await page.getByRole('button', { name: 'Reject' }).click();
    const modal = page.getByRole('dialog', { name: 'Prepare' });
    const prepare = modal.getByRole('button', { name: 'Prepare' });
    await prepare.click();
    expect(await modal.getByText('Please complete this required field.').count()).toBe(6);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('env|env');

    await modal.getByLabel('Environment').fill('pro');
    await page.getByRole('option', { name: 'prod', exact: true }).click();
    await modal.getByLabel('Reason').fill('The fix is urgent.');
    await modal.getByLabel('Commit').click();
    await page.getByRole('option', { name: 'abc123f Fix the voucher' }).waitFor();
    await page.keyboard.type('hel');
    await until('the bot is asked for what was typed', () => asked.includes('hel'));
    await page.getByRole('option', { name: 'be4f00d Say hello' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until('the bot hears of the choice', () => told.length === 1);
    expect(told).toEqual([
      [expect.objectContaining({ selected_option: option('be4f00d Say hello') }), 'The fix is urgent.'],
    ]);
    await modal.getByLabel('channel').check();
    await modal.getByLabel('a day').check();
    await modal.getByLabel('Day', { exact: true }).fill('2026-12-01');

    await modal.getByRole('button', { name: 'Next step' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Go' }).click();
    await page.getByRole('dialog', { name: 'The step' }).getByRole('button', { name: 'Back' }).click();
    await page.getByRole('dialog', { name: 'The step' }).waitFor({ state: 'detached' });
    expect(await modal.getByLabel('Reason').inputValue()).toBe('The fix is urgent.');
    expect(await modal.getByLabel('Commit').inputValue()).toBe('be4f00d Say hello');

    await prepare.click();
    await modal.getByText('Not accepted yet.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('commit|commit');
    await prepare.click();
    await modal.waitFor({ state: 'detached' });
    expect(sent.at(-1)).toMatchObject({
      env: { env: { selected_option: option('prod') } },
      commit: { commit: { selected_option: option('be4f00d Say hello') } },
      reason: { reason: { value: 'The fix is urgent.' } },
      tell: { tell: { selected_options: [option('channel')] } },
      how: { how: { selected_option: option('a day') } },
      day: { day: { selected_date: '2026-12-01' } },
      time: { time: { selected_time: '14:00' } },
    });
  });

  test('a submission that nobody acknowledges says so, and loses nothing', async () => {
    const { page, bot } = scene;
    let silent = true;
    bot.app.action<BlockAction>('reject', async ({ ack, body, client }) => {
      await ack();
      const input = everything('Reject').blocks[2];
      const view = { ...everything('Reject'), blocks: input ? [input] : [] };
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
    bot.app.view('everything', async ({ ack }) => {
      if (!silent) await ack();
    });
    await post();
    await scene.open();
    await page.getByRole('button', { name: 'Reject' }).click();
    const modal = page.getByRole('dialog', { name: 'Reject' });
    await modal.getByLabel('Reason').fill('Not translated');
    await page.keyboard.press('Enter');
    await modal.getByText('We had some trouble connecting').waitFor();
    expect(await modal.getByLabel('Reason').inputValue()).toBe('Not translated');
    silent = false;
    await modal.getByRole('button', { name: 'Prepare' }).click();
    await modal.waitFor({ state: 'detached' });
  });

  test('the Home tab is each person’s own, its switches reach the bot, and it changes while it is open', async () => {
    const { page, bot } = scene;
    const client = clientOf(scene.sandbox);
    const publish = (user: string, words: string) =>
      client.views.publish({
        user_id: user,
        view: {
          type: 'home',
          blocks: [
            { type: 'header', text: plain(words) },
            {
              type: 'actions',
              block_id: 'switches',
              elements: [
                {
                  type: 'checkboxes',
                  action_id: 'switch',
                  options: [option('My approval'), option('My lock')],
                },
              ],
            },
          ],
        },
      });
    bot.app.event('app_home_opened', async ({ event }) => {
      if (event.tab === 'home') await publish(event.user, `The board of ${event.user}`);
    });
    const chosen: unknown[] = [];
    bot.app.action<BlockAction>('switch', async ({ ack, body, payload }) => {
      await ack();
      chosen.push([body.view?.type, payload]);
      await publish(body.user.id, 'Saved');
    });
    await scene.open();
    await page.getByRole('button', { name: 'Slipway' }).click();
    const home = page.getByRole('tabpanel');
    await home.getByRole('heading', { name: `The board of ${ADA}` }).waitFor();
    await home.getByLabel('My lock').check();
    await home.getByRole('heading', { name: 'Saved' }).waitFor();
    expect(await home.getByLabel('My lock').isChecked()).toBe(true);
    expect(chosen).toEqual([['home', expect.objectContaining({ selected_options: [option('My lock')] })]]);
    await scene.actAs('Lin');
    await home.getByRole('heading', { name: `The board of ${LIN}` }).waitFor();
    await page.getByRole('tab', { name: 'Home' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByLabel('Message Slipway').fill('hello');
    await page.keyboard.press('Enter');
    await page.locator('.message').getByText('hello').waitFor();
  });

  test('a mention in a thread is completed while it is typed, and its answer there is for one person', async () => {
    const { page, bot } = scene;
    bot.app.event('app_mention', async ({ event, client }) => {
      const { channel, user = '', thread_ts = '', text } = event;
      await client.chat.postEphemeral({
        channel,
        user,
        thread_ts,
        text: `You asked: ${text.split(' ').pop()}`,
      });
    });
    const { ts } = await post();
    scene.say(LIN, 'Why does it wait?', { thread: ts ?? '' });
    await scene.open();
    await page.getByRole('button', { name: '1 reply' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByLabel('Reply').fill('@sl');
    await page.keyboard.press('Enter');
    expect(await thread.getByLabel('Reply').inputValue()).toBe('@slipway ');
    await page.keyboard.type('why');
    await page.keyboard.press('Enter');
    await thread.getByText('You asked: why').waitFor();
    await thread.getByText('Only visible to you').waitFor();
    await thread.locator('.mention').getByText('@Slipway').waitFor();
    await scene.actAs('Lin');
    await thread.getByText('You asked: why').waitFor({ state: 'detached' });
  });

  test('a shortcut in the menu of a message opens a modal', async () => {
    const { page, bot } = scene;
    const about: string[] = [];
    bot.app.shortcut(WHERE.callbackId, async ({ ack, shortcut: used, client }) => {
      await ack();
      if (used.type === 'message_action') about.push(used.message.text ?? '');
      const view: View = { type: 'modal', title: plain('Where it is'), blocks: [] };
      await client.views.open({ trigger_id: used.trigger_id, view });
    });
    scene.say(LIN, 'Is abc123f out?');
    await scene.open();
    await page.getByText('Is abc123f out?').hover();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: WHERE.name }).click();
    await page.getByRole('dialog', { name: 'Where it is' }).waitFor();
    expect(about).toEqual(['Is abc123f out?']);
  });

  test('faults are switched on in the page, which says so until they are off', async () => {
    const { page } = scene;
    await scene.open();
    await page.getByText('Make Slack fail').click();
    await page.getByRole('switch', { name: 'Slack is down' }).check();
    await page.getByText('On purpose: Slack is down').waitFor();
    await expect(post()).rejects.toThrow();
    await page.getByRole('button', { name: 'Back to normal' }).click();
    await page.getByText('On purpose').waitFor({ state: 'detached' });
    await post();
    await page.getByLabel(`Message ${CHANNEL}`).waitFor();
    await page.getByText('Prepared').waitFor();
  });
});
