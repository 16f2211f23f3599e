import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WebAPICallResult, WebClient } from '@slack/web-api';
import { METHODS } from '../../../src/sandbox/api/api.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { codeOf, readPage, tableUnder } from '../../docs/markdown.ts';
import { ADA, APP_TOKEN, CHANNEL, card, clientOf, openSandbox, refused } from '../support.ts';

const ROWS = tableUnder(readPage('docs/sandbox.md'), 'Methods').map(([method, scopes = '']) => ({
  method: codeOf(method),
  scopes: [...scopes.matchAll(/`([^`]+)`/g)]
    .map(([, scope = '']) => scope)
    .filter((each) => each.includes(':')),
}));

let sandbox: Sandbox;
let slack: WebClient;

async function open(scopes: string[] | null = null): Promise<void> {
  sandbox = await openSandbox({
    app: { scopes },
    socketMode: { appToken: APP_TOKEN },
    groups: [{ id: 'S0TESTERS', handle: 'testers', name: 'Testers', members: [ADA] }],
    people: [{ id: ADA, name: 'Ada', email: 'ada@example.com' }],
  });
  slack = clientOf(sandbox);
}

beforeEach(() => open());

afterEach(() => sandbox.close());

const title = { type: 'plain_text' as const, text: 'Prepare' };
const modal = { type: 'modal' as const, external_id: 'prepare', title, blocks: [] };
const trigger_id = () => sandbox.workspace.modals.trigger(ADA);

/** The id of the channel and of a message of the bot in it. */
function posted(): { channel: string; ts: string } {
  const { id: channel } = sandbox.workspace.channel(CHANNEL)!;
  const content = { text: 'x', blocks: [], metadata: null };
  const { ts } = sandbox.workspace.post(channel, sandbox.workspace.bot.userId, content, null);
  return { channel, ts };
}

function opened(): void {
  sandbox.workspace.modals.open(trigger_id(), modal);
}

/** One successful call of each method. */
const CALLS: Record<string, () => Promise<WebAPICallResult>> = {
  'apps.connections.open': () => clientOf(sandbox, APP_TOKEN).apps.connections.open({}),
  'auth.test': () => slack.auth.test(),
  'blocks.validate': () => slack.blocks.validate({ blocks: [{ type: 'divider' }] }),
  'bots.info': () => slack.bots.info({ bot: sandbox.workspace.bot.botId }),
  'chat.delete': () => slack.chat.delete(posted()),
  'chat.getPermalink': () => {
    const { channel, ts } = posted();
    return slack.chat.getPermalink({ channel, message_ts: ts });
  },
  'chat.postEphemeral': () => slack.chat.postEphemeral({ channel: CHANNEL, user: ADA, text: 'x' }),
  'chat.postMessage': () => slack.chat.postMessage({ channel: CHANNEL, ...card('Prepared') }),
  'chat.update': () => slack.chat.update({ ...posted(), text: 'y' }),
  'conversations.history': () => slack.conversations.history(posted()),
  'conversations.info': () => slack.conversations.info(posted()),
  'conversations.list': () => slack.conversations.list(),
  'conversations.members': () => slack.conversations.members(posted()),
  'conversations.open': () => slack.conversations.open({ users: ADA }),
  'conversations.replies': () => slack.conversations.replies(posted()),
  'usergroups.list': () => slack.usergroups.list(),
  'usergroups.users.list': () => slack.usergroups.users.list({ usergroup: 'S0TESTERS' }),
  'users.conversations': () => slack.users.conversations({ user: ADA }),
  'users.info': () => slack.users.info({ user: ADA }),
  'users.list': () => slack.users.list({}),
  'users.lookupByEmail': () => slack.users.lookupByEmail({ email: 'ada@example.com' }),
  'views.open': () => slack.views.open({ trigger_id: trigger_id(), view: modal }),
  'views.publish': () => slack.views.publish({ user_id: ADA, view: { type: 'home', blocks: [] } }),
  'views.push': () => {
    opened();
    return slack.views.push({ trigger_id: trigger_id(), view: { ...modal, external_id: 'second' } });
  },
  'views.update': () => {
    opened();
    return slack.views.update({ external_id: 'prepare', view: modal });
  },
};

test('the page names every method of the server, and no others', () => {
  const named = ROWS.map(({ method }) => method);
  expect(named).toEqual(['apps.connections.open', ...METHODS.keys()].sort());
  expect(named).toEqual(Object.keys(CALLS));
});

describe.each(ROWS)('$method', ({ method, scopes }) => {
  test('is answered', async () => {
    expect(await CALLS[method]?.()).toMatchObject({ ok: true });
  });

  test('is refused without a scope that the page names', async () => {
    await sandbox.close();
    await open(['commands']);
    const call = CALLS[method]!();
    if (scopes.length === 0 && method !== 'users.conversations') {
      expect(await call).toMatchObject({ ok: true });
      return;
    }
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ data: { error: 'missing_scope', provided: 'commands' } });
    const { needed } = (error as { data: { needed: string } }).data;
    expect(scopes.length === 0 ? ['channels:read'] : scopes).toContain(needed);
  });
});

test.each(['chat.scheduleMessage', 'reactions.add', 'files.list'])('%s is unknown', async (method) => {
  expect(await refused(slack.apiCall(method))).toBe('unknown_method');
});
