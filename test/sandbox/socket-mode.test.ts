import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { App, SocketModeReceiver } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import WebSocket from 'ws';
import type { Sandbox } from '../../src/sandbox/server.ts';
import type { SocketMode } from '../../src/sandbox/socket/socket-mode.ts';
import { until } from '../support/until.ts';
import { ADA, BOT_TOKEN, CHANNEL, card, clientOf, LIN, openSandbox, refused, SILENT } from './support.ts';

const APP_TOKEN = 'xapp-test';

let sandbox: Sandbox;
let socketMode: SocketMode;
let bots: { stop(): Promise<unknown> }[];

async function open(lifeMs?: number): Promise<void> {
  sandbox = await openSandbox({
    acknowledgeMs: 1_000,
    socketMode: { appToken: APP_TOKEN, ...(lifeMs === undefined ? {} : { lifeMs }) },
  });
  if (!sandbox.socketMode) throw new TypeError('it speaks Socket Mode');
  socketMode = sandbox.socketMode;
}

beforeEach(async () => {
  bots = [];
  await open();
});

afterEach(async () => {
  for (const bot of bots) void bot.stop();
  await sandbox.close();
});

/** One connection of Slack's own framework. */
async function startBolt(): Promise<App> {
  const receiver = new SocketModeReceiver({
    appToken: APP_TOKEN,
    logger: SILENT,
    installerOptions: { clientOptions: { slackApiUrl: sandbox.apiUrl } },
  });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: BOT_TOKEN }),
    clientOptions: { slackApiUrl: sandbox.apiUrl },
    logger: SILENT,
  });
  bots.push(receiver);
  await app.start();
  return app;
}

/** A connection that answers nothing by itself, and what it was told. */
async function startRaw(): Promise<{ socket: WebSocket; told: Told[] }> {
  const { url = '' } = await clientOf(sandbox, APP_TOKEN).apps.connections.open({});
  const socket = new WebSocket(url);
  const told: Told[] = [];
  socket.on('message', (data) => told.push(JSON.parse(String(data)) as Told));
  socket.on('error', () => {});
  bots.push({ stop: async () => socket.terminate() });
  await until('it is greeted or refused', () => told.length > 0);
  return { socket, told };
}

interface Told {
  type: string;
  reason?: string;
  num_connections?: number;
  envelope_id?: string;
  retry_attempt?: number;
  retry_reason?: string;
  accepts_response_payload?: boolean;
}

test('only the token of the app opens connections, and it does nothing else', async () => {
  const bot = clientOf(sandbox).apps.connections.open({});
  expect(await refused(bot)).toBe('not_allowed_token_type');
  expect(await refused(clientOf(sandbox, 'xapp-other').apps.connections.open({}))).toBe('invalid_auth');
  const app = clientOf(sandbox, APP_TOKEN);
  expect(await refused(app.auth.test())).toBe('not_allowed_token_type');
  expect((await app.apps.connections.open({})).url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=/);
});

test('an address works once', async () => {
  const { url = '' } = await clientOf(sandbox, APP_TOKEN).apps.connections.open({});
  const statuses: (number | undefined)[] = [];
  for (const address of [url, url, url.replace(/ticket=[^&]*/, 'ticket=made-up')]) {
    const socket = new WebSocket(address);
    bots.push({ stop: async () => socket.terminate() });
    statuses.push(
      await new Promise((resolve) => {
        socket.on('open', () => resolve(101));
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.on('error', () => {});
      }),
    );
  }
  expect(statuses).toEqual([101, 400, 400]);
});

test("Bolt's receiver gets a command, and its answer is seen", async () => {
  const app = await startBolt();
  app.command('/release', async ({ ack, command }) => ack({ text: `You said ${command.text}` }));
  expect(await sandbox.command(ADA, CHANNEL, '/release status prod')).toEqual({ ok: true });
  expect(sandbox.ephemerals(ADA)).toMatchObject([{ text: 'You said status prod' }]);
});

test("Bolt's receiver gets a click, opens a dialog, and refuses what is typed there", async () => {
  const app = await startBolt();
  app.action('approve', async ({ ack, body, client }) => {
    await ack();
    if (!('trigger_id' in body)) throw new TypeError('a click on a button has a trigger');
    const block = {
      type: 'input',
      block_id: 'reason',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'reason' },
    } as const;
    const title = { type: 'plain_text', text: 'Approve' } as const;
    const view: ModalView = { type: 'modal', callback_id: 'sure', title, submit: title, blocks: [block] };
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
  app.view('sure', async ({ ack }) => ack({ response_action: 'errors', errors: { reason: 'Say why.' } }));
  const channel = sandbox.workspace.channel(CHANNEL)?.id ?? '';
  const { ts = '' } = await clientOf(sandbox).chat.postMessage({ channel, ...card('Prepared') });
  expect(await sandbox.click(LIN, ts, { text: 'Approve' })).toEqual({ ok: true });
  await until('the dialog', () => sandbox.views(LIN).length === 1);
  const answer = await sandbox.submit(LIN, null, { reason: { reason: 'x' } });
  expect(answer).toMatchObject({ ok: false, errors: { reason: 'Say why.' } });
});

test('an event says how often it was sent, and takes no answer', async () => {
  const app = await startBolt();
  const heard: unknown[] = [];
  app.event('app_mention', async ({ event, context }) => {
    heard.push({ text: event.text, retry: context.retryNum, why: context.retryReason });
  });
  const event = { type: 'app_mention', user: ADA, text: 'hi', ts: '1.1', channel: 'C1', event_ts: '1.1' };
  const payload = { type: 'event_callback', event_id: 'Ev1', event };
  expect(await socketMode.deliver({ kind: 'events_api', payload })).toMatchObject({ ok: true });
  const retry = { num: 1, reason: 'timeout' };
  await socketMode.deliver({ kind: 'events_api', payload, retry });
  expect(heard).toEqual([
    { text: 'hi', retry: 0, why: '' },
    { text: 'hi', retry: 1, why: 'timeout' },
  ]);
});

test('any connection may get a request, and one that is asked to go gets no more while there is another', async () => {
  const [one, two] = [await startRaw(), await startRaw()];
  const waiting = [1, 2, 3, 4].map(() => sandbox.command(ADA, CHANNEL, '/release status'));
  await until('both have some', () => one.told.length > 1 && two.told.length > 1);
  socketMode.disconnect('refresh_requested', 1);
  await until('it is told', () => one.told.some(({ type }) => type === 'disconnect'));
  const had = one.told.length;
  waiting.push(...[1, 2, 3].map(() => sandbox.command(ADA, CHANNEL, '/release status')));
  await until('the other one has them', () => two.told.length >= 6);
  expect(one.told).toHaveLength(had);
  for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ ok: false });
  expect(sandbox.ephemerals(ADA).every(({ text }) => text.includes('operation_timeout'))).toBe(true);
});

test('a person sees dispatch_failed when no connection is open', async () => {
  await sandbox.command(ADA, CHANNEL, '/release status');
  expect(sandbox.ephemerals(ADA)[0]?.text).toContain('dispatch_failed');
});

test('ten connections are greeted, and the eleventh is refused', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => startRaw()));
  expect(all.map(({ told }) => told[0]?.type)).toEqual(Array(10).fill('hello'));
  const { told, socket } = await startRaw();
  expect(told).toMatchObject([{ type: 'disconnect', reason: 'too_many_websockets' }]);
  await until('it is closed', () => socket.readyState === WebSocket.CLOSED);
});

test('a connection is refreshed when its time is over', async () => {
  await sandbox.close();
  await open(300);
  const { told } = await startRaw();
  await until('it is told', () => told.length > 1);
  expect(told[1]).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
});

test('switched off, it lets nobody in', async () => {
  const { told, socket } = await startRaw();
  socketMode.turn(false);
  await until('it is closed', () => socket.readyState === WebSocket.CLOSED);
  expect(told[1]).toMatchObject({ type: 'disconnect', reason: 'link_disabled' });
  expect((await startRaw()).told[0]).toMatchObject({ type: 'disconnect', reason: 'link_disabled' });
  socketMode.turn(true);
  expect((await startRaw()).told[0]).toMatchObject({ type: 'hello', num_connections: 1 });
});
