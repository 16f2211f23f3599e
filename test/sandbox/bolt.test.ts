import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { until } from '../support/until.ts';
import { ADA, CHANNEL, card, clientOf, LIN, openSandbox, startBolt, type TestBot } from './support.ts';

let sandbox: Sandbox;
let bot: TestBot;

beforeEach(async () => {
  sandbox = await openSandbox({ acknowledgeMs: 1000 });
  bot = await startBolt(sandbox);
});

afterEach(async () => {
  await bot.close();
  await sandbox.close();
});

async function post(status: string, revision = 1): Promise<string> {
  const { ts } = await clientOf(sandbox).chat.postMessage({
    channel: channelId(),
    ...card(status, revision),
  });
  return ts ?? '';
}

function channelId(): string {
  return sandbox.workspace.channel(CHANNEL)?.id ?? '';
}

function toldTo(person: string): string[] {
  return sandbox.ephemerals(person).map(({ text }) => text);
}

const REJECT = {
  type: 'modal',
  callback_id: 'reject',
  private_metadata: 'prod#42',
  title: { type: 'plain_text', text: 'Reject' },
  submit: { type: 'plain_text', text: 'Reject' },
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'reason', multiline: true },
    },
    {
      type: 'input',
      block_id: 'target',
      label: { type: 'plain_text', text: 'Go back to' },
      element: {
        type: 'static_select',
        action_id: 'target',
        options: [
          { text: { type: 'plain_text', text: '9f8e7d6' }, value: '9f8e7d6' },
          { text: { type: 'plain_text', text: 'c0ffee1' }, value: 'c0ffee1' },
        ],
      },
    },
  ],
} as const;

describe('slash commands', () => {
  test('Bolt accepts the signature and receives who said what where', async () => {
    const heard: unknown[] = [];
    bot.app.command('/release', async ({ ack, command }) => {
      heard.push(command);
      await ack({ text: 'Only you see this' });
    });
    expect(await sandbox.command(ADA, CHANNEL, '/release status prod')).toEqual({ ok: true });
    expect(heard).toMatchObject([
      {
        command: '/release',
        text: 'status prod',
        user_id: ADA,
        channel_id: channelId(),
        channel_name: 'storefront-releases',
        team_id: sandbox.workspace.team.id,
      },
    ]);
    expect(toldTo(ADA)).toEqual(['Only you see this']);
    expect(sandbox.messages(CHANNEL)).toEqual([]);
  });

  test('an answer in the channel is seen by all', async () => {
    bot.app.command('/release', async ({ ack, respond }) => {
      await ack();
      await respond({ response_type: 'in_channel', text: 'Everybody sees this' });
    });
    await sandbox.command(ADA, CHANNEL, '/release status');
    await until('the answer', () => sandbox.messages(CHANNEL).length > 0);
    expect(sandbox.messages(CHANNEL)[0]).toMatchObject({ text: 'Everybody sees this' });
  });

  test('the person sees operation_timeout when the bot does not acknowledge in time', async () => {
    bot.app.command('/release', async () => {});
    const answer = await sandbox.command(ADA, CHANNEL, '/release status');
    expect(answer.ok).toBe(false);
    expect(toldTo(ADA)[0]).toMatch(/^\/release failed with the error .operation_timeout.$/);
  });

  test('the person sees dispatch_failed when the bot is down or rejects the signature', async () => {
    const stranger = await startBolt(sandbox, 'another-secret');
    await sandbox.command(ADA, CHANNEL, '/release status');
    await stranger.close();
    await sandbox.command(ADA, CHANNEL, '/release status');
    sandbox.setRequestUrl(null);
    await sandbox.command(ADA, CHANNEL, '/release status');
    expect(toldTo(ADA)).toHaveLength(3);
    for (const text of toldTo(ADA)) expect(text).toContain('dispatch_failed');
  });
});

describe('buttons', () => {
  test('a click carries the value of the stored message', async () => {
    const heard: unknown[] = [];
    bot.app.action({ type: 'block_actions', action_id: 'approve' }, async ({ ack, action, body }) => {
      heard.push({ action, user: body.user.id, channel: body.channel?.id, ts: body.message?.ts });
      await ack();
    });
    const ts = await post('Prepared');
    expect(await sandbox.click(LIN, ts, { text: 'Approve' })).toEqual({ ok: true });
    expect(heard).toMatchObject([
      {
        action: { action_id: 'approve', block_id: 'card.1', value: 'prod#42 1', type: 'button' },
        user: LIN,
        channel: channelId(),
        ts,
      },
    ]);
  });

  test('a late click carries the value that was on the card when it was shown', async () => {
    const values: unknown[] = [];
    bot.app.action({ type: 'block_actions', action_id: 'approve' }, async ({ ack, action }) => {
      values.push('value' in action ? action.value : null);
      await ack();
    });
    const ts = await post('Prepared', 1);
    await clientOf(sandbox).chat.update({ channel: channelId(), ts, ...card('Prepared again', 2) });
    await sandbox.click(LIN, ts, { text: 'Approve' });
    await sandbox.click(LIN, ts, { text: 'Approve', version: 0 });
    await sandbox.click(LIN, ts, { actionId: 'approve', blockId: 'card.1' });
    expect(values).toEqual(['prod#42 2', 'prod#42 1', 'prod#42 1']);
  });

  test('a button that never existed is not sent', async () => {
    const ts = await post('Prepared');
    expect(await sandbox.click(LIN, ts, { text: 'Deploy' })).toMatchObject({ ok: false });
    expect(await sandbox.click(LIN, '1.000000', { text: 'Approve' })).toMatchObject({ ok: false });
  });

  test('an answer replaces the card, or goes to the person who clicked', async () => {
    bot.app.action('approve', async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: 'Settled' });
      await respond({ replace_original: false, response_type: 'ephemeral', text: 'Thank you' });
    });
    const ts = await post('Prepared');
    await sandbox.click(LIN, ts, { text: 'Approve' });
    await until('both answers', () => toldTo(LIN).length === 1);
    expect(sandbox.messages(CHANNEL)).toMatchObject([{ ts, text: 'Settled' }]);
  });
});

describe('modals', () => {
  async function open(): Promise<void> {
    bot.app.action('reject', async ({ ack, body, client }) => {
      await ack();
      if (!('trigger_id' in body)) throw new TypeError('a click on a button has a trigger');
      await client.views.open({ trigger_id: body.trigger_id, view: REJECT as never });
    });
    await sandbox.click(LIN, await post('Prepared'), { text: 'Reject' });
    await until('the modal', () => sandbox.views(LIN).length === 1);
  }

  const FILLED = { reason: { reason: 'not translated' }, target: { target: 'c0ffee1' } };

  test('input is returned with the metadata, and the modal closes', async () => {
    const heard: unknown[] = [];
    bot.app.view('reject', async ({ ack, view, body }) => {
      heard.push({ values: view.state.values, metadata: view.private_metadata, user: body.user.id });
      await ack();
    });
    await open();
    expect(await sandbox.submit(LIN, null, FILLED)).toEqual({ ok: true });
    expect(heard).toMatchObject([
      {
        values: {
          reason: { reason: { type: 'plain_text_input', value: 'not translated' } },
          target: { target: { type: 'static_select', selected_option: { value: 'c0ffee1' } } },
        },
        metadata: 'prod#42',
        user: LIN,
      },
    ]);
    expect(sandbox.views(LIN)).toEqual([]);
  });

  test('errors keep it open and are shown at their input', async () => {
    bot.app.view('reject', async ({ ack }) =>
      ack({ response_action: 'errors', errors: { reason: 'Say why.' } }),
    );
    await open();
    expect(await sandbox.submit(LIN, null, FILLED)).toMatchObject({
      ok: false,
      errors: { reason: 'Say why.' },
    });
    expect(sandbox.views(LIN)).toHaveLength(1);
  });

  test.each([
    ['update', 1],
    ['push', 2],
    ['clear', 0],
  ] as const)('response_action %s', async (response_action, left) => {
    bot.app.view('reject', async ({ ack }) =>
      response_action === 'clear'
        ? ack({ response_action })
        : ack({ response_action, view: REJECT as never }),
    );
    await open();
    expect(await sandbox.submit(LIN, null, FILLED)).toEqual({ ok: true });
    expect(sandbox.views(LIN)).toHaveLength(left);
  });

  test('a modal of somebody else cannot be used', async () => {
    await open();
    expect(await sandbox.submit(ADA, sandbox.views(LIN)[0]?.id ?? '', FILLED)).toMatchObject({ ok: false });
  });
});
