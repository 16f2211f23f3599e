import type { Fields } from './json.ts';
import type { OpenView } from './modals.ts';
import type { Channel, Person, StoredMessage } from './types.ts';
import type { Workspace } from './workspace.ts';

/** A message in Slack's format. */
export function messageJson(workspace: Workspace, message: StoredMessage, withMetadata: boolean): Fields {
  const { bot, team } = workspace;
  const replies = workspace.replies(message.channel, message.ts);
  const isBot = message.user === bot.userId;
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ...(isBot ? { bot_id: bot.botId, app_id: bot.appId } : {}),
    team: team.id,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.edited ? { edited: { user: message.user, ts: message.edited } } : {}),
    ...(replies.length > 0
      ? { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }
      : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** `values`: the values entered so far. */
export function viewJson(workspace: Workspace, open: OpenView, values: Fields = {}): Fields {
  const { bot, team } = workspace;
  const { view } = open;
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    close: null,
    submit: null,
    clear_on_close: false,
    notify_on_close: false,
    ...view,
    id: open.id,
    team_id: team.id,
    app_id: bot.appId,
    app_installed_team_id: team.id,
    bot_id: bot.botId,
    hash: open.hash,
    root_view_id: open.rootId,
    previous_view_id: open.previousId,
    state: { values },
  };
}

/** A user in Slack's format. */
export function personJson(workspace: Workspace, person: Person): Fields {
  const { id, name, realName } = person;
  return {
    id,
    team_id: person.team,
    name: name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '.'),
    real_name: realName,
    deleted: person.deleted,
    is_bot: person.isBot,
    is_restricted: person.isRestricted,
    is_ultra_restricted: person.isUltraRestricted,
    is_app_user: false,
    ...strangerOf(workspace, person),
    ...(person.isInvited ? { is_invited_user: true } : {}),
    ...(person.isWorkflowBot ? { is_workflow_bot: true } : {}),
    ...(person.gridTeams === null ? {} : { enterprise_user: enterpriseUser(workspace, person) }),
    tz: person.timezone,
    profile: {
      real_name: realName,
      display_name: name,
      ...(person.email === null || !readsEmail(workspace) ? {} : { email: person.email }),
      ...(person.isBot ? { bot_id: workspace.bot.botId, api_app_id: workspace.bot.appId } : {}),
    },
  };
}

function readsEmail({ app }: Workspace): boolean {
  return app.scopes === null || app.scopes.includes('users:read.email');
}

/**
 * Slack sends `is_stranger: false` for people of other workspaces who share a channel with the app. It does not make
 * them members.
 */
function strangerOf({ team }: Workspace, person: Person): Fields {
  return person.team === team.id ? {} : { is_stranger: false };
}

function enterpriseUser({ enterprise }: Workspace, { id, gridTeams }: Person): Fields {
  return {
    id,
    enterprise_id: enterprise,
    enterprise_name: 'Grid',
    is_admin: false,
    is_owner: false,
    teams: gridTeams,
  };
}

/** A conversation in Slack's format. */
export function channelJson(channel: Channel): Fields {
  if (channel.directWith !== null) {
    return { id: channel.id, is_im: true, is_channel: false, user: channel.directWith, is_archived: false };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate,
    is_im: false,
    is_private: channel.isPrivate,
    is_archived: channel.archived,
    is_member: channel.joined && !channel.archived,
  };
}
