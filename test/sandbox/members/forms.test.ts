import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ADA, clientOf, openSandbox, startBolt, type TestBot } from '../support.ts';

let sandbox: Sandbox;
let bot: TestBot;

beforeEach(async () => {
  sandbox = await openSandbox({ acknowledgeMs: 500 });
  bot = await startBolt(sandbox);
});

afterEach(async () => {
  await bot.close();
  await sandbox.close();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value.toUpperCase()), value });

/** An input block; its id is the element's. */
function input(element: { action_id: string } & Record<string, unknown>, dispatches = false) {
  const { action_id: block_id } = element;
  return { type: 'input', block_id, label: plain(block_id), element, dispatch_action: dispatches };
}

const COMMIT = { type: 'external_select', action_id: 'commit', min_query_length: 0 };

async function open(...blocks: object[]): Promise<string> {
  await clientOf(sandbox).views.open({
    trigger_id: sandbox.workspace.modals.trigger(ADA),
    view: {
      type: 'modal',
      callback_id: 'prepare',
      title: plain('Prepare'),
      submit: plain('Prepare'),
      blocks: blocks as never,
    },
  });
  return sandbox.views(ADA)[0]?.id ?? '';
}

describe('an external select', () => {
  const asked: unknown[] = [];

  beforeEach(() => {
    asked.length = 0;
    bot.app.options('commit', async ({ ack, options }) => {
      asked.push(options);
      await ack({ options: [option(`${options.value}1`), option(`${options.value}2`)] });
    });
  });

  test('asks the bot, and sends the chosen option back in full', async () => {
    const submitted: unknown[] = [];
    bot.app.action('commit', async ({ ack, body }) => {
      submitted.push('view' in body ? body.view?.state : null);
      await ack();
    });
    const viewId = await open(input(COMMIT, true));
    const offered = await sandbox.suggest(ADA, viewId, { blockId: 'commit', actionId: 'commit' }, 'abc');
    expect(offered).toEqual({
      ok: true,
      groups: [
        {
          label: null,
          options: [
            { value: 'abc1', text: 'ABC1', description: null },
            { value: 'abc2', text: 'ABC2', description: null },
          ],
        },
      ],
    });
    expect(asked).toMatchObject([
      {
        type: 'block_suggestion',
        value: 'abc',
        block_id: 'commit',
        action_id: 'commit',
        view: { id: viewId },
      },
    ]);
    await sandbox.change(ADA, viewId, { actionId: 'commit', value: 'abc2' });
    expect(submitted).toMatchObject([
      { values: { commit: { commit: { type: 'external_select', selected_option: option('abc2') } } } },
    ]);
  });

  test('does not ask before its minimum number of characters, which is 3 unless it says so', async () => {
    const viewId = await open(input({ ...COMMIT, min_query_length: undefined }));
    const select = { blockId: 'commit', actionId: 'commit' };
    expect(await sandbox.suggest(ADA, viewId, select, 'ab')).toEqual({ ok: true, groups: [] });
    expect(asked).toEqual([]);
    await sandbox.suggest(ADA, viewId, select, 'abc');
    expect(asked).toHaveLength(1);
  });

  test('fails when the answer is late, or breaks the limits', async () => {
    bot.app.options('late', async () => {});
    bot.app.options('long', async ({ ack }) => ack({ options: [option('x'.repeat(76))] }));
    bot.app.options('many', async ({ ack }) =>
      ack({ options: Array.from({ length: 101 }, (_, index) => option(String(index))) }),
    );
    const names = ['late', 'long', 'many'];
    const viewId = await open(...names.map((action_id) => input({ ...COMMIT, action_id })));
    for (const name of names) {
      const answer = await sandbox.suggest(ADA, viewId, { blockId: name, actionId: name }, '');
      expect(answer).toMatchObject({ ok: false });
      if (name === 'late')
        expect(answer).toMatchObject({ error: expect.stringContaining('operation_timeout') });
    }
  });
});

test('an input tells the bot at once only if it dispatches, and then with the whole form', async () => {
  const heard: unknown[] = [];
  bot.app.action(/.*/, async ({ ack, body }) => {
    if (body.type === 'block_actions') heard.push([body.actions[0], body.view?.state.values]);
    await ack();
  });
  const select = { type: 'static_select', action_id: 'env', options: [option('dev'), option('prod')] };
  const viewId = await open(input({ type: 'plain_text_input', action_id: 'note' }), input(select, true));
  await sandbox.change(ADA, viewId, { actionId: 'note', value: 'careful' });
  expect(heard).toEqual([]);
  await sandbox.change(ADA, viewId, { actionId: 'env', value: 'prod' });
  expect(heard).toMatchObject([
    [
      { type: 'static_select', selected_option: { value: 'prod' } },
      { note: { note: { value: 'careful' } }, env: { env: { selected_option: { value: 'prod' } } } },
    ],
  ]);
});

test.each<[type: string, element: object, initial: object, value: string | string[] | null, chosen: object]>([
  ['plain_text_input', { initial_value: 'a' }, { value: 'a' }, null, { value: null }],
  [
    'datepicker',
    { initial_date: '2026-11-24' },
    { selected_date: '2026-11-24' },
    '2026-12-01',
    { selected_date: '2026-12-01' },
  ],
  [
    'timepicker',
    { timezone: 'Asia/Tokyo' },
    { selected_time: null },
    '14:02',
    { selected_time: '14:02', timezone: 'Asia/Tokyo' },
  ],
  [
    'datetimepicker',
    { initial_date_time: 1_700_000_000 },
    { selected_date_time: 1_700_000_000 },
    '1800000000',
    { selected_date_time: 1_800_000_000 },
  ],
  [
    'radio_buttons',
    { options: [option('a'), option('b')] },
    { selected_option: null },
    'b',
    { selected_option: option('b') },
  ],
  [
    'checkboxes',
    { options: [option('a'), option('b')], initial_options: [option('b')] },
    { selected_options: [option('b')] },
    ['a'],
    { selected_options: [option('a')] },
  ],
  [
    'static_select',
    { option_groups: [{ label: plain('Up'), options: [option('a')] }], initial_option: option('a') },
    { selected_option: option('a') },
    'a',
    { selected_option: option('a') },
  ],
  [
    'multi_static_select',
    { options: [option('a'), option('b')] },
    { selected_options: [] },
    ['a', 'b'],
    { selected_options: [option('a'), option('b')] },
  ],
  ['users_select', { initial_user: 'U1' }, { selected_user: 'U1' }, 'U2', { selected_user: 'U2' }],
])(
  '%s is submitted as the bot set it, or as it was entered',
  async (type, element, initial, value, chosen) => {
    const states: unknown[] = [];
    bot.app.view('prepare', async ({ ack, view }) => {
      states.push(view.state.values.it?.it);
      await ack({ response_action: 'errors', errors: { it: 'Again.' } });
    });
    const viewId = await open(input({ type, action_id: 'it', ...element }));
    await sandbox.submit(ADA, viewId, {});
    await sandbox.submit(ADA, viewId, { it: { it: value } });
    expect(states).toEqual([
      { type, ...initial, ...('timezone' in element ? { timezone: element.timezone } : {}) },
      { type, ...chosen },
    ]);
  },
);

test('errors can name input blocks only, and an unknown response shows trouble', async () => {
  let answer: object = { response_action: 'errors', errors: { header: 'No.' } };
  bot.app.view('prepare', async ({ ack }) => ack(answer as never));
  const viewId = await open(
    { type: 'section', block_id: 'header', text: plain('Prepare') },
    input({ type: 'plain_text_input', action_id: 'note' }),
  );
  for (const next of [answer, { response_action: 'errors', errors: {} }, { response_action: 'close' }]) {
    answer = next;
    const shown = await sandbox.submit(ADA, viewId, {});
    expect(shown).toMatchObject({ ok: false, error: expect.stringContaining('trouble') });
    expect(shown).not.toHaveProperty('errors');
  }
  expect(sandbox.views(ADA)).toHaveLength(1);
});

test('two open modals cannot have one external id', async () => {
  const view = (title: string) => ({
    type: 'modal' as const,
    external_id: 'prepare.prod',
    title: plain(title),
    blocks: [],
  });
  const slack = clientOf(sandbox);
  const trigger = () => sandbox.workspace.modals.trigger(ADA);
  await slack.views.open({ trigger_id: trigger(), view: view('One') });
  await expect(slack.views.push({ trigger_id: trigger(), view: view('Two') })).rejects.toMatchObject({
    data: { error: 'duplicate_external_id' },
  });
  await slack.views.update({ external_id: 'prepare.prod', view: view('Three') });
  expect(sandbox.views(ADA)).toMatchObject([{ view: { title: { text: 'Three' } } }]);
});
