import type { App } from '@slack/bolt';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ADA, CHANNEL, clientOf } from '../support.ts';

/** What one interaction is on the page, and what Bolt makes of it. */
export interface Interaction {
  /** As docs/sandbox.md names it. */
  name: string;
  /** Does it as a person. */
  act(sandbox: Sandbox): Promise<{ ok: boolean }>;
  /** What the listener gets. */
  expected: object;
}

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value), value });
const actions = (element: object) => ({ type: 'actions', block_id: 'b', elements: [element] });
const input = (element: object, more: object = {}) => ({
  type: 'input',
  block_id: 'b',
  label: plain('Input'),
  element,
  ...more,
});

const BUTTON = { type: 'button', action_id: 'it', text: plain('It'), value: 'prod#42' };
const SELECT = { type: 'static_select', action_id: 'it', options: [option('dev'), option('prod')] };
const OVERFLOW = { type: 'overflow', action_id: 'it', options: [option('why'), option('log')] };
const CHECKBOXES = { type: 'checkboxes', action_id: 'it', options: [option('a'), option('b')] };
const WHEN = { type: 'datetimepicker', action_id: 'it' };
const COMMIT = { type: 'external_select', action_id: 'it', min_query_length: 0 };
const NOTE = { type: 'plain_text_input', action_id: 'it' };

async function inMessage(sandbox: Sandbox, element: object, value?: string | string[]) {
  const { ts = '' } = await clientOf(sandbox).chat.postMessage({
    channel: CHANNEL,
    text: 'card',
    blocks: [actions(element)] as never,
  });
  return sandbox.click(ADA, ts, { actionId: 'it', ...(value === undefined ? {} : { value }) });
}

async function inHome(sandbox: Sandbox, element: object, value?: string | string[]) {
  await clientOf(sandbox).views.publish({
    user_id: ADA,
    view: { type: 'home', blocks: [actions(element)] as never },
  });
  const { id } = sandbox.home(ADA)!;
  return sandbox.change(ADA, id, { actionId: 'it', ...(value === undefined ? {} : { value }) });
}

async function opened(sandbox: Sandbox, ...blocks: object[]): Promise<string> {
  const { view } = await clientOf(sandbox).views.open({
    trigger_id: sandbox.workspace.modals.trigger(ADA),
    view: {
      type: 'modal',
      callback_id: 'it',
      notify_on_close: true,
      title: plain('Modal'),
      submit: plain('Go'),
      blocks: blocks as never,
    },
  });
  return view?.id ?? '';
}

const clicked = (type: string, action: object) => ({
  type: 'block_actions',
  user: { id: ADA },
  actions: [{ type, action_id: 'it', block_id: 'b', ...action }],
});

export const INTERACTIONS: Interaction[] = [
  {
    name: 'slash command',
    act: (sandbox) => sandbox.command(ADA, CHANNEL, '/release why prod'),
    expected: { command: '/release', text: 'why prod', user_id: ADA },
  },
  {
    name: 'button in a message',
    act: (sandbox) => inMessage(sandbox, BUTTON),
    expected: { ...clicked('button', { value: 'prod#42' }), response_url: expect.any(String) },
  },
  {
    name: 'menu in a message',
    act: (sandbox) => inMessage(sandbox, SELECT, 'prod'),
    expected: {
      ...clicked('static_select', { selected_option: option('prod') }),
      state: { values: { b: { it: { selected_option: option('prod') } } } },
    },
  },
  {
    name: 'button in Home',
    act: (sandbox) => inHome(sandbox, BUTTON),
    expected: { ...clicked('button', { value: 'prod#42' }), view: { type: 'home' } },
  },
  {
    name: 'checkboxes in Home',
    act: (sandbox) => inHome(sandbox, CHECKBOXES, ['b']),
    expected: clicked('checkboxes', { selected_options: [option('b')] }),
  },
  {
    name: 'overflow menu',
    act: (sandbox) => inMessage(sandbox, OVERFLOW, 'log'),
    expected: clicked('overflow', { selected_option: option('log') }),
  },
  {
    name: 'date and time pickers',
    act: (sandbox) => inMessage(sandbox, WHEN, '1800000000'),
    expected: clicked('datetimepicker', { selected_date_time: 1_800_000_000 }),
  },
  {
    name: 'input with `dispatch_action`',
    act: async (sandbox) => {
      const viewId = await opened(sandbox, input(SELECT, { dispatch_action: true }));
      return sandbox.change(ADA, viewId, { actionId: 'it', value: 'prod' });
    },
    expected: {
      ...clicked('static_select', { selected_option: option('prod') }),
      container: { type: 'view' },
      view: { state: { values: { b: { it: { selected_option: option('prod') } } } } },
    },
  },
  {
    name: 'external select',
    act: async (sandbox) => {
      const viewId = await opened(sandbox, input(COMMIT));
      return sandbox.suggest(ADA, viewId, { blockId: 'b', actionId: 'it' }, 'abc');
    },
    expected: {
      type: 'block_suggestion',
      action_id: 'it',
      block_id: 'b',
      value: 'abc',
      view: { type: 'modal' },
    },
  },
  {
    name: 'message shortcut',
    act: async (sandbox) => {
      sandbox.say(ADA, CHANNEL, 'abc123f');
      return sandbox.shortcut(ADA, sandbox.messages(CHANNEL).at(-1)?.ts ?? '', 'it');
    },
    expected: {
      type: 'message_action',
      callback_id: 'it',
      message: { text: 'abc123f', user: ADA },
      response_url: expect.any(String),
    },
  },
  {
    name: 'modal submitted',
    act: async (sandbox) => sandbox.submit(ADA, await opened(sandbox, input(NOTE)), { b: { it: 'why' } }),
    expected: { type: 'view_submission', view: { state: { values: { b: { it: { value: 'why' } } } } } },
  },
  {
    name: 'modal closed',
    act: async (sandbox) => sandbox.closeModal(ADA, await opened(sandbox)),
    expected: { type: 'view_closed', is_cleared: false },
  },
];

/** Listeners for every interaction. Returns what they were given. */
export function listen(app: App): unknown[] {
  const heard: unknown[] = [];
  app.command('/release', async ({ ack, body }) => {
    heard.push(body);
    await ack();
  });
  app.action('it', async ({ ack, body }) => {
    heard.push(body);
    await ack();
  });
  app.options('it', async ({ ack, body }) => {
    heard.push(body);
    await ack({ options: [option('abc123f')] });
  });
  app.shortcut('it', async ({ ack, body }) => {
    heard.push(body);
    await ack();
  });
  app.view('it', async ({ ack, body }) => {
    heard.push(body);
    await ack();
  });
  app.view({ type: 'view_closed', callback_id: 'it' }, async ({ ack, body }) => {
    heard.push(body);
    await ack();
  });
  return heard;
}

/** How each event of docs/sandbox.md comes about. */
export const EVENTS: Record<string, { act(sandbox: Sandbox): void; expected: object }> = {
  app_home_opened: {
    act: (sandbox) => sandbox.openHome(ADA),
    expected: { type: 'app_home_opened', tab: 'home', user: ADA },
  },
  app_mention: {
    act: (sandbox) => sandbox.say(ADA, CHANNEL, '@Slipway why'),
    expected: { type: 'app_mention', user: ADA, text: expect.stringMatching(/^<@U0SLIPWAY> why$/) },
  },
  member_joined_channel: {
    act: (sandbox) => {
      sandbox.workspace.changeChannel(CHANNEL, { joined: false });
      sandbox.invite(ADA, CHANNEL);
    },
    expected: { type: 'member_joined_channel', user: 'U0SLIPWAY', inviter: ADA },
  },
  'message.im': {
    act: (sandbox) => sandbox.say(ADA, ADA, 'hello'),
    expected: { type: 'message', channel_type: 'im', text: 'hello' },
  },
};
