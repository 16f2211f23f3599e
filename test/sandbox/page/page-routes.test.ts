import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SandboxAnswer, SandboxRequests, SandboxState } from '../../../src/sandbox/protocol.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/server.ts';
import { ADA, CHANNEL, card, clientOf, GONE, LIN, openSandbox } from '../support.ts';

let sandbox: Sandbox;
let bot: Server;
let heard: URLSearchParams[];

const HOST: Partial<SandboxOptions> = {
  actions: [
    { label: 'Push a Change', description: 'Commits and pushes', run: async (by) => `Pushed by ${by}` },
    { label: 'Break It', description: 'Fails', run: () => Promise.reject(new TypeError('no git')) },
  ],
  links: [{ label: 'prod', url: 'http://127.0.0.1:1/', status: async () => 'abc123f' }],
};

beforeEach(async () => {
  heard = [];
  sandbox = await openSandbox(HOST);
  bot = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    heard.push(new URLSearchParams(body));
    response.end();
  });
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
  sandbox.setRequestUrl(`http://127.0.0.1:${(bot.address() as AddressInfo).port}/slack/events`);
});

afterEach(async () => {
  bot.closeAllConnections();
  await new Promise<void>((resolve) => bot.close(() => resolve()));
  await sandbox.close();
});

async function send<P extends keyof SandboxRequests>(
  path: P,
  body: SandboxRequests[P],
): Promise<SandboxAnswer> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as SandboxAnswer;
}

async function stateOf(person: string): Promise<SandboxState> {
  const response = await fetch(`${sandbox.url}/sandbox/state?as=${person}`);
  return (await response.json()) as SandboxState;
}

function channelId(): string {
  return sandbox.workspace.channel(CHANNEL)?.id ?? '';
}

async function post(): Promise<string> {
  const { ts } = await clientOf(sandbox).chat.postMessage({ channel: channelId(), ...card('Prepared') });
  return ts ?? '';
}

describe('a person on the page', () => {
  test('sees channels, active people and what the host adds', async () => {
    const state = await stateOf(ADA);
    expect(state).toMatchObject({ team: 'Acme', as: ADA, views: [] });
    expect(state.channels.map(({ name }) => `#${name}`)).toContain(CHANNEL);
    expect(state.people.map(({ id }) => id)).not.toContain(GONE);
    expect(state.actions.map(({ label }) => label)).toEqual(['Push a Change', 'Break It']);
    expect(state.links).toMatchObject([{ label: 'prod', url: 'http://127.0.0.1:1/' }]);
  });

  test('sees only their own ephemeral messages, until they are dismissed', async () => {
    const channel = channelId();
    await clientOf(sandbox).chat.postEphemeral({ channel, user: LIN, text: 'Only you' });
    expect((await stateOf(ADA)).messages).toEqual([]);
    const [message] = (await stateOf(LIN)).messages;
    expect(message).toMatchObject({ text: 'Only you', ephemeral: true });
    await send('/sandbox/dismiss', { as: LIN, channel, ts: message?.ts ?? '' });
    expect((await stateOf(LIN)).messages).toEqual([]);
  });

  test('sees only their own direct messages with the bot', async () => {
    await clientOf(sandbox).chat.postMessage({ channel: LIN, text: 'Between us' });
    expect((await stateOf(LIN)).channels).toContainEqual(expect.objectContaining({ isDirect: true }));
    expect((await stateOf(ADA)).channels.some(({ isDirect }) => isDirect)).toBe(false);
    expect((await stateOf(ADA)).messages).toEqual([]);
  });

  test('is notified of changes while the page is open', async () => {
    const watching = new AbortController();
    const events = await fetch(`${sandbox.url}/sandbox/events`, { signal: watching.signal });
    const reader = events.body?.getReader();
    await post();
    let told = '';
    while (!told.includes('\n\n')) {
      const part = await reader?.read();
      told += new TextDecoder().decode(part?.value);
    }
    expect(told).toMatch(/^data: \{"version": ?\d+\}/);
    watching.abort();
  });
});

describe('an action on the page', () => {
  test('sends /release to the bot, and refuses any other slash command', async () => {
    const channel = channelId();
    expect(await send('/sandbox/command', { as: ADA, channel, text: '/release status prod' })).toEqual({
      ok: true,
    });
    expect(Object.fromEntries(heard[0] ?? [])).toMatchObject({ command: '/release', text: 'status prod' });
    const other = await send('/sandbox/command', { as: ADA, channel, text: '/deploy prod' });
    expect(other).toMatchObject({ ok: false, error: expect.stringContaining('is not a valid command') });
    expect(heard).toHaveLength(1);
  });

  test('posts a message in its thread', async () => {
    const ts = await post();
    await send('/sandbox/message', { as: ADA, channel: channelId(), text: 'Looks good', threadTs: ts });
    const { messages } = await stateOf(LIN);
    expect(messages).toMatchObject([{ replies: 1 }, { text: 'Looks good', threadTs: ts, user: ADA }]);
  });

  test('takes the value of a click from the stored message', async () => {
    const ts = await post();
    const click = { as: LIN, channel: channelId(), ts, blockId: 'card.1', actionId: 'approve' };
    expect(await send('/sandbox/click', { ...click, value: 'forged' } as typeof click)).toEqual({ ok: true });
    const payload = JSON.parse(heard[0]?.get('payload') ?? '{}');
    expect(payload).toMatchObject({ user: { id: LIN }, actions: [{ value: 'prod#42 1' }] });
  });

  test('says what a button of the host did, or that it failed', async () => {
    expect(await send('/sandbox/action', { as: ADA, index: 0 })).toEqual({
      ok: true,
      message: `Pushed by ${ADA}`,
    });
    expect(await send('/sandbox/action', { as: ADA, index: 1 })).toMatchObject({
      ok: false,
      error: expect.stringContaining('no git'),
    });
    expect(await send('/sandbox/action', { as: ADA, index: 2 })).toMatchObject({ ok: false });
  });

  test('cannot submit a modal that is not open', async () => {
    expect(await send('/sandbox/submit', { as: ADA, viewId: 'V0', values: {} })).toMatchObject({ ok: false });
    expect(await send('/sandbox/close', { as: ADA, viewId: 'V0' })).toEqual({ ok: true });
  });
});

describe('the rest of what a person sees and does', () => {
  test('people by kind, the Home tab, the shortcuts and the values of an open view', async () => {
    await sandbox.close();
    const SHORTCUT = { callbackId: 'where', name: 'Where is this commit?', description: 'Environments' };
    sandbox = await openSandbox({
      ...HOST,
      app: { shortcuts: [SHORTCUT] },
      people: [
        { id: ADA, name: 'Ada' },
        { id: LIN, name: 'Lin', team: 'T0PARTNER' },
        { id: 'U0GUEST', name: 'Gus', isUltraRestricted: true },
      ],
    });
    const kinds = (await stateOf(ADA)).people.map(({ kind }) => kind);
    expect(kinds).toEqual(['bot', 'member', 'partner', 'guest']);
    expect(await stateOf(ADA)).toMatchObject({ home: null, shortcuts: [SHORTCUT], faults: [] });
    await clientOf(sandbox).views.publish({
      user_id: ADA,
      view: {
        type: 'home',
        blocks: [
          {
            type: 'input',
            block_id: 'b',
            label: { type: 'plain_text', text: 'Search' },
            element: { type: 'plain_text_input', action_id: 'search' },
          },
        ],
      },
    });
    const { id = '' } = (await stateOf(ADA)).home ?? {};
    const typed = { b: { search: 'shop' } };
    await send('/sandbox/change', { as: ADA, viewId: id, blockId: 'b', actionId: 'search', values: typed });
    expect((await stateOf(ADA)).home).toMatchObject({ id, values: typed });
    expect((await stateOf(LIN)).home).toBeNull();
  });

  test('opens Home and its messages, invites the bot, uses a shortcut and a menu', async () => {
    sandbox.workspace.addChannel({ name: 'later', joined: false });
    const channel = sandbox.workspace.channel('later')?.id ?? '';
    expect((await stateOf(ADA)).channels).toContainEqual(
      expect.objectContaining({ name: 'later', joined: false }),
    );
    expect(await send('/sandbox/invite', { as: ADA, channel })).toEqual({ ok: true });
    expect((await stateOf(ADA)).channels).toContainEqual(
      expect.objectContaining({ name: 'later', joined: true }),
    );
    expect(await send('/sandbox/home', { as: ADA, tab: 'messages' })).toEqual({ ok: true });
    expect((await stateOf(ADA)).channels).toContainEqual(expect.objectContaining({ isDirect: true }));
    const ts = await post();
    const shortcut = { as: ADA, channel: channelId(), ts, callbackId: 'where' };
    expect(await send('/sandbox/shortcut', shortcut)).toEqual({ ok: true });
    const response = await fetch(`${sandbox.url}/sandbox/suggest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        as: ADA,
        place: { channel: channelId(), ts },
        blockId: 'b',
        actionId: 'a',
        query: '',
      }),
    });
    expect(await response.json()).toMatchObject({ ok: false });
  });

  test('switches faults on and off, for calls and for requests to the bot', async () => {
    await send('/sandbox/fault', { fault: 'down', on: true });
    await send('/sandbox/fault', { fault: 'plain_blocks', on: true });
    expect((await stateOf(ADA)).faults).toEqual(['down', 'plain_blocks']);
    await expect(post()).rejects.toThrow();
    await send('/sandbox/fault', { fault: 'down', on: false });
    await post();
    const plan = { type: 'plan', title: 'Deploy', tasks: [] };
    const planned = () =>
      clientOf(sandbox).chat.postMessage({ channel: channelId(), text: 'x', blocks: [plan] as never });
    await expect(planned()).rejects.toThrow();
    await send('/sandbox/fault', { fault: 'plain_blocks', on: false });
    await planned();
    const before = heard.length;
    await send('/sandbox/fault', { fault: 'twice', on: true });
    await send('/sandbox/command', { as: ADA, channel: channelId(), text: '/release status' });
    expect(heard).toHaveLength(before + 2);
  });
});
