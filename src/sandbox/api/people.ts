import { textOf } from '../workspace/json.ts';
import type { Person } from '../workspace/types.ts';
import { personJson } from '../workspace/wire.ts';
import { type ApiMethod, flagOf, pageOf, SlackError } from './method.ts';

/** When a disabled group was disabled, in seconds since the epoch. */
const DISABLED_AT = 1_700_000_000;

const authTest: ApiMethod = ({ workspace, url }) => ({
  url: `${url}/`,
  team: workspace.team.name,
  team_id: workspace.team.id,
  user: workspace.bot.name.toLowerCase(),
  user_id: workspace.bot.userId,
  bot_id: workspace.bot.botId,
  ...(workspace.enterprise === null ? {} : { enterprise_id: workspace.enterprise }),
  is_enterprise_install: false,
});

const info: ApiMethod = ({ workspace, args }) => {
  const person = workspace.person(textOf(args.user));
  if (!person) throw new SlackError('user_not_found');
  return { user: personJson(workspace, person) };
};

/** Finds no people of other companies and no deactivated accounts, like Slack. */
const lookupByEmail: ApiMethod = ({ workspace, args }) => {
  const email = textOf(args.email).toLowerCase();
  if (!email) throw new SlackError('invalid_arguments', ['[ERROR] missing required field: email']);
  const ours = (one: Person) => one.team === workspace.team.id || one.gridTeams !== null;
  const found = workspace
    .people()
    .find((one) => one.email?.toLowerCase() === email && ours(one) && !one.deleted);
  if (!found) throw new SlackError('users_not_found');
  return { user: personJson(workspace, found) };
};

const list: ApiMethod = ({ workspace, args }) => {
  const { page, next } = pageOf(workspace.people(), args, 200);
  return {
    members: page.map((each) => personJson(workspace, each)),
    response_metadata: { next_cursor: next },
  };
};

/** Members, their count, and disabled groups are included only on request. */
const groups: ApiMethod = ({ workspace, args }) => ({
  usergroups: workspace.userGroups
    .filter(({ disabled }) => !disabled || flagOf(args.include_disabled))
    .map(({ id, handle, name, members, disabled }) => ({
      id,
      team_id: workspace.team.id,
      is_usergroup: true,
      is_subteam: true,
      handle,
      name,
      description: '',
      date_delete: disabled ? DISABLED_AT : 0,
      ...(flagOf(args.include_count) ? { user_count: members.length } : {}),
      ...(flagOf(args.include_users) ? { users: [...members] } : {}),
    })),
});

const groupUsers: ApiMethod = ({ workspace, args }) => {
  if (!textOf(args.usergroup))
    throw new SlackError('invalid_arguments', ['[ERROR] missing required field: usergroup']);
  const group = workspace.userGroups.find((each) => each.id === args.usergroup);
  if (!group) throw new SlackError('no_such_subteam');
  return { users: [...group.members] };
};

const botInfo: ApiMethod = ({ workspace, args }) => {
  const { bot } = workspace;
  if (textOf(args.bot) !== bot.botId) throw new SlackError('bot_not_found');
  const { botId: id, appId: app_id, userId: user_id, name } = bot;
  return { bot: { id, app_id, user_id, name, deleted: false } };
};

export const PEOPLE = {
  'bots.info': botInfo,
  'auth.test': authTest,
  'users.info': info,
  'users.lookupByEmail': lookupByEmail,
  'users.list': list,
  'usergroups.list': groups,
  'usergroups.users.list': groupUsers,
} as const satisfies Record<string, ApiMethod>;
