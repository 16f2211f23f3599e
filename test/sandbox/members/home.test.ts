import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { until } from '../../support/until.ts';
import { ADA, clientOf, LIN, openSandbox, refused, startBolt, type TestBot } from '../support.ts';

let sandbox: Sandbox;
let bot: TestBot;
let slack: WebClient;

beforeEach(async () => {
  sandbox = await openSandbox();
  bot = await startBolt(sandbox);
  slack = clientOf(sandbox);
});

afterEach(async () => {
  await bot.close();
  await sandbox.close();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value.toUpperCase()), value });

function home(title: string, product = 'Shop') {
  return {
    type: 'home' as const,
    blocks: [
      { type: 'header' as const, text: plain(title) },
      {
        type: 'actions' as const,
        block_id: `release.${product}`,
        elements: [
          { type: 'button' as const, action_id: 'approve', text: plain('Approve'), value: 'prod#42' },
          {
            type: 'checkboxes' as const,
            action_id: 'switches',
            options: [option('mine'), option('ended')],
            initial_options: [option('ended')],
          },
          { type: 'overflow' as const, action_id: 'more', options: [option('why'), option('log')] },
        ],
      },
    ],
  };
}

test('opening it tells the bot, which then has the published view in the event', async () => {
  const opened: unknown[] = [];
  bot.app.event('app_home_opened', async ({ event, client }) => {
    opened.push(event);
    if (!event.view) await client.views.publish({ user_id: event.user, view: home('For you') });
  });
  expect(sandbox.openHome(ADA)).toEqual({ ok: true });
  await until('the Home tab', () => sandbox.home(ADA));
  expect(sandbox.home(LIN)).toBeNull();
  sandbox.openHome(ADA);
  await until('the second event', () => opened.length === 2);
  expect(opened).toMatchObject([
    { type: 'app_home_opened', user: ADA, tab: 'home', channel: expect.stringMatching(/^D/) },
    { view: { id: sandbox.home(ADA)?.id, type: 'home', hash: sandbox.home(ADA)?.hash } },
  ]);
  sandbox.openHome(ADA, 'messages');
  await until('the event of the other tab', () => opened.length === 3);
  expect(opened[2]).toMatchObject({ tab: 'messages' });
  expect(opened[2]).not.toHaveProperty('view');
});

test('a click in it carries the view, and neither a channel nor a response URL', async () => {
  const heard: Record<string, unknown>[] = [];
  bot.app.action(/.*/, async ({ ack, body }) => {
    heard.push(body as never);
    await ack();
  });
  await slack.views.publish({ user_id: ADA, view: home('For you') });
  const { id = '' } = sandbox.home(ADA) ?? {};
  await sandbox.change(ADA, id, { text: 'Approve' });
  await sandbox.change(ADA, id, { actionId: 'switches', value: ['mine', 'ended'] });
  await sandbox.change(ADA, id, { text: 'WHY' });
  expect(heard).toMatchObject([
    {
      type: 'block_actions',
      user: { id: ADA },
      container: { type: 'view', view_id: id },
      view: { type: 'home', id },
      trigger_id: expect.any(String),
      actions: [{ action_id: 'approve', value: 'prod#42', type: 'button' }],
    },
    {
      view: {
        state: {
          values: {
            'release.Shop': { switches: { selected_options: [{ value: 'mine' }, { value: 'ended' }] } },
          },
        },
      },
      actions: [{ type: 'checkboxes', selected_options: [{ value: 'mine' }, { value: 'ended' }] }],
    },
    { actions: [{ type: 'overflow', selected_option: { value: 'why' } }] },
  ]);
  for (const key of ['channel', 'response_url', 'message']) expect(heard[0]).not.toHaveProperty(key);
  expect(await sandbox.change(LIN, id, { text: 'Approve' })).toMatchObject({ ok: false });
});

test('what was chosen stays while the view is published again, as long as its element is there', async () => {
  bot.app.action(/.*/, async ({ ack }) => ack());
  await slack.views.publish({ user_id: ADA, view: home('One') });
  const before = sandbox.home(ADA);
  await sandbox.change(ADA, before?.id ?? '', { actionId: 'switches', value: [] });
  await slack.views.publish({ user_id: ADA, view: home('Two') });
  expect(sandbox.home(ADA)).toMatchObject({ id: before?.id, values: { 'release.Shop': { switches: [] } } });
  await slack.views.publish({ user_id: ADA, view: home('Three', 'Other') });
  expect(sandbox.home(ADA)?.values).toEqual({});
});

test('publishing with the hash of an older view, too many blocks or for nobody is refused', async () => {
  const { view } = await slack.views.publish({ user_id: ADA, view: home('One') });
  await slack.views.publish({ user_id: ADA, view: home('Two'), hash: view?.hash ?? '' });
  const late = slack.views.publish({ user_id: ADA, view: home('Late'), hash: view?.hash ?? '' });
  expect(await refused(late)).toBe('hash_conflict');
  const blocks = Array.from({ length: 101 }, () => ({ type: 'divider' as const }));
  expect(await refused(slack.views.publish({ user_id: ADA, view: { type: 'home', blocks } }))).toBe(
    'invalid_arguments',
  );
  expect(await refused(slack.views.publish({ user_id: 'U0NOBODY', view: home('?') }))).toBe(
    'invalid_arguments',
  );
  const large = home('x');
  const section = { type: 'section' as const, text: plain('x'.repeat(3000)) };
  large.blocks = [...large.blocks, ...Array.from({ length: 90 }, () => section)] as never;
  expect(await refused(slack.views.publish({ user_id: ADA, view: large }))).toBe('view_too_large');
});
