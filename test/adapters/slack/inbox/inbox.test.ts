import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { mountSlack } from '../../../../src/adapters/slack/app.ts';
import { askedIn, keptBody } from '../../../../src/adapters/slack/inbox/asked.ts';
import type { ChatServices } from '../../../../src/flow/services/services.ts';
import { TIMING } from '../../../../src/flow/services/timing.ts';
import { type RequestRecord, StoreError } from '../../../../src/ports/store.ts';

const SECRET = 'secret';

const PERSON = { user: { id: 'U1', team_id: 'T1' }, team: { id: 'T1' } };
const COMMAND = {
  command: '/release',
  text: 'deploy prod',
  user_id: 'U1',
  channel_id: 'C1',
  trigger_id: 't.1',
  response_url: 'http://127.0.0.1:9/',
};
const CLICK = {
  type: 'block_actions',
  ...PERSON,
  token: 'of-slack',
  trigger_id: 't.2',
  response_url: 'http://127.0.0.1:9/',
  channel: { id: 'C1' },
  message: { ts: '1.1', text: 'x', blocks: [{ type: 'divider' }] },
  actions: [
    { type: 'button', action_id: 'approve', text: { type: 'plain_text', text: 'Approve' }, value: '{}' },
  ],
};
const SUBMISSION = {
  type: 'view_submission',
  ...PERSON,
  view: {
    id: 'V1',
    callback_id: 'reject',
    private_metadata: '{}',
    title: { type: 'plain_text', text: 'Reject' },
    state: { values: { reason: { reason: { type: 'plain_text_input', value: 'no' } } } },
  },
};
const SHORTCUT = { type: 'message_action', ...PERSON, trigger_id: 't.3', callback_id: 'where' };
const MENTION = {
  type: 'event_callback',
  event_id: 'Ev1',
  event: { type: 'app_mention', user: 'U1', channel: 'C1', text: '<@B1> why' },
};

describe('what is taken down', () => {
  test.each([
    ['a command', COMMAND, { kind: 'command', id: 't.1', channel: 'C1', what: '/release deploy prod' }],
    ['a click', CLICK, { kind: 'click', id: 't.2', channel: 'C1', what: 'Approve' }],
    [
      'a dialog',
      SUBMISSION,
      { kind: 'submission', id: 'view:V1', channel: null, what: 'Reject', fields: ['reason'] },
    ],
    ['a shortcut', SHORTCUT, { kind: 'shortcut', id: 't.3', channel: null }],
    ['a mention', MENTION, { kind: 'event', id: 'Ev1', channel: 'C1' }],
  ])('%s', (_name, body, asked) => {
    expect(askedIn(body)).toMatchObject({ user: 'U1', ...asked });
  });

  test.each([
    ['typeahead', { type: 'block_suggestion', ...PERSON, value: 'ab' }],
    ['an opened tab', { ...MENTION, event: { ...MENTION.event, type: 'app_home_opened' } }],
    ['a link', { ...CLICK, actions: [{ ...CLICK.actions[0], action_id: 'open_card.1' }] }],
    [
      'a choice in a dialog',
      { ...CLICK, actions: [{ type: 'static_select', action_id: 'prepare_environment' }] },
    ],
    [
      'the choice of a commit to go back to',
      { ...CLICK, actions: [{ type: 'static_select', action_id: 'target' }] },
    ],
    ['a closed dialog', { ...SUBMISSION, type: 'view_closed' }],
    ['nothing', null],
  ])('%s is not', (_name, body) => {
    expect(askedIn(body)).toBeNull();
  });

  test('is kept without secrets and without what was clicked', () => {
    const kept = keptBody('click', CLICK);
    expect(kept).toMatchObject({ actions: CLICK.actions, message: { ts: '1.1', blocks: [] } });
    expect(kept).not.toHaveProperty('token');
  });
});

describe('while the store does not answer', () => {
  let slack: Server;
  let bot: Server;
  let url: string;
  let store: { ping(): Promise<void>; keepRequest(record: RequestRecord): Promise<void> };
  let told: { method: string; channel: string; text: string }[];
  let isSlackAway: boolean;

  async function listening(server: Server): Promise<string> {
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeAll(async () => {
    slack = express()
      .use(express.urlencoded({ extended: true }))
      .post('/api/:method', (request, response) => {
        const { channel, text } = request.body as { channel: string; text: string };
        if (!isSlackAway) told.push({ method: request.params.method, channel, text });
        response.status(isSlackAway ? 500 : 200).json({ ok: !isSlackAway });
      })
      .listen(0, '127.0.0.1');
    const http = express();
    const log = pino({ level: 'silent' });
    const clock = { now: Date.now, leaseNow: Date.now, wrong: null };
    mountSlack(
      {
        http,
        token: 'xoxb-x',
        signingSecret: SECRET,
        slackApiUrl: `${await listening(slack)}/api/`,
        now: Date.now,
        timeoutMs: 500,
      },
      { services: () => ({ store, clock, timing: TIMING, log }) as unknown as ChatServices, log },
    );
    bot = http.listen(0, '127.0.0.1');
    url = `${await listening(bot)}/slack/events`;
  });

  afterAll(async () => {
    for (const server of [slack, bot]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  beforeEach(() => {
    told = [];
    isSlackAway = false;
  });

  async function send(fields: Record<string, string>): Promise<{ status: number; answer: unknown }> {
    const body = new URLSearchParams(fields).toString();
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    };
    const response = await fetch(url, { method: 'POST', headers, body });
    const text = await response.text();
    return { status: response.status, answer: text === '' ? '' : (JSON.parse(text) as unknown) };
  }
  const interact = (payload: object) => send({ payload: JSON.stringify(payload) });

  const NONE = 'Errored: The store did not answer. Nothing was changed. Try again in a minute.';
  const UNKNOWN =
    'Errored: The store did not answer. So Slipway does not know whether this was done. Look at /release status before you try again.';

  test.each([
    ['not at all', { ping: () => Promise.reject(new StoreError('gone')) }, NONE],
    ['for too long', { ping: () => new Promise<void>(() => {}) }, NONE],
    ['once it was asked to write', { ping: () => Promise.resolve() }, UNKNOWN],
  ])('%s: a request is not taken, and its person is told', async (_name, parts, says) => {
    store = { keepRequest: () => Promise.reject(new StoreError('gone')), ...parts };
    expect((await send(COMMAND)).answer).toMatchObject({ response_type: 'ephemeral', text: says });
    expect((await interact(SUBMISSION)).answer).toEqual({
      response_action: 'errors',
      errors: { reason: says },
    });
    expect(told).toEqual([]);
    expect(await interact(CLICK)).toEqual({ status: 200, answer: '' });
    expect(told).toEqual([{ method: 'chat.postEphemeral', channel: 'C1', text: says }]);
  });

  test('a click whose person cannot be told is not acknowledged', async () => {
    store = {
      ping: () => Promise.reject(new StoreError('gone')),
      keepRequest: () => Promise.reject(new StoreError('gone')),
    };
    isSlackAway = true;
    expect(await interact(CLICK)).toEqual({ status: 503, answer: '' });
    expect(told).toEqual([]);
  });
});
