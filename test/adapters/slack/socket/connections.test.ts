import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import { calling } from '../../../../src/adapters/slack/client/calling.ts';
import { createWebClient } from '../../../../src/adapters/slack/client/slack-chat.ts';
import {
  Connections,
  type ConnectionsOptions,
  SOCKET_TROUBLE,
  type SocketTiming,
} from '../../../../src/adapters/slack/socket/connections.ts';
import { Troubles } from '../../../../src/flow/services/troubles.ts';
import { type Sandbox, startSandbox } from '../../../../src/sandbox/server.ts';
import type { SocketMode } from '../../../../src/sandbox/socket/socket-mode.ts';
import { until } from '../../../support/until.ts';

const APP_TOKEN = 'xapp-test';

/** Waits short enough to be seen, and long enough that their order is. */
const TIMING: Partial<SocketTiming> = {
  readyMs: 2_000,
  drainMs: 50,
  answerMs: 1_000,
  youngMs: 20,
  backoffMs: [20],
};

let sandbox: Sandbox;
let socketMode: SocketMode;
let troubles: Troubles;
let running: Connections[];

async function openSandbox(lifeMs?: number): Promise<void> {
  sandbox = await startSandbox({
    signingSecret: 'secret',
    botToken: 'xoxb-test',
    channels: ['#general'],
    people: [],
    socketMode: { appToken: APP_TOKEN, ...(lifeMs === undefined ? {} : { lifeMs }) },
  });
  if (!sandbox.socketMode) throw new TypeError('it speaks Socket Mode');
  socketMode = sandbox.socketMode;
}

beforeEach(async () => {
  running = [];
  troubles = new Troubles(Date.now, pino({ level: 'silent' }));
  await openSandbox();
});

afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await sandbox.close();
});

/** Starts a bot's connections. Every request is answered at once with what it holds, unless `request` does otherwise. */
function start(
  change: Partial<Omit<ConnectionsOptions, 'timing'>> & {
    token?: string;
    timing?: Partial<SocketTiming>;
  } = {},
): Connections {
  const { token = APP_TOKEN, timing, ...others } = change;
  const client = createWebClient(token, sandbox.apiUrl, 1_000);
  const connections = new Connections({
    address: async () => (await calling(() => client.apps.connections.open({}))).url ?? '',
    request: ({ payload }, acknowledge) => void acknowledge({ got: payload }),
    troubles,
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    ...others,
    timing: { ...TIMING, ...timing },
  });
  running.push(connections);
  connections.start();
  return connections;
}

async function bothOpen(): Promise<void> {
  await until('both are open', () => socketMode.taking.length === 2);
}

function click(id: number) {
  return socketMode.deliver({ kind: 'interactive', payload: { id } });
}

/** Says what troubles there are. */
function said(): string {
  return troubles.get(SOCKET_TROUBLE)?.says ?? '';
}

test('two connections are open, and each answers requests with what the listener says', async () => {
  const connections = start();
  await bothOpen();
  await until('the bot knows', () => connections.open === 2);
  expect(await Promise.all([click(1), click(2)])).toEqual([
    { ok: true, body: { got: { id: 1 } } },
    { ok: true, body: { got: { id: 2 } } },
  ]);
  await connections.stop();
  expect(socketMode.links).toHaveLength(0);
});

test('an answer without content has none, and a text is the text of a message', async () => {
  start({ request: ({ payload }, acknowledge) => void acknowledge((payload as { say?: string }).say) });
  await bothOpen();
  expect(await click(1)).toEqual({ ok: true, body: {} });
  const payload = { say: 'Hello' };
  const answer = await socketMode.deliver({ kind: 'slash_commands', payload });
  expect(answer).toEqual({ ok: true, body: { text: 'Hello' } });
});

test.each([
  ['one', 1],
  ['both, in the same second', 2],
])('asked to replace %s, it opens the next connection before the old one goes', async (_name, howMany) => {
  start();
  await bothOpen();
  const before = [...socketMode.links];
  let fewest = 2;
  const watch = setInterval(() => {
    fewest = Math.min(fewest, socketMode.links.length);
  }, 1);
  socketMode.disconnect('refresh_requested', howMany);
  const clicks: Promise<unknown>[] = [];
  await until('the old ones are gone', async () => {
    clicks.push(click(clicks.length));
    return before.slice(0, howMany).every((link) => !socketMode.links.includes(link));
  });
  clearInterval(watch);
  await bothOpen();
  expect(fewest).toBe(2);
  expect(socketMode.opened).toBe(2 + howMany);
  for (const answer of await Promise.all(clicks)) expect(answer).toMatchObject({ ok: true });
});

test('they are opened one after the other', async () => {
  let opening = 0;
  let most = 0;
  const client = createWebClient(APP_TOKEN, sandbox.apiUrl, 1_000);
  start({
    async address() {
      opening += 1;
      most = Math.max(most, opening);
      const { url = '' } = await client.apps.connections.open({});
      opening -= 1;
      return url;
    },
  });
  await bothOpen();
  socketMode.disconnect('warning');
  await until('both are replaced', () => socketMode.opened === 4 && socketMode.links.length === 2);
  expect(most).toBe(1);
});

test('a connection that was warned still takes what comes, and is replaced', async () => {
  const got: unknown[] = [];
  start({
    timing: { drainMs: 500 },
    request: ({ payload }, acknowledge) => {
      got.push(payload);
      void acknowledge();
    },
  });
  await bothOpen();
  socketMode.disconnect('warning');
  for (let id = 0; id < 8; id += 1) expect(await click(id)).toMatchObject({ ok: true });
  expect(got).toHaveLength(8);
  await until('both are replaced', () => socketMode.opened === 4 && socketMode.links.length === 2);
});

test('a connection does not go before it has answered', async () => {
  let answer: (() => void) | null = null;
  start({
    request: (_envelope, acknowledge) => {
      answer = () => void acknowledge({ late: true });
    },
  });
  await bothOpen();
  const clicked = click(1);
  const owed = await until('it came in', () => answer as (() => void) | null);
  socketMode.disconnect('refresh_requested');
  await until('three are left: the one that owes an answer stays', () => socketMode.opened === 4);
  await until('the other one is gone', () => socketMode.links.length === 3);
  owed();
  expect(await clicked).toEqual({ ok: true, body: { late: true } });
  await until('it is gone', () => socketMode.links.length === 2);
});

test('two of the same age are not replaced at the same time: the second one goes halfway', async () => {
  await sandbox.close();
  await openSandbox(1_500);
  start();
  await bothOpen();
  const [first, second] = socketMode.links;
  await until('one is replaced', () => socketMode.opened === 3);
  await until('it is gone', () => socketMode.links.length === 2);
  expect(socketMode.links).toContain(first);
  expect(socketMode.links).not.toContain(second);
});

test('a connection that is cut is opened again, and that none is open is said', async () => {
  const connections = start();
  await bothOpen();
  const address = socketMode.ticket.bind(socketMode);
  socketMode.ticket = () => '/link/?ticket=made-up';
  for (const link of [...socketMode.links]) link.cut();
  await until('none is open', () => connections.open === 0);
  await until('it is said', () => said().startsWith('no connection to Slack is open'));
  socketMode.ticket = address;
  await bothOpen();
  expect(said()).toBe('');
});

test('a connection whose other end is silent is given up', async () => {
  const silent = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  silent.on('connection', (socket) => socket.send('{"type":"hello"}'));
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  let asked = 0;
  start({
    timing: { pingMs: 20 },
    address: async () => {
      asked += 1;
      return `ws://127.0.0.1:${port}`;
    },
  });
  await until('it is opened again and again', () => asked >= 6);
  for (const socket of silent.clients) socket.terminate();
  silent.close();
});

test.each<[string, string, () => void]>([
  ['a wrong token', 'Slack refuses the app token: invalid_auth', () => {}],
  [
    'a missing scope',
    'the app token lacks the scope connections:write (missing_scope)',
    () =>
      sandbox.faults.plan('apps.connections.open', {
        kind: 'error',
        error: 'missing_scope',
        needed: 'connections:write',
      }),
  ],
  [
    'no answer',
    'no connection to Slack is open (Slack did not answer)',
    () => sandbox.faults.plan('apps.connections.open', { kind: 'cut' }),
  ],
  ['no Socket Mode', 'Socket Mode is off for the Slack app (link_disabled)', () => socketMode.turn(false)],
])('%s is said in words, and it tries again', async (name, says, prepare) => {
  prepare();
  const token = name === 'a wrong token' ? 'xapp-wrong' : APP_TOKEN;
  const connections = start({ token });
  await until('it is said', () => said() !== '');
  expect(said()).toBe(says);
  expect(connections.open).toBe(0);
  if (name === 'a wrong token') return;
  sandbox.faults.clear();
  socketMode.turn(true);
  await bothOpen();
  expect(said()).toBe('');
});

test('a full house is said in words, and a place that gets free is taken', async () => {
  const others = [start(), start(), start(), start(), start()];
  await until('ten are open', () => socketMode.taking.length === 10);
  const late = start();
  await until('it is said', () => said().includes('too_many_websockets'));
  await others[0]?.stop();
  await until('it has both', () => late.open === 2);
  expect(said()).toBe('');
});

test('it waits as long as Slack asks', async () => {
  sandbox.faults.plan('apps.connections.open', { kind: 'rate_limited', retryAfterSeconds: 1 }, 1);
  const began = performance.now();
  start();
  await bothOpen();
  expect(performance.now() - began).toBeGreaterThanOrEqual(900);
});

test('a stop answers what came before it, and takes nothing afterwards', async () => {
  const got: unknown[] = [];
  let answer = () => {};
  const connections = start({
    request: ({ payload }, acknowledge) => {
      got.push(payload);
      answer = () => void acknowledge({ done: true });
    },
  });
  await bothOpen();
  const clicked = click(1);
  await until('it came in', () => got.length === 1);
  const stopped = connections.stop();
  answer();
  expect(await clicked).toEqual({ ok: true, body: { done: true } });
  await stopped;
  expect(await click(2)).toMatchObject({ ok: false, error: 'dispatch_failed' });
  expect(got).toEqual([{ id: 1 }]);
  expect(connections.open).toBe(0);
});

test('what is no message of Slack’s changes nothing', async () => {
  const odd = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const got: unknown[] = [];
  const answers: string[] = [];
  odd.on('connection', (socket) => {
    socket.on('message', (data) => answers.push(String(data)));
    const request = { type: 'interactive', envelope_id: 'e1', payload: 1 };
    for (const text of ['{"type":"hello"}', '{', 'null', '[]', '{"type":"news"}', '{"type":"interactive"}'])
      socket.send(text);
    socket.send(Buffer.from([1, 2]));
    socket.send(JSON.stringify(request));
  });
  await new Promise((resolve) => odd.once('listening', resolve));
  const { port } = odd.address() as { port: number };
  start({
    address: async () => `ws://127.0.0.1:${port}`,
    request: ({ payload }, acknowledge) => {
      got.push(payload);
      void acknowledge();
    },
  });
  await until('both are answered', () => answers.length === 2);
  expect(got).toEqual([1, 1]);
  expect(answers).toEqual(['{"envelope_id":"e1"}', '{"envelope_id":"e1"}']);
  for (const socket of odd.clients) socket.terminate();
  odd.close();
});
