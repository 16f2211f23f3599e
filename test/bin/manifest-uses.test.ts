import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { EVENTS } from '../../src/adapters/slack/requests/events.ts';
import { manifest } from '../../src/app/manifest.ts';
import { SHORTCUTS } from '../../src/chat/blocks/actions.ts';

/** What each method of the Web API needs, as Slack's documentation says, for what Slipway calls it for. */
const NEEDED_BY_METHOD: Record<string, string[]> = {
  'apps.connections.open': [],
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.conversations': ['channels:read', 'groups:read'],
  'users.info': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

const NEEDED_BY_EVENT: Record<string, string[]> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  'message.im': ['im:history'],
};

/** All that talks to Slack. */
const sources = filesBelow(fileURLToPath(new URL('../../src/adapters/slack', import.meta.url)))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'));

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name));
}

/** What the first group of the pattern is in the sources, each once, sorted. */
function found(pattern: RegExp): string[] {
  const matches = sources.flatMap((text) => [...text.matchAll(pattern)]);
  return [...new Set(matches.map(([, group = '']) => group.replaceAll(/\s/g, '')))].sort();
}

const methods = found(/[cC]lient\s*\.\s*((?:[a-z]+\s*\.\s*)+[a-zA-Z]+)\s*\(/g);
const { features, settings, oauth_config } = parse(manifest({ kind: 'socket' }));

test('every method that is called is in the table, and the other way round', () => {
  expect(methods).toEqual(Object.keys(NEEDED_BY_METHOD));
});

test('the scopes are exactly those that calls, events, commands and shortcuts need', () => {
  const needed = [
    'commands',
    ...Object.values(NEEDED_BY_METHOD).flat(),
    ...(settings.event_subscriptions.bot_events as string[]).flatMap((name) => NEEDED_BY_EVENT[name] ?? name),
  ];
  expect([...oauth_config.scopes.bot].sort()).toEqual([...new Set(needed)].sort());
});

test('the events are exactly those that are read and listened to', () => {
  const { bot_events: events } = settings.event_subscriptions;
  expect(events).toEqual(EVENTS);
  const types = [...new Set(EVENTS.map((name) => name.replace(/\..*/, '')))].sort();
  expect(found(/app\.event(?:<[^>]*>)?\(\s*'([^']+)'/g)).toEqual(types);
});

test('the commands and shortcuts are exactly those that are listened to', () => {
  const names = features.slash_commands.map(({ command }: { command: string }) => command);
  expect(found(/app\.command\(\s*'([^']+)'/g)).toEqual(names);
  const callbacks = features.shortcuts.map(({ callback_id }: { callback_id: string }) => callback_id);
  expect(callbacks).toEqual(Object.values(SHORTCUTS));
  const listened = found(/type: 'message_action', callback_id: SHORTCUTS\.(\w+)/g);
  expect(listened).toEqual(Object.keys(SHORTCUTS).sort());
});
