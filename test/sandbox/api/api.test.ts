import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import {
  ADA,
  CHANNEL,
  card,
  clientOf,
  GONE,
  GUEST,
  HandClock,
  LIN,
  openSandbox,
  refused,
} from '../support.ts';

const METADATA = { event_type: 'slipway_card', event_payload: { card: 'storefront/prod#42' } };

let clock: HandClock;
let sandbox: Sandbox;
let slack: WebClient;
let channel: string;

beforeEach(async () => {
  clock = new HandClock();
  sandbox = await openSandbox({ now: clock.now });
  slack = clientOf(sandbox);
  const { channels } = await slack.conversations.list();
  channel = channels?.find(({ name }) => `#${name}` === CHANNEL)?.id ?? '';
});

afterEach(() => sandbox.close());

async function posted(more: object = {}): Promise<string> {
  const { ts } = await slack.chat.postMessage({ channel, ...card('Prepared'), ...more });
  return ts ?? '';
}

describe('the caller', () => {
  test('the bot learns its own identity', async () => {
    expect(await slack.auth.test()).toMatchObject({ ok: true, team: 'Acme', user: 'slipway' });
  });

  test('a wrong token is refused', async () => {
    expect(await refused(clientOf(sandbox, 'xoxb-wrong').auth.test())).toBe('invalid_auth');
  });

  test('no token is refused', async () => {
    const answer = await fetch(`${sandbox.apiUrl}auth.test`, { method: 'POST' });
    expect(await answer.json()).toEqual({ ok: false, error: 'not_authed' });
  });

  test('an unknown method is an error', async () => {
    expect(await refused(slack.apiCall('chat.shout'))).toBe('unknown_method');
  });
});

describe('messages', () => {
  test('posts are found with their metadata, newest first', async () => {
    const first = await posted({ metadata: METADATA });
    const second = await posted();
    const { messages } = await slack.conversations.history({ channel, include_all_metadata: true });
    expect(messages?.map(({ ts }) => ts)).toEqual([second, first]);
    expect(messages?.[1]).toMatchObject({ text: 'storefront/prod#42 Prepared', metadata: METADATA });
  });

  test('metadata is returned only on request', async () => {
    await posted({ metadata: METADATA });
    const { messages } = await slack.conversations.history({ channel });
    expect(messages?.[0]).not.toHaveProperty('metadata');
  });

  test('every timestamp is unique, even at one instant', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => posted()));
    expect(new Set(all).size).toBe(50);
  });

  test('history is read in pages, and from a given time', async () => {
    const all = [];
    for (let count = 0; count < 5; count += 1) {
      all.push(await posted());
      clock.forward(1000);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await slack.conversations.history({ channel, limit: 2, ...(cursor ? { cursor } : {}) });
      expect(page.messages?.length).toBeLessThanOrEqual(2);
      seen.push(...(page.messages ?? []).map(({ ts }) => ts ?? ''));
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor);
    expect(seen).toEqual([...all].reverse());
    const later = await slack.conversations.history({ channel, oldest: all[2]! });
    expect(later.messages?.map(({ ts }) => ts)).toEqual([all[4], all[3]]);
    const within = await slack.conversations.history({
      channel,
      oldest: all[1]!,
      latest: all[2]!,
      inclusive: true,
    });
    expect(within.messages?.map(({ ts }) => ts)).toEqual([all[2], all[1]]);
  });

  test('a thread is read in pages too, with its first message on the first page', async () => {
    const ts = await posted();
    const replies = [];
    for (const text of ['one', 'two', 'three']) replies.push(await posted({ text, thread_ts: ts }));
    const first = await slack.conversations.replies({ channel, ts, limit: 3 });
    expect(first.messages?.map((message) => message.ts)).toEqual([ts, ...replies.slice(0, 2)]);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const rest = await slack.conversations.replies({
      channel,
      ts,
      limit: 3,
      cursor,
      include_all_metadata: true,
    });
    expect(rest).toMatchObject({ messages: [{ ts: replies[2], thread_ts: ts }], has_more: false });
  });

  test('a thread has its first message and its replies, and the channel only broadcast ones', async () => {
    const ts = await posted();
    const quiet = await slack.chat.postMessage({ channel, text: 'Lin approved', thread_ts: ts });
    const loud = await slack.chat.postMessage({
      channel,
      text: 'failed',
      thread_ts: ts,
      reply_broadcast: true,
    });
    const thread = await slack.conversations.replies({ channel, ts });
    expect(thread.messages?.map((message) => message.ts)).toEqual([ts, quiet.ts, loud.ts]);
    const { messages } = await slack.conversations.history({ channel });
    expect(messages?.map((message) => message.ts)).toEqual([loud.ts, ts]);
    expect(messages?.[1]).toMatchObject({ thread_ts: ts, reply_count: 2, latest_reply: loud.ts });
    expect(messages?.[0]).toMatchObject({ subtype: 'thread_broadcast', thread_ts: ts });
  });

  test('an update keeps the timestamp, marks the edit, and keeps metadata that is not given', async () => {
    const ts = await posted({ metadata: METADATA });
    await slack.chat.update({ channel, ts, ...card('Approved', 2) });
    const { messages } = await slack.conversations.history({ channel, include_all_metadata: true });
    expect(messages).toHaveLength(1);
    expect(messages?.[0]).toMatchObject({ ts, text: 'storefront/prod#42 Approved', metadata: METADATA });
    expect(messages?.[0]).toHaveProperty('edited');
  });

  test('a deleted message is gone', async () => {
    const ts = await posted();
    await slack.chat.delete({ channel, ts });
    expect((await slack.conversations.history({ channel })).messages).toEqual([]);
    expect(await refused(slack.chat.update({ channel, ts, text: 'x' }))).toBe('message_not_found');
  });

  test('messages of people cannot be changed by the bot', async () => {
    const page = await fetch(`${sandbox.url}/sandbox/message`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ as: ADA, channel, text: 'Hello', threadTs: null }),
    });
    expect(await page.json()).toEqual({ ok: true });
    const ts = sandbox.messages(CHANNEL).at(-1)?.ts ?? '';
    expect(await refused(slack.chat.update({ channel, ts, text: 'x' }))).toBe('cant_update_message');
    expect(await refused(slack.chat.delete({ channel, ts }))).toBe('cant_delete_message');
  });

  test('an ephemeral message is seen by one person and cannot be changed', async () => {
    const { message_ts: ts = '' } = await slack.chat.postEphemeral({
      channel,
      user: ADA,
      text: 'Refused: no.',
    });
    expect(sandbox.ephemerals(ADA).map(({ text }) => text)).toEqual(['Refused: no.']);
    expect(sandbox.ephemerals(LIN)).toEqual([]);
    expect((await slack.conversations.history({ channel })).messages).toEqual([]);
    expect(await refused(slack.chat.update({ channel, ts, text: 'x' }))).toBe('message_not_found');
  });

  test('a permalink opens the page at the message', async () => {
    const ts = await posted();
    const { permalink } = await slack.chat.getPermalink({ channel, message_ts: ts });
    expect(permalink).toBe(`${sandbox.url}/archives/${channel}/p${ts.replace('.', '')}`);
  });

  test.each([
    ['another channel', { channel: 'C0NOWHERE' }, 'channel_not_found'],
    ['no fallback text', { text: '' }, 'no_text'],
    [
      'too many blocks',
      { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) },
      'invalid_blocks',
    ],
    ['another thread', { thread_ts: '1.000000' }, 'thread_not_found'],
  ])('refused: %s', async (_what, change, error) => {
    expect(await refused(posted(change))).toBe(error);
    expect(sandbox.messages(CHANNEL)).toEqual([]);
  });
});

describe('people and places', () => {
  test('guests and deactivated people are distinguished', async () => {
    const look = async (user: string) => (await slack.users.info({ user })).user;
    expect(await look(ADA)).toMatchObject({ real_name: 'Ada Jansen', is_restricted: false, deleted: false });
    expect(await look(GUEST)).toMatchObject({ is_restricted: true });
    expect(await look(GONE)).toMatchObject({ deleted: true });
    expect(await refused(slack.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
  });

  test('channels are listed in pages', async () => {
    const first = await slack.conversations.list({ limit: 1 });
    expect(first.channels).toMatchObject([{ id: channel, is_channel: true, is_im: false }]);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await slack.conversations.list({ limit: 1, cursor });
    expect(second.channels).toMatchObject([{ name: 'general' }]);
    expect(second.response_metadata?.next_cursor).toBe('');
    expect(await refused(slack.conversations.list({ cursor: 'bm90IGEgcGFnZQ==' }))).toBe('invalid_cursor');
  });

  test('a direct message is one conversation, however often it is opened', async () => {
    const first = await slack.conversations.open({ users: ADA });
    const again = await slack.conversations.open({ users: ADA });
    expect(first.channel?.id).toMatch(/^D/);
    expect(again.channel?.id).toBe(first.channel?.id);
    const { channel: where } = await slack.chat.postMessage({ channel: ADA, text: 'Lin asks' });
    expect(where).toBe(first.channel?.id);
    expect(await refused(slack.conversations.open({ users: 'U0NOBODY' }))).toBe('user_not_found');
  });
});
