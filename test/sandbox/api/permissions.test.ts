import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebAPIRateLimitedError } from '@slack/web-api';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/server.ts';
import { ADA, BOT_TOKEN, CHANNEL, clientOf, GONE, HandClock, LIN, openSandbox, refused } from '../support.ts';

let clock: HandClock;
let sandbox: Sandbox;

async function reopen(options: Partial<SandboxOptions>): Promise<void> {
  await sandbox.close();
  sandbox = await openSandbox({ now: clock.now, ...options });
}

beforeEach(async () => {
  clock = new HandClock();
  sandbox = await openSandbox({ now: clock.now });
});

afterEach(() => sandbox.close());

const idOf = (name: string) => sandbox.workspace.channel(name)?.id ?? '';

describe('scopes', () => {
  test('a missing one is named, with those that are granted', async () => {
    await reopen({ app: { scopes: ['commands', 'chat:write', 'channels:read'] } });
    const error = await clientOf(sandbox)
      .conversations.history({ channel: idOf(CHANNEL) })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      data: {
        error: 'missing_scope',
        needed: 'channels:history',
        provided: 'commands,chat:write,channels:read',
      },
    });
    const response = await fetch(`${sandbox.apiUrl}conversations.list`, {
      headers: { authorization: `Bearer ${BOT_TOKEN}` },
    });
    expect(response.headers.get('x-oauth-scopes')).toBe('commands,chat:write,channels:read');
    expect(response.headers.get('x-accepted-oauth-scopes')).toBe('channels:read');
  });

  test('lists need one for each type, and history the one of its kind of conversation', async () => {
    await reopen({
      channels: [CHANNEL, { name: '#secret', isPrivate: true }],
      app: { scopes: ['channels:read', 'channels:history', 'im:write'] },
    });
    const slack = clientOf(sandbox);
    expect((await slack.conversations.list()).channels).toHaveLength(1);
    const both = slack.conversations.list({ types: 'public_channel,private_channel' });
    expect(await refused(both)).toBe('missing_scope');
    expect(await refused(slack.conversations.history({ channel: idOf('#secret') }))).toBe('missing_scope');
    const { channel } = await slack.conversations.open({ users: ADA });
    expect(await refused(slack.conversations.history({ channel: channel?.id ?? '' }))).toBe('missing_scope');
  });

  test('without users:read.email, a person has no address', async () => {
    const people = [{ id: ADA, name: 'Ada', email: 'ada@example.com' }];
    await reopen({ people, app: { scopes: ['users:read'] } });
    const { user } = await clientOf(sandbox).users.info({ user: ADA });
    expect(user?.profile).not.toHaveProperty('email');
  });
});

describe('who is where', () => {
  beforeEach(() =>
    reopen({
      channels: [
        CHANNEL,
        { name: '#secret', isPrivate: true, members: [ADA] },
        { name: '#hidden', isPrivate: true, joined: false },
        { name: '#later', joined: false },
      ],
    }),
  );

  test('a channel has members, and a person channels', async () => {
    const slack = clientOf(sandbox);
    const everybody = await slack.conversations.members({ channel: idOf(CHANNEL) });
    expect(everybody.members).toEqual(expect.arrayContaining([ADA, LIN, sandbox.workspace.bot.userId]));
    expect(everybody.members).not.toContain(GONE);
    const few = await slack.conversations.members({ channel: idOf('#secret') });
    expect(few.members).toEqual([sandbox.workspace.bot.userId, ADA]);
    const types = 'public_channel,private_channel';
    const namesOf = async (user?: string) =>
      (await slack.users.conversations({ types, ...(user ? { user } : {}) })).channels?.map(
        ({ name }) => name,
      );
    expect(await namesOf(ADA)).toEqual(['storefront-releases', 'secret', 'later']);
    expect(await namesOf(LIN)).toEqual(['storefront-releases', 'later']);
    expect(await namesOf()).toEqual(['storefront-releases', 'secret']);
    expect(await refused(slack.users.conversations({ user: 'U0NOBODY' }))).toBe('user_not_found');
  });

  test('a private channel is not there for a bot outside it; a public one is', async () => {
    const slack = clientOf(sandbox);
    const listed = await slack.conversations.list({ types: 'public_channel,private_channel' });
    expect(listed.channels?.map(({ name }) => name)).toEqual(['storefront-releases', 'secret', 'later']);
    expect(await refused(slack.conversations.info({ channel: idOf('#hidden') }))).toBe('channel_not_found');
    const post = (channel: string) => refused(slack.chat.postMessage({ channel, text: 'x' }));
    expect(await post('#hidden')).toBe('channel_not_found');
    expect(await post('#later')).toBe('not_in_channel');
  });

  test('an ephemeral message is for those in the channel', async () => {
    const slack = clientOf(sandbox);
    const tell = (user: string) => slack.chat.postEphemeral({ channel: '#secret', user, text: 'x' });
    await tell(ADA);
    expect(await refused(tell(LIN))).toBe('user_not_in_channel');
  });

  test('direct messages: not to bots, and not without the messages tab', async () => {
    const bot = sandbox.workspace.bot.userId;
    expect(await refused(clientOf(sandbox).chat.postMessage({ channel: bot, text: 'x' }))).toBe(
      'cannot_dm_bot',
    );
    expect(await refused(clientOf(sandbox).conversations.open({ users: bot }))).toBe('cannot_dm_bot');
    await reopen({ app: { homeTab: false, messagesTab: false } });
    const slack = clientOf(sandbox);
    expect(await refused(slack.chat.postMessage({ channel: ADA, text: 'x' }))).toBe('messages_tab_disabled');
    const view = { type: 'home' as const, blocks: [] };
    expect(await refused(slack.views.publish({ user_id: ADA, view }))).toBe('not_enabled');
  });
});

describe('rate limits', () => {
  const limited = (call: Promise<unknown>) =>
    call.then(
      () => null,
      (error: unknown) => (error instanceof WebAPIRateLimitedError ? error.retryAfter : error),
    );

  test('a channel takes one message a second', async () => {
    await reopen({ rateLimits: true });
    const post = (channel: string) => limited(clientOf(sandbox).chat.postMessage({ channel, text: 'x' }));
    expect(await post(CHANNEL)).toBeNull();
    expect(await post(CHANNEL)).toBe(1);
    expect(await post('#general')).toBeNull();
    clock.forward(1000);
    expect(await post(CHANNEL)).toBeNull();
    expect(sandbox.messages(CHANNEL)).toHaveLength(2);
  });

  test('a method takes its number of calls a minute, and says when the next is free', async () => {
    await reopen({ rateLimits: true });
    const ask = () => limited(clientOf(sandbox).usergroups.list());
    for (let call = 1; call <= 20; call += 1) expect(await ask()).toBeNull();
    clock.forward(15_000);
    expect(await ask()).toBe(45);
    clock.forward(45_000);
    expect(await ask()).toBeNull();
  });

  test('they are off unless asked for', async () => {
    for (let call = 1; call <= 25; call += 1) await clientOf(sandbox).usergroups.list();
  });
});

test('blocks, a message or a view are validated without being shown', async () => {
  const { blocks } = clientOf(sandbox);
  const header = { type: 'header' as const, text: { type: 'plain_text' as const, text: 'x'.repeat(151) } };
  const errorOf = async (call: Promise<unknown>) =>
    (await call.catch((reason: unknown) => reason)) as { data: { error: string; errors: object[] } };
  expect((await errorOf(blocks.validate({ blocks: [header] }))).data).toMatchObject({
    error: 'invalid_blocks',
    errors: [{ pointer: '/blocks/0/text/text' }],
  });
  expect((await errorOf(blocks.validate({ message: { blocks: [header] } }))).data.error).toBe(
    'invalid_message',
  );
  const view = { type: 'home' as const, blocks: [header] };
  expect((await errorOf(blocks.validate({ view }))).data.error).toBe('invalid_view');
  expect(await refused(blocks.validate({ blocks: [], view }))).toBe('invalid_arguments');
  expect(sandbox.messages(CHANNEL)).toEqual([]);
});
