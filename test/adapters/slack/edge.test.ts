import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { mountSlack } from '../../../src/adapters/slack/app.ts';
import { verdictOnPayload } from '../../../src/adapters/slack/requests/payload.ts';

const SECRET = 'secret';
const FORM = 'application/x-www-form-urlencoded';

/** No request here is answered this way: the process is still starting. */
const NOWHERE = 'http://127.0.0.1:9/';

const COMMAND = {
  command: '/release',
  text: 'status',
  user_id: 'U1',
  channel_id: 'C1',
  team_id: 'T1',
  trigger_id: 't.1',
  response_url: NOWHERE,
};
const ACTED = { user: { id: 'U1', team_id: 'T1' }, team: { id: 'T1', domain: 'acme' }, enterprise: null };
const CLICK = {
  type: 'block_actions',
  ...ACTED,
  trigger_id: 't.1',
  response_url: NOWHERE,
  channel: { id: 'C1', name: 'shop' },
  container: { type: 'message', message_ts: '1.1', channel_id: 'C1' },
  message: { ts: '1.1', text: 'x' },
  actions: [
    {
      type: 'button',
      action_id: 'approve',
      block_id: 'b',
      value: '{"e":"shop/prod","r":1}',
      action_ts: '1.2',
    },
  ],
};
const SUBMISSION = {
  type: 'view_submission',
  ...ACTED,
  trigger_id: 't.1',
  view: {
    id: 'V1',
    type: 'modal',
    callback_id: 'reject',
    private_metadata: '{}',
    app_installed_team_id: 'T1',
    state: { values: { reason: { reason: { type: 'plain_text_input', value: 'no' } } } },
  },
  response_urls: [],
};
const EVENT = {
  type: 'event_callback',
  team_id: 'T1',
  event_id: 'Ev1',
  authorizations: [{ team_id: 'T1', enterprise_id: null, is_enterprise_install: false }],
  event: { type: 'app_home_opened', user: 'U1', channel: 'D1', tab: 'home' },
};
const MENTION = {
  ...EVENT,
  event: {
    type: 'app_mention',
    user: 'U1',
    text: '<@U0APP> why',
    ts: '1.2',
    thread_ts: '1.1',
    channel: 'C1',
    event_ts: '1.2',
  },
};
const JOINED = {
  ...EVENT,
  event: { type: 'member_joined_channel', user: 'U0APP', channel: 'C1', team: 'T1', inviter: 'U1' },
};
const DIRECT = {
  ...EVENT,
  event: { type: 'message', channel_type: 'im', user: 'U1', text: 'hello', ts: '1.2', channel: 'D1' },
};
const SHORTCUT = {
  type: 'message_action',
  ...ACTED,
  callback_id: 'where_is',
  trigger_id: 't.1',
  response_url: NOWHERE,
  channel: { id: 'C1', name: 'shop' },
  message: { type: 'message', ts: '1.1', text: 'abc1234', user: 'U2' },
};

/** Events as Slack sends them where nobody, or no person, did something, or where it says less. */
const OF_NOBODY: Record<string, object> = {
  'a mention without a person': { type: 'app_mention', text: '<@U0APP>', ts: '1.2', channel: 'C1' },
  'a mention by nobody': { type: 'app_mention', user: null, text: '<@U0APP>', ts: '1.2', channel: 'C1' },
  'a mention without text': { type: 'app_mention', user: 'U1', ts: '1.2', channel: 'C1' },
  'a mention by a bot': { type: 'app_mention', bot_id: 'B1', user: null },
  'a mention by a workflow': {
    type: 'app_mention',
    subtype: 'bot_message',
    username: 'Workflow',
    text: '<@U0APP>',
    ts: '1.2',
    channel: 'C1',
  },
  'a member who joins, and is not named': { type: 'member_joined_channel', channel: 'C1', team: 'T1' },
  'a member who joins nowhere': { type: 'member_joined_channel', user: 'U1' },
  'an opened tab of nobody': { type: 'app_home_opened', channel: 'D1', tab: 'home' },
  'an opened tab that is not named': { type: 'app_home_opened', user: 'U1', channel: 'D1' },
  'a direct message without a person': {
    type: 'message',
    channel_type: 'im',
    text: 'x',
    ts: '1.2',
    channel: 'D1',
  },
  'a direct message without a time': {
    type: 'message',
    channel_type: 'im',
    user: 'U1',
    text: 'x',
    channel: 'D1',
  },
  'a direct message of a bot': {
    type: 'message',
    channel_type: 'im',
    subtype: 'bot_message',
    bot_id: 'B1',
    text: 'x',
    ts: '1.2',
    channel: 'D1',
  },
  'a direct message that was edited': {
    type: 'message',
    channel_type: 'im',
    subtype: 'message_changed',
    hidden: true,
    message: { type: 'message', user: 'U1', text: 'y', ts: '1.2', edited: { user: 'U1', ts: '1.3' } },
    previous_message: { type: 'message', user: 'U1', text: 'x', ts: '1.2' },
    ts: '1.3',
    channel: 'D1',
  },
  'a direct message that was deleted': {
    type: 'message',
    channel_type: 'im',
    subtype: 'message_deleted',
    hidden: true,
    deleted_ts: '1.2',
    ts: '1.3',
    channel: 'D1',
  },
  'a message in a channel': {
    type: 'message',
    channel_type: 'channel',
    user: 'U1',
    text: 'x',
    ts: '1.2',
    channel: 'C1',
  },
  'a message that says that somebody joined': {
    type: 'message',
    channel_type: 'channel',
    subtype: 'channel_join',
    text: 'joined',
    ts: '1.2',
    channel: 'C1',
  },
};
const CHALLENGE = { type: 'url_verification', token: 'x', challenge: 'abc' };
const OPTIONS = { type: 'block_suggestion', ...ACTED, action_id: 'commit', block_id: 'b', value: 'ab' };
const COMMITS = { action_id: 'prepare_commit', block_id: 'commit:shop/prod' };
const CHOICE = {
  type: 'block_actions',
  ...ACTED,
  trigger_id: 't.2',
  actions: [{ type: 'static_select', action_id: 'prepare_environment', block_id: 'environment' }],
};

let slack: Server;
let server: Server;
let url: string;

async function listening(server: Server): Promise<string> {
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const http = express();
  // Takes whatever is told to people.
  slack = express()
    .use((_request, response) => response.json({ ok: true }))
    .listen(0, '127.0.0.1');
  const slackApiUrl = `${await listening(slack)}/api/`;
  const log = pino({ level: 'silent' });
  mountSlack(
    { http, token: 'xoxb-x', signingSecret: SECRET, slackApiUrl, now: Date.now, timeoutMs: 500 },
    { services: () => null, log },
  );
  server = http.listen(0, '127.0.0.1');
  url = `${await listening(server)}/slack/events`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  slack.closeAllConnections();
  await new Promise((resolve) => slack.close(resolve));
});

function send(body: string, type: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
  return fetch(url, { method: 'POST', headers, body });
}

const command = (fields: object) =>
  send(new URLSearchParams({ ...fields } as Record<string, string>).toString(), FORM);
const payload = (value: unknown) =>
  send(new URLSearchParams({ payload: JSON.stringify(value) }).toString(), FORM);
const json = (value: unknown) => send(JSON.stringify(value), 'application/json');

const change = <T extends object>(value: T, ...path: (string | number)[]) => ({
  without: edited(value, path, null),
  as: (other: unknown) => edited(value, path, { other }),
});

function edited<T extends object>(value: T, path: (string | number)[], to: { other: unknown } | null): T {
  const copy = structuredClone(value);
  const parent = path
    .slice(0, -1)
    .reduce((inside, key) => (inside as never)[key], copy as object) as never as Record<
    string | number,
    unknown
  >;
  const key = path.at(-1) ?? '';
  if (to === null) delete parent[key];
  else parent[key] = to.other;
  return copy;
}

describe('an event that no listener can read', () => {
  test.each(Object.entries(OF_NOBODY))('is acknowledged and ignored: %s', async (_name, event) => {
    const sent = { ...EVENT, event };
    const answer = await json(sent);
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(verdictOnPayload(sent).kind).toBe('ignored');
  });

  test('is not one whose unknown parts are null', () => {
    const nothing = { bot_id: null, bot_profile: null, subtype: null, thread_ts: null, inviter: null };
    for (const { event } of [MENTION, JOINED, DIRECT]) {
      expect(verdictOnPayload({ ...EVENT, event: { ...event, ...nothing } })).toEqual({ kind: 'known' });
    }
  });
});

describe('a correctly signed request of Slack', () => {
  test.each<[string, number, () => Promise<Response>]>([
    ['a command', 200, () => command(COMMAND)],
    ['a command without text', 200, () => command(change(COMMAND, 'text').without)],
    [
      'a command as a form with a charset',
      200,
      () => send(new URLSearchParams(COMMAND).toString(), `${FORM}; charset=utf-8`),
    ],
    ['a command that is not ours', 200, () => command({ ...COMMAND, command: '/deploy' })],
    ['a command without a person', 400, () => command(change(COMMAND, 'user_id').without)],
    ['a command without a channel', 400, () => command(change(COMMAND, 'channel_id').without)],
    ['a command without a trigger', 400, () => command(change(COMMAND, 'trigger_id').without)],
    ['a command that cannot be answered', 400, () => command(change(COMMAND, 'response_url').without)],
    ['a command of two people', 400, () => send(`${new URLSearchParams(COMMAND)}&user_id=U2`, FORM)],
    ['an unknown form', 400, () => send('a=b', FORM)],
    ['a check of the certificate', 200, () => send('ssl_check=1&token=x', FORM)],
    ['a click', 200, () => payload(CLICK)],
    ['a click on an unknown button', 200, () => payload(change(CLICK, 'actions', 0, 'action_id').as('else'))],
    ['a click outside of channels', 200, () => payload(change(CLICK, 'channel').without)],
    ['a click of nobody', 400, () => payload(change(CLICK, 'user').without)],
    ['a click of a person without id', 400, () => payload(change(CLICK, 'user', 'id').without)],
    ['a click on nothing', 400, () => payload(change(CLICK, 'actions').as([]))],
    ['a click without actions', 400, () => payload(change(CLICK, 'actions').without)],
    ['a click on null', 400, () => payload(change(CLICK, 'actions').as([null]))],
    ['a click without a trigger', 400, () => payload(change(CLICK, 'trigger_id').without)],
    [
      'a click in a message that cannot be answered',
      400,
      () => payload(change(CLICK, 'response_url').without),
    ],
    ['a click that is an event too', 400, () => payload({ ...CLICK, event: 5 })],
    ['a submission', 200, () => payload(SUBMISSION)],
    [
      'a submission of an unknown dialog',
      200,
      () => payload(change(SUBMISSION, 'view', 'callback_id').as('else')),
    ],
    [
      'a submission of a dialog without input',
      200,
      () => payload(change(SUBMISSION, 'view', 'callback_id').as('log')),
    ],
    ['a submission without a dialog', 400, () => payload(change(SUBMISSION, 'view').without)],
    ['a submission without state', 400, () => payload(change(SUBMISSION, 'view', 'state').without)],
    [
      'a submission without values',
      400,
      () => payload(change(SUBMISSION, 'view', 'state', 'values').as(null)),
    ],
    ['a submission of nobody', 400, () => payload(change(SUBMISSION, 'user').as(null))],
    ['a dialog that was closed', 200, () => payload({ ...SUBMISSION, type: 'view_closed' })],
    ['a request for options', 200, () => payload(OPTIONS)],
    ['a request for the options of the menu of commits', 200, () => payload({ ...OPTIONS, ...COMMITS })],
    ['a request for options of nothing', 400, () => payload(change(OPTIONS, 'action_id').without)],
    ['a request for options without what was typed', 400, () => payload(change(OPTIONS, 'value').without)],
    ['a request for options of nobody', 400, () => payload(change(OPTIONS, 'user').without)],
    [
      'a choice in a dialog',
      200,
      () =>
        payload({ ...CHOICE, view: { id: 'V1', hash: 'h', private_metadata: '{}', state: { values: {} } } }),
    ],
    ['a choice in a dialog that is not named', 400, () => payload({ ...CHOICE, view: {} })],
    ['a shortcut', 200, () => payload({ type: 'shortcut', ...ACTED, callback_id: 'x', trigger_id: 't' })],
    ['a shortcut of a message', 200, () => payload({ type: 'message_action', ...ACTED, callback_id: 'x' })],
    ['a shortcut of ours', 200, () => payload(SHORTCUT)],
    ['a shortcut of ours without a message', 400, () => payload(change(SHORTCUT, 'message').without)],
    ['a shortcut of ours without a trigger', 400, () => payload(change(SHORTCUT, 'trigger_id').without)],
    ['a shortcut of ours that is a click too', 400, () => payload({ ...SHORTCUT, actions: [] })],
    ['a future type', 200, () => payload({ type: 'of_tomorrow' })],
    ['a payload without a type', 400, () => payload({ user: { id: 'U1' } })],
    ['a payload whose type is a number', 400, () => payload({ ...CLICK, type: 5 })],
    // No listener can answer before the store is open: what is not acknowledged, Slack sends again.
    ['an event while Slipway starts', 503, () => json(EVENT)],
    ['a future event', 200, () => json(change(EVENT, 'event', 'type').as('of_tomorrow'))],
    ['an event that is a number', 400, () => json(change(EVENT, 'event').as(5))],
    ['an event without a type', 400, () => json(change(EVENT, 'event', 'type').without)],
    ['an event whose authorization is null', 200, () => json(change(EVENT, 'authorizations').as([null]))],
    ['a mention while Slipway starts', 503, () => json(MENTION)],
    ['a mention in no channel', 200, () => json(change(MENTION, 'event', 'channel').without)],
    ['a mention that has another event’s fields', 200, () => json(change(MENTION, 'event', 'item').as(5))],
    ['a member who joins while Slipway starts', 503, () => json(JOINED)],
    ['a direct message while Slipway starts', 503, () => json(DIRECT)],
    ['a challenge', 200, () => json(CHALLENGE)],
    ['a challenge without its text', 400, () => json(change(CHALLENGE, 'challenge').without)],
    ['an empty object', 400, () => json({})],
    ['a text', 400, () => json('x')],
  ])('%s: %i', async (_name, status, request) => {
    const answer = await request();
    expect(answer.status).toBe(status);
    if (status === 400) expect(await answer.text()).toMatch(/^Refused: /);
  });

  it('a challenge is answered, and so is a request for options', async () => {
    expect(await (await json(CHALLENGE)).json()).toEqual({ challenge: 'abc' });
    expect(await (await payload(OPTIONS)).json()).toEqual({ options: [] });
    // Of a menu of ours too, while Slipway starts.
    expect(await (await payload({ ...OPTIONS, ...COMMITS })).json()).toEqual({ options: [] });
  });

  it('is accepted or refused at once with any one part missing or of another type, and never causes a fault', async () => {
    const whole = [
      CLICK,
      SUBMISSION,
      EVENT,
      MENTION,
      JOINED,
      DIRECT,
      SHORTCUT,
      CHALLENGE,
      OPTIONS,
    ] as object[];
    const others = [null, 5, '', 'x', true, [], [null], {}, { id: null }].map((other) => ({ other }));
    const faults: string[] = [];
    for (const value of whole) {
      for (const path of pathsOf(value)) {
        for (const to of [null, ...others]) {
          const sent = edited(value, path, to);
          for (const answer of await Promise.all([payload(sent), json(sent)])) {
            await answer.arrayBuffer();
            const isSentAgain = isEvent(sent) && answer.status === 503;
            if (answer.status !== 200 && answer.status !== 400 && !isSentAgain)
              faults.push(`${answer.status}: ${JSON.stringify(sent)}`);
          }
        }
      }
    }
    expect(faults).toEqual([]);
  }, 60_000);

  it('and so is a command with any one field missing, doubled or empty', async () => {
    for (const field of Object.keys(COMMAND)) {
      const bodies = [
        new URLSearchParams(change(COMMAND, field).without).toString(),
        new URLSearchParams(change(COMMAND, field).as('')).toString(),
        `${new URLSearchParams(COMMAND)}&${field}=x`,
      ];
      for (const body of bodies) expect([200, 400]).toContain((await send(body, FORM)).status);
    }
  });
});

/** An event that a listener handles: it is not acknowledged while Slipway starts. */
function isEvent(sent: object): boolean {
  return verdictOnPayload(sent).kind === 'known' && 'type' in sent && sent.type === 'event_callback';
}

function pathsOf(value: unknown, before: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => [
    [...before, key],
    ...pathsOf(inside, [...before, key]),
  ]);
}
