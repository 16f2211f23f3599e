import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { until } from '../../support/until.ts';
import { ADA, CHANNEL, clientOf, LIN, openSandbox, startBolt, type TestBot } from '../support.ts';

let sandbox: Sandbox;
let bot: TestBot;
let events: Record<string, unknown>[];

const SHORTCUT = { callbackId: 'where', name: 'Where is this commit?', description: 'Environments' };

async function start(app = {}): Promise<void> {
  sandbox = await openSandbox({
    app: { shortcuts: [SHORTCUT], ...app },
    channels: [
      CHANNEL,
      { name: '#later', joined: false },
      { name: '#secret', isPrivate: true, members: [ADA] },
    ],
  });
  bot = await startBolt(sandbox);
  for (const name of ['app_mention', 'member_joined_channel', 'message'] as const) {
    bot.app.event(name, async ({ event, body }) => {
      events.push({ ...event, id: body.event_id });
    });
  }
}

beforeEach(async () => {
  events = [];
  await start();
});

afterEach(async () => {
  await bot.close();
  await sandbox.close();
});

const heard = (count: number) => until(`${count} events`, () => events.length >= count);

test('a mention is an event, in a thread with the thread', async () => {
  const { ts } = await clientOf(sandbox).chat.postMessage({ channel: CHANNEL, text: 'prod#42' });
  sandbox.say(ADA, CHANNEL, 'no mention, but slipway@example.com and @Slipways');
  sandbox.say(ADA, CHANNEL, '@slipway why <prod>');
  await heard(1);
  sandbox.say(LIN, CHANNEL, '@Slipway: log', ts);
  await heard(2);
  const bots = `<@${sandbox.workspace.bot.userId}>`;
  expect(events).toMatchObject([
    {
      type: 'app_mention',
      user: ADA,
      text: `${bots} why &lt;prod&gt;`,
      channel: expect.stringMatching(/^C/),
    },
    { type: 'app_mention', user: LIN, text: `${bots}: log`, thread_ts: ts },
  ]);
  expect(events[0]).not.toHaveProperty('thread_ts');
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

test('a direct message to the bot is an event of its own kind', async () => {
  sandbox.openHome(ADA, 'messages');
  sandbox.say(ADA, ADA, '@Slipway hello');
  await heard(1);
  expect(events).toMatchObject([{ type: 'message', channel_type: 'im', user: ADA }]);
  expect(sandbox.say(LIN, sandbox.workspace.channel(ADA)?.id ?? '', 'hello')).toMatchObject({ ok: false });
});

test('an invitation of the bot is an event, and only then it hears mentions there', async () => {
  sandbox.say(ADA, '#later', '@Slipway help');
  expect(sandbox.invite(ADA, '#later')).toEqual({ ok: true });
  await heard(1);
  sandbox.say(ADA, '#later', '@Slipway help');
  await heard(2);
  expect(events).toMatchObject([
    { type: 'member_joined_channel', user: sandbox.workspace.bot.userId, inviter: ADA, channel_type: 'C' },
    { type: 'app_mention' },
  ]);
  expect(sandbox.invite(ADA, '#later')).toMatchObject({ ok: false });
});

test('a private channel is for those who are in it', async () => {
  expect(sandbox.say(LIN, '#secret', 'hello')).toMatchObject({ ok: false });
  sandbox.join(LIN, '#secret');
  expect(sandbox.say(LIN, '#secret', 'hello')).toEqual({ ok: true });
  await heard(1);
  expect(events).toMatchObject([{ type: 'member_joined_channel', user: LIN, channel_type: 'G' }]);
});

test.each([
  ['the manifest does not name', { events: ['app_home_opened', 'member_joined_channel'] }],
  ['the scopes do not allow', { scopes: ['chat:write', 'channels:read'] }],
])('events that %s are not sent', async (_what, app) => {
  await bot.close();
  await sandbox.close();
  await start(app);
  sandbox.say(ADA, CHANNEL, '@Slipway help');
  sandbox.invite(ADA, '#later');
  await heard(1);
  expect(events).toMatchObject([{ type: 'member_joined_channel' }]);
});

test('a shortcut carries the message, and its answer goes to the person', async () => {
  bot.app.shortcut(
    { type: 'message_action', callback_id: 'where' },
    async ({ ack, shortcut, respond, client }) => {
      await ack();
      if (shortcut.type !== 'message_action') throw new TypeError('not on a message');
      await client.views.open({
        trigger_id: shortcut.trigger_id,
        view: { type: 'modal', title: { type: 'plain_text', text: 'Commit' }, blocks: [] },
      });
      await respond({ response_type: 'ephemeral', text: `About: ${shortcut.message.text}` });
    },
  );
  sandbox.say(ADA, CHANNEL, 'abc123f is broken');
  const ts = sandbox.messages(CHANNEL)[0]?.ts ?? '';
  expect(await sandbox.shortcut(LIN, ts, 'where')).toEqual({ ok: true });
  await until('the answer', () => sandbox.ephemerals(LIN).length > 0);
  expect(sandbox.ephemerals(LIN)).toMatchObject([{ text: 'About: abc123f is broken' }]);
  expect(sandbox.views(LIN)).toHaveLength(1);
  expect(await sandbox.shortcut(LIN, '1.000000', 'where')).toMatchObject({ ok: false });
});
