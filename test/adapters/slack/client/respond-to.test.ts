import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { respondTo } from '../../../../src/adapters/slack/listeners/listener-context.ts';
import { ChatError } from '../../../../src/ports/chat.ts';
import type { Sandbox } from '../../../../src/sandbox/server.ts';
import { CHANNEL, clientOf, LIN, openSandbox } from '../../../sandbox/support.ts';

const CONTEXT = { services: () => null, log: pino({ level: 'silent' }) };
const SAID = { text: 'Refused: no', blocks: [] };

let sandbox: Sandbox;
let client: WebClient;
let channel: string;

beforeAll(async () => {
  sandbox = await openSandbox();
  client = clientOf(sandbox);
  channel = String((await client.chat.postMessage({ channel: CHANNEL, text: 'here' })).channel);
});

afterAll(() => sandbox.close());

const told = () => sandbox.ephemerals(LIN).map(({ text }) => text);

async function over(): Promise<never> {
  throw new Error('404');
}

test.each([
  ['is over', over],
  ['is missing', undefined],
])('where the response_url %s, the person is told in the channel', async (_how, respond) => {
  const before = told().length;
  await respondTo(CONTEXT, { client, respond, user: LIN, channel }, SAID);
  expect(told().slice(before)).toEqual([SAID.text]);
});

test('where the app may not write in the channel either, the person gets a direct message', async () => {
  await respondTo(CONTEXT, { client, respond: over, user: LIN, channel: 'C0NOWHERE' }, SAID);
  expect(sandbox.messages(LIN).map(({ text }) => text)).toEqual([SAID.text]);
});

test('where nothing is taken, it throws, so that the request is not finished', async () => {
  sandbox.faults.plan('chat.postEphemeral', { kind: 'error', error: 'internal_error' });
  await expect(respondTo(CONTEXT, { client, respond: over, user: LIN, channel }, SAID)).rejects.toThrow(
    ChatError,
  );
});
