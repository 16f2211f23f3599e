import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebAPIPlatformError } from '@slack/web-api';
import { checkMessage, checkView } from '../../src/sandbox/limits/limits.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { ADA, BOT_TOKEN, CHANNEL, card, clientOf, openSandbox } from './support.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const cells = (rows: number, columns: number) => ({
  type: 'table',
  rows: Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => ({ type: 'raw_text', text: 'x' })),
  ),
});
const image = (more: object = {}) => ({ type: 'image', image_url: 'https://a.example/i', ...more });

test.each<[what: string, block: object, taken: boolean]>([
  ['the largest table', cells(100, 20), true],
  ['one row too many', cells(101, 1), false],
  ['one cell too many', cells(1, 21), false],
  ['a picture', image({ alt_text: 'A graph' }), true],
  ['an image without a text for screen readers', image(), false],
  ['markdown', { type: 'markdown', text: 'x'.repeat(12_000) }, true],
  ['too much markdown', { type: 'markdown', text: 'x'.repeat(12_001) }, false],
])('%s', (_what, block, taken) => {
  expect(checkMessage({ text: 'x', blocks: [block] }).length === 0).toBe(taken);
});

test.each<[what: string, metadata: unknown, taken: boolean]>([
  ['in order', { event_type: 'card', event_payload: { id: '1' } }, true],
  ['empty', {}, true],
  ['without a payload', { event_type: 'card' }, false],
  ['no object', 'card', false],
])('metadata: %s', (_what, metadata, taken) => {
  expect(checkMessage({ text: 'x', metadata }).length === 0).toBe(taken);
});

test('a problem of a modal is named by its path in the request', () => {
  const blocks = [{ type: 'header', text: plain('x'.repeat(151)) }];
  const problems = checkView({ type: 'modal', title: plain('x'), blocks });
  expect(problems.map(({ message }) => message)).toEqual([
    'must be less than 151 characters [json-pointer:/view/blocks/0/text/text]',
  ]);
  expect(checkView({ type: 'modal', title: plain('x') })).toHaveLength(1);
});

let sandbox: Sandbox;
let bot: Server;
let payload: Record<string, unknown>;
let acknowledgement: object | null;

beforeEach(async () => {
  acknowledgement = null;
  sandbox = await openSandbox();
  bot = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const form = new URLSearchParams(body);
    payload = JSON.parse(form.get('payload') ?? JSON.stringify(Object.fromEntries(form)));
    response.setHeader('content-type', 'application/json');
    response.end(acknowledgement === null ? '' : JSON.stringify(acknowledgement));
  });
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
  sandbox.setRequestUrl(`http://127.0.0.1:${(bot.address() as AddressInfo).port}/slack/events`);
});

afterEach(async () => {
  bot.closeAllConnections();
  await new Promise<void>((resolve) => bot.close(() => resolve()));
  await sandbox.close();
});

describe('the address of a message', () => {
  test('a channel is posted to by name, but read and changed only by id', async () => {
    const slack = clientOf(sandbox);
    const { ts = '', channel = '' } = await slack.chat.postMessage({ channel: CHANNEL, text: 'x' });
    expect(channel).toMatch(/^C/);
    for (const call of [
      slack.chat.update({ channel: CHANNEL, ts, text: 'y' }),
      slack.conversations.history({ channel: CHANNEL }),
    ]) {
      const error = await call.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(WebAPIPlatformError);
      expect(error).toMatchObject({ data: { error: 'channel_not_found' } });
    }
  });

  test('the token may be in the form', async () => {
    const body = new URLSearchParams({ token: BOT_TOKEN });
    const response = await fetch(`${sandbox.apiUrl}auth.test`, { method: 'POST', body });
    expect(await response.json()).toMatchObject({ ok: true });
  });
});

describe('response URLs', () => {
  async function click(): Promise<string> {
    const metadata = { event_type: 'card', event_payload: { id: '1' } };
    const { ts = '' } = await clientOf(sandbox).chat.postMessage({
      channel: CHANNEL,
      ...card('Prepared'),
      metadata,
    });
    await sandbox.click(ADA, ts, { text: 'Approve' });
    return String(payload.response_url);
  }

  const answer = (url: string, body: object) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('a replaced message keeps its metadata, and a deleted one is gone', async () => {
    const url = await click();
    await answer(url, { replace_original: 'true', text: 'Approved' });
    expect(sandbox.messages(CHANNEL)).toMatchObject([
      { text: 'Approved', blocks: [], metadata: { event_payload: { id: '1' } } },
    ]);
    await answer(url, { delete_original: true });
    expect(sandbox.messages(CHANNEL)).toEqual([]);
  });

  test('they fail as configured, and a failure does not count as a use', async () => {
    const url = await click();
    sandbox.faults.plan('response_url', { kind: 'rate_limited', retryAfterSeconds: 7 }, 1);
    const refused = await answer(url, { text: 'x' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await answer(url, { text: 'x' })).status).toBe(200);
    expect(sandbox.faults.callsOf('response_url')).toHaveLength(2);
  });
});

describe('acknowledgements', () => {
  test('a message that Slack would refuse is not shown', async () => {
    acknowledgement = { text: 'x', blocks: [{ type: 'header', text: plain('x'.repeat(151)) }] };
    expect(await sandbox.command(ADA, CHANNEL, '/release status')).toMatchObject({ ok: false });
    expect(sandbox.ephemerals(ADA).map(({ text }) => text)).toEqual([
      '/release failed with the error "dispatch_failed"',
    ]);
  });

  test.each(['update', 'push'])('a modal that breaks a limit is not shown: %s', async (response_action) => {
    await sandbox.command(ADA, CHANNEL, '/release status');
    const view = { type: 'modal', title: plain('Status'), blocks: [] };
    await clientOf(sandbox).views.open({
      trigger_id: String(payload.trigger_id),
      view: view as never,
    });
    acknowledgement = { response_action, view: { ...view, title: plain('x'.repeat(25)) } };
    expect(await sandbox.submit(ADA, null, {})).toMatchObject({ ok: false });
    expect(sandbox.views(ADA)).toMatchObject([{ view: { title: { text: 'Status' } } }]);
  });
});
