import { stringify } from 'yaml';
import type { Problem } from './configuration/problems/problem.ts';

/** Placeholder in the checked-in manifest.yml, to be replaced by the bot's own address. */
export const PLACEHOLDER_URL = 'https://slipway.example.com';

/** All permissions of the bot, each with its purpose. */
const SCOPES = [
  ['commands', 'the command /release'],
  ['chat:write', 'posts, changes and deletes its own messages'],
  ['channels:read', 'finds public channels by name'],
  ['groups:read', 'finds, by name, private channels it was invited to'],
  ['channels:history', 'looks for its own earlier post before it posts again'],
  ['groups:history', 'the same in private channels'],
  ['im:write', 'writes direct messages about locks: who asks for one, and the answer'],
  ['im:history', 'looks there too for its own earlier post'],
  ['users:read', 'distinguishes full members from guests, bots and deactivated people'],
  ['users:read.email', 'finds who wrote the commits, where authors may not approve'],
  ['usergroups:read', 'finds who is in the groups that approve and accept'],
] as const satisfies readonly (readonly [scope: string, reason: string])[];

/**
 * The manifest of the Slack app, as YAML. `url`: where Slack reaches the bot, without a path; null: a placeholder.
 * `chat:write.public` is not needed, because the bot must be a member of its channels anyway to find its own posts.
 */
export function manifest(url: string | null): string {
  const requestUrl = `${url ?? PLACEHOLDER_URL}/slack/events`;
  const parts = {
    display_information: {
      name: 'Slipway',
      description: 'Build, deploy, approve, test, accept and roll back, environment by environment.',
      background_color: '#1f3a4d',
    },
    features: {
      bot_user: { display_name: 'slipway', always_online: true },
      slash_commands: [
        {
          command: '/release',
          url: requestUrl,
          description: 'Prepare, approve, deploy, accept and roll back releases',
          usage_hint: 'help | status [env] | prepare ENV [commit] | promote ENV | rollback ENV reason',
          should_escape: false,
        },
      ],
    },
  };
  const settings = {
    interactivity: { is_enabled: true, request_url: requestUrl },
    org_deploy_enabled: false,
    socket_mode_enabled: false,
    token_rotation_enabled: false,
  };
  return [
    '# The Slack app of Slipway: api.slack.com/apps, Create New App, From a manifest.',
    url === null ? `# Replace ${PLACEHOLDER_URL} with the address of your bot, or let` : null,
    url === null ? '#   slipway manifest --url https://your.address' : null,
    url === null ? '# do it. Then invite the bot to the channels of your products.' : null,
    stringify(parts, { lineWidth: 0 }).trimEnd(),
    'oauth_config:',
    '  scopes:',
    '    bot:',
    ...SCOPES.map(([scope, reason]) => `      - ${scope} # ${reason}`),
    stringify({ settings }, { lineWidth: 0 }),
  ]
    .filter((line) => line !== null)
    .join('\n');
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
