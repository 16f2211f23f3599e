import { stringify } from 'yaml';
import { SHORTCUTS } from '../chat/blocks/actions.ts';
import type { Problem } from './configuration/problems/problem.ts';

/** Placeholder in the checked-in manifest.yml, to be replaced by the bot's own address. */
export const PLACEHOLDER_URL = 'https://slipway.example.com';

/** All permissions of the bot, each with its purpose. */
export const SCOPES = [
  ['commands', 'the command /release, and the shortcut of messages'],
  ['chat:write', 'posts, changes and deletes its own messages'],
  ['channels:read', 'finds public channels by name, and hears that somebody joined one'],
  ['groups:read', 'the same for private channels it was invited to'],
  ['channels:history', 'looks for its own earlier post before it posts again'],
  ['groups:history', 'the same in private channels'],
  ['im:write', 'writes direct messages to people who have something to decide'],
  ['im:history', 'looks there too for its own earlier post, and reads what people write to it'],
  ['users:read', 'distinguishes full members from guests, bots and deactivated people'],
  ['users:read.email', 'finds who wrote the commits, where authors may not approve'],
  ['usergroups:read', 'finds who is in the groups that approve and accept'],
  ['app_mentions:read', 'reads messages that mention it'],
] as const satisfies Purposes;

/** All events that the bot is sent, each with its purpose. */
export const EVENTS = [
  ['app_home_opened', 'shows the Home tab'],
  ['app_mention', 'answers @slipway, in threads too, where Slack runs no commands'],
  ['member_joined_channel', 'says what it is for when it is invited to a channel'],
  ['message.im', 'answers direct messages with a hint'],
] as const satisfies Purposes;

type Purposes = readonly (readonly [name: string, purpose: string])[];

/**
 * How Slack's requests reach the bot: at this address, without a path (null: a placeholder), or over connections that
 * the bot opens.
 */
export type ManifestTransport = { kind: 'http'; url: string | null } | { kind: 'socket' };

/**
 * The manifest of the Slack app, as YAML. `chat:write.public` is not needed, because the bot must be a member of its
 * channels anyway to find its own posts.
 */
export function manifest(transport: ManifestTransport): string {
  const requestUrl = transport.kind === 'socket' ? null : `${transport.url ?? PLACEHOLDER_URL}/slack/events`;
  const parts = {
    display_information: {
      name: 'Slipway',
      description: 'Build, deploy, approve, test, accept and roll back, environment by environment.',
      background_color: '#1f3a4d',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'slipway', always_online: true },
      shortcuts: [
        {
          name: 'Where is this commit?',
          type: 'message',
          callback_id: SHORTCUTS.whereIs,
          description: 'Finds the commits that a message names, environment by environment',
        },
      ],
      slash_commands: [
        {
          command: '/release',
          ...(requestUrl === null ? {} : { url: requestUrl }),
          description: 'Prepare, approve, deploy, accept and roll back releases',
          usage_hint: 'help | status [env] | prepare ENV [commit] | promote ENV | rollback ENV reason',
          should_escape: false,
        },
      ],
    },
  };
  const interactivity =
    requestUrl === null
      ? { is_enabled: true }
      : { is_enabled: true, request_url: requestUrl, message_menu_options_url: requestUrl };
  const settings = {
    interactivity,
    org_deploy_enabled: false,
    socket_mode_enabled: requestUrl === null,
    token_rotation_enabled: false,
  };
  return [
    ...heading(transport),
    stringify(parts, { lineWidth: 0 }).trimEnd(),
    'oauth_config:',
    '  scopes:',
    '    bot:',
    ...listed(SCOPES),
    'settings:',
    '  event_subscriptions:',
    ...(requestUrl === null ? [] : [`    request_url: ${requestUrl}`]),
    '    bot_events:',
    ...listed(EVENTS),
    indented(stringify(settings, { lineWidth: 0 })),
  ].join('\n');
}

function heading(transport: ManifestTransport): string[] {
  const first = '# The Slack app of Slipway: api.slack.com/apps, Create New App, From a manifest.';
  if (transport.kind === 'socket') {
    return [
      first,
      '# Slack sends over connections that the bot opens (Socket Mode). They need a token that no manifest can hold: under',
      '# Basic Information, App-Level Tokens, generate one with the scope connections:write, and set it as SLACK_APP_TOKEN.',
      '# Then invite the bot to the channels of your products.',
    ];
  }
  if (transport.url !== null) return [first];
  return [
    first,
    `# Replace ${PLACEHOLDER_URL} with the address of your bot, or let`,
    '#   slipway manifest --url https://your.address',
    '# do it; slipway manifest --socket prints the one for Socket Mode, without an address.',
    '# Then invite the bot to the channels of your products.',
  ];
}

function listed(purposes: Purposes): string[] {
  return purposes.map(([name, purpose]) => `      - ${name} # ${purpose}`);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

/** Reads the address at which Slack reaches the bot, as typed: https, without path, user or query. */
export function readPublicUrl(text: string): { url: string } | Problem {
  const todo = 'give the public address of the bot, as in --url https://slipway.example.com';
  if (!URL.canParse(text)) return { what: `"${text}" is not an address`, todo };
  const { protocol, username, password, pathname, search, hash, origin } = new URL(text);
  if (protocol !== 'https:') return { what: 'Slack calls only https addresses', todo };
  if (username !== '' || password !== '') return { what: 'it contains a user or password', todo };
  if (pathname !== '/' || search !== '' || hash !== '')
    return { what: 'it has a path, query or fragment', todo };
  return { url: origin };
}
