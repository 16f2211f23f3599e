import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebAPIHTTPError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { until } from '../../support/until.ts';
import { CHANNEL, card, clientOf, HandClock, openSandbox, refused } from '../support.ts';

let clock: HandClock;
let sandbox: Sandbox;
let slack: WebClient;
let channel: string;

beforeEach(async () => {
  clock = new HandClock();
  sandbox = await openSandbox({ now: clock.now });
  slack = clientOf(sandbox);
  channel = sandbox.workspace.channel(CHANNEL)?.id ?? '';
});

afterEach(() => sandbox.close());

async function posted(): Promise<string> {
  const { ts } = await slack.chat.postMessage({ channel, ...card('Prepared') });
  return ts ?? '';
}

test('a 429 says when to retry, and ends when it is used up', async () => {
  sandbox.faults.plan('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 7 }, 1);
  const error = await posted().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WebAPIRateLimitedError);
  expect(error).toMatchObject({ retryAfter: 7 });
  await posted();
  expect(sandbox.messages(CHANNEL)).toHaveLength(1);
});

test('a 500 lasts until it is cleared', async () => {
  sandbox.faults.plan('chat.update', { kind: 'server_error' });
  const ts = await posted();
  for (const _ of [1, 2]) {
    await expect(slack.chat.update({ channel, ts, text: 'x' })).rejects.toBeInstanceOf(WebAPIHTTPError);
  }
  sandbox.faults.clear('chat.update');
  await slack.chat.update({ channel, ts, text: 'x' });
});

test('a Slack error is answered, and every call is recorded with its time', async () => {
  sandbox.faults.plan('chat.postMessage', { kind: 'error', error: 'is_archived' }, 1);
  expect(await refused(posted())).toBe('is_archived');
  expect(sandbox.faults.callsOf('chat.postMessage')).toMatchObject([
    { args: { channel, text: 'storefront/prod#42 Prepared' }, at: clock.now() },
  ]);
});

test('a late answer still has its effect', async () => {
  sandbox.faults.plan('chat.postMessage', { kind: 'hang', ms: 300 }, 1);
  await expect(clientOf(sandbox, undefined, 50).chat.postMessage({ channel, text: 'x' })).rejects.toThrow();
  await until('the message all the same', () => sandbox.messages(CHANNEL).length === 1);
});

test('a lost answer still has its effect', async () => {
  sandbox.faults.plan('chat.postMessage', { kind: 'unanswered' }, 1);
  await expect(posted()).rejects.toThrow();
  expect(sandbox.messages(CHANNEL)).toHaveLength(1);
  await posted();
  expect(sandbox.messages(CHANNEL)).toHaveLength(2);
});
