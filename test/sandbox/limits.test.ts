import { describe, expect, test } from '@jest/globals';
import { checkMessage, checkView } from '../../src/sandbox/limits/limits.ts';

type Json = Record<string, unknown>;

const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'x'.repeat(length) });
const section = (length: number, more: Json = {}) => ({ type: 'section', text: mrkdwn(length), ...more });
const button = (more: Json = {}) => ({ type: 'button', text: plain(4), action_id: 'go', ...more });
const actions = (...elements: Json[]) => ({ type: 'actions', elements });
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));
const buttons = (count: number) => actions(...many(count, (n) => button({ action_id: `go${n}` })));
const option = (text: number, value = 5) => ({ text: plain(text), value: 'v'.repeat(value) });
const select = (options: Json[], more: Json = {}) => ({
  type: 'static_select',
  action_id: 'choose',
  options,
  ...more,
});
const menu = (type: string, count: number) => [actions({ ...select(many(count, () => option(1))), type })];
const confirm = (more: Json = {}) =>
  button({ confirm: { title: plain(5), text: plain(5), confirm: plain(5), deny: plain(5), ...more } });
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const id = (length: number) => 'i'.repeat(length);

/** What is measured, the largest that is taken, and the smallest that is refused. */
const BLOCKS: [what: string, taken: Json[], refused: Json[], error?: string][] = [
  ['blocks in a message', many(50, () => ({ type: 'divider' })), many(51, () => ({ type: 'divider' }))],
  ['text of a section', [section(3000)], [section(3001)]],
  ['a section without text', [section(1)], [section(0)]],
  [
    'fields of a section',
    [{ type: 'section', fields: many(10, () => mrkdwn(9)) }],
    [{ type: 'section', fields: many(11, () => mrkdwn(9)) }],
  ],
  [
    'text of a field',
    [{ type: 'section', fields: [mrkdwn(2000)] }],
    [{ type: 'section', fields: [mrkdwn(2001)] }],
  ],
  ['header', [{ type: 'header', text: plain(150) }], [{ type: 'header', text: plain(151) }]],
  ['kind of a header', [{ type: 'header', text: plain(9) }], [{ type: 'header', text: mrkdwn(9) }]],
  ['text of a button', [actions(button({ text: plain(75) }))], [actions(button({ text: plain(76) }))]],
  ['value of a button', [actions(button({ value: id(2000) }))], [actions(button({ value: id(2001) }))]],
  ['style of a button', [actions(button({ style: 'danger' }))], [actions(button({ style: 'red' }))]],
  [
    'label of a button for screen readers',
    [actions(button({ accessibility_label: id(75) }))],
    [actions(button({ accessibility_label: id(76) }))],
  ],
  ['action_id', [actions(button({ action_id: id(255) }))], [actions(button({ action_id: id(256) }))]],
  [
    'action_id twice in a block',
    [actions(button(), button({ action_id: 'other' }))],
    [actions(button(), button())],
  ],
  ['block_id', [section(1, { block_id: id(255) })], [section(1, { block_id: id(256) })]],
  [
    'block_id twice in a message',
    [section(1, { block_id: 'a' }), section(1, { block_id: 'b' })],
    [section(1, { block_id: 'a' }), section(1, { block_id: 'a' })],
  ],
  ['elements of actions', [buttons(25)], [buttons(26)]],
  ['no elements of actions', [buttons(1)], [buttons(0)]],
  [
    'elements of a context',
    [{ type: 'context', elements: many(10, () => mrkdwn(1)) }],
    [{ type: 'context', elements: many(11, () => mrkdwn(1)) }],
  ],
  [
    'options of a select',
    [actions(select(many(100, () => option(1))))],
    [actions(select(many(101, () => option(1))))],
  ],
  ['no options', [actions(select([option(1)]))], [actions(select([]))]],
  ['text of an option', [actions(select([option(75)]))], [actions(select([option(76)]))]],
  ['value of an option', [actions(select([option(1, 150)]))], [actions(select([option(1, 151)]))]],
  [
    'placeholder',
    [actions(select([option(1)], { placeholder: plain(150) }))],
    [actions(select([option(1)], { placeholder: plain(151) }))],
  ],
  ['options of an overflow menu', menu('overflow', 5), menu('overflow', 6)],
  ['options of radio buttons', menu('radio_buttons', 10), menu('radio_buttons', 11)],
  ['options of checkboxes', menu('checkboxes', 10), menu('checkboxes', 11)],
  [
    'title of a confirmation',
    [actions(confirm({ title: plain(100) }))],
    [actions(confirm({ title: plain(101) }))],
  ],
  [
    'text of a confirmation',
    [actions(confirm({ text: plain(300) }))],
    [actions(confirm({ text: plain(301) }))],
  ],
  [
    'confirm button of a confirmation',
    [actions(confirm({ confirm: plain(30) }))],
    [actions(confirm({ confirm: plain(31) }))],
  ],
  [
    'deny button of a confirmation',
    [actions(confirm({ deny: plain(30) }))],
    [actions(confirm({ deny: plain(31) }))],
  ],
  [
    'limits of a button beside a section',
    [section(1, { accessory: button() })],
    [section(1, { accessory: confirm({ deny: plain(31) }) })],
  ],
  ['rich text without text', [rich('x')], [rich('')]],
  ['a block that Slack does not know', [{ type: 'divider' }], [{ type: 'dividers' }]],
  [
    'an input in a message',
    [section(1)],
    [{ type: 'input', label: plain(1), element: { type: 'plain_text_input' } }],
  ],
  ['an element that Slack does not know', [actions(button())], [actions(button({ type: 'knob' }))]],
  [
    'all text of a message',
    many(4, () => section(3000)),
    [...many(4, () => section(3000)), section(1)],
    'msg_blocks_too_long',
  ],
];

describe.each(BLOCKS)('%s', (_what, taken, refused, error = 'invalid_blocks') => {
  test('is accepted up to the limit', () => {
    expect(checkMessage({ text: 'x', blocks: taken })).toEqual([]);
  });

  test('is refused beyond it, with its place', () => {
    const [problem] = checkMessage({ text: 'x', blocks: refused });
    expect(problem?.error).toBe(error);
    expect(problem?.message).toMatch(/\[json-pointer:\/blocks/);
  });
});

const MESSAGES: [what: string, args: Json, error: string | null][] = [
  ['text alone', { text: 'x' }, null],
  ['the longest text', { text: 'x'.repeat(40_000) }, null],
  ['a text that is too long', { text: 'x'.repeat(40_001) }, 'msg_too_long'],
  ['nothing at all', {}, 'no_text'],
  ['blocks without a text for screen readers', { blocks: [section(1)] }, 'no_text'],
  ['blocks that are not a list', { text: 'x', blocks: 'section' }, 'invalid_blocks_format'],
  ['blocks that are not objects', { text: 'x', blocks: ['section'] }, 'invalid_blocks_format'],
];

test.each(MESSAGES)('a message: %s', (_what, args, error) => {
  expect(checkMessage(args)[0]?.error ?? null).toBe(error);
});

const input = (element: Json, more: Json = {}) => ({ type: 'input', label: plain(5), element, ...more });
const typed = (more: Json = {}) => input({ type: 'plain_text_input', action_id: 'reason', ...more });
const view = (more: Json = {}) => ({
  type: 'modal',
  title: plain(24),
  submit: plain(24),
  close: plain(24),
  blocks: [typed()],
  ...more,
});

const VIEWS: [what: string, value: unknown, taken: boolean][] = [
  ['the longest title, submit and close', view(), true],
  ['no object', 'modal', false],
  ['another type', view({ type: 'dialog' }), false],
  ['a title that is too long', view({ title: plain(25) }), false],
  ['no title', view({ title: undefined }), false],
  ['a submit that is too long', view({ submit: plain(25) }), false],
  ['a close that is too long', view({ close: plain(25) }), false],
  ['an input without submit', view({ submit: undefined }), false],
  ['the longest private_metadata', view({ private_metadata: id(3000) }), true],
  ['a private_metadata that is too long', view({ private_metadata: id(3001) }), false],
  ['a callback_id that is too long', view({ callback_id: id(256) }), false],
  ['100 blocks', view({ blocks: many(100, () => section(1)) }), true],
  ['101 blocks', view({ blocks: many(101, () => section(1)) }), false],
  [
    'the longest initial value',
    view({ blocks: [typed({ initial_value: id(3000), max_length: 3000 })] }),
    true,
  ],
  ['an initial value that is too long', view({ blocks: [typed({ initial_value: id(3001) })] }), false],
  ['an input with too large a limit', view({ blocks: [typed({ max_length: 3001 })] }), false],
  [
    'a label that is too long',
    view({ blocks: [input({ type: 'plain_text_input' }, { label: plain(2001) })] }),
    false,
  ],
  ['an input of an unknown kind', view({ blocks: [input({ type: 'slider' })] }), false],
];

test.each(VIEWS)('a modal: %s', (_what, value, taken) => {
  expect(
    checkView(value)
      .map(({ error }) => error)
      .slice(0, 1),
  ).toEqual(taken ? [] : ['invalid_arguments']);
});
