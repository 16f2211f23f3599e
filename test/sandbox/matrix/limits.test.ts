import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { codeOf, readPage, tableUnder } from '../../docs/markdown.ts';
import { ADA, CHANNEL, clientOf, openSandbox, refused } from '../support.ts';

const ROWS = tableUnder(readPage('docs/sandbox.md'), 'Limits').map(([limit = '', most, error]) => ({
  limit,
  most: Number(most),
  error: codeOf(error),
}));

let sandbox: Sandbox;
let slack: WebClient;

beforeEach(async () => {
  sandbox = await openSandbox();
  slack = clientOf(sandbox);
});

afterEach(() => sandbox.close());

const text = (length: number) => 'x'.repeat(length);
const plain = (length: number) => ({ type: 'plain_text', text: text(length) });
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const section = (length: number) => ({ type: 'section', text: plain(length) });
const divider = () => ({ type: 'divider' });
const button = (more: object = {}) => ({ type: 'button', text: plain(1), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (index: number, length = 1) => ({ text: plain(length), value: String(index) });
const select = (type: string, count: number) => ({ type, options: many(count, (index) => option(index)) });

function post(...blocks: object[]) {
  return slack.chat.postMessage({ channel: CHANNEL, text: 'x', blocks: blocks as never });
}

function open(view: object) {
  return slack.views.open({
    trigger_id: sandbox.workspace.modals.trigger(ADA),
    view: { type: 'modal', title: plain(1), blocks: [], ...view } as never,
  });
}

/** A call that is as large as the number says. */
const CALLS: Record<string, (size: number) => Promise<unknown>> = {
  'blocks in a message': (size) => post(...many(size, divider)),
  'blocks in a modal': (size) => open({ blocks: many(size, divider) }),
  'blocks in Home': (size) =>
    slack.views.publish({ user_id: ADA, view: { type: 'home', blocks: many(size, divider) as never } }),
  'text of a message': (size) => slack.chat.postMessage({ channel: CHANNEL, text: text(size) }),
  'text in all blocks together': (size) =>
    post(section(3000), section(3000), section(3000), section(2000), section(size - 11_000)),
  section: (size) => post(section(size)),
  'fields of a section': (size) => post({ type: 'section', fields: many(size, () => plain(1)) }),
  'field of a section': (size) => post({ type: 'section', fields: [plain(size)] }),
  header: (size) => post({ type: 'header', text: plain(size) }),
  'elements in `actions`': (size) =>
    post(actions(...many(size, (index) => button({ action_id: `a${index}` })))),
  'elements in `context`': (size) => post({ type: 'context', elements: many(size, () => plain(1)) }),
  button: (size) => post(actions(button({ text: plain(size) }))),
  'value of a button': (size) => post(actions(button({ value: text(size) }))),
  'options of a select': (size) => post(actions(select('static_select', size))),
  'options of an overflow menu': (size) => post(actions(select('overflow', size))),
  'text of an option': (size) => post(actions({ type: 'static_select', options: [option(0, size)] })),
  'text of a confirm dialog': (size) =>
    post(
      actions(button({ confirm: { title: plain(1), text: plain(size), confirm: plain(1), deny: plain(1) } })),
    ),
  'title of a modal': (size) => open({ title: plain(size) }),
  '`private_metadata`': (size) => open({ private_metadata: text(size) }),
};

test('each limit of the page is tried', () => {
  expect(ROWS.map(({ limit }) => limit)).toEqual(Object.keys(CALLS));
});

describe.each(ROWS)('$limit: $most', ({ limit, most, error }) => {
  test('is taken, and one more is refused', async () => {
    await CALLS[limit]?.(most);
    expect(await refused(CALLS[limit]!(most + 1))).toBe(error);
  });
});

const TASK = { type: 'task_card', task_id: 'build', title: 'Build', status: 'in_progress' };
const PLAN = {
  type: 'plan',
  title: 'Deploy',
  tasks: [TASK, { ...TASK, task_id: 'test', status: 'pending' }],
};

test('plans and tasks are taken, unless this Slack does not know them', async () => {
  await post(PLAN, TASK);
  expect(await refused(post({ ...PLAN, tasks: [{ ...TASK, status: 'done' }] }))).toBe('invalid_blocks');
  sandbox.workspace.refuseBlocks(['plan', 'task_card']);
  expect(await refused(post(PLAN))).toBe('invalid_blocks');
  await post(divider());
});
