import { type Fields, textOf } from '../workspace/json.ts';
import type { Channel, StoredMessage } from '../workspace/types.ts';
import { channelJson, messageJson } from '../workspace/wire.ts';
import { type ApiCall, type ApiMethod, channelOf, flagOf, isHidden, pageOf, SlackError } from './method.ts';

/** Messages between `oldest` and `latest`, which themselves are included only with `inclusive`. */
function within(messages: StoredMessage[], args: Fields): StoredMessage[] {
  const oldest = Number(args.oldest ?? 0);
  const latest = Number(args.latest ?? Number.POSITIVE_INFINITY);
  const inclusive = flagOf(args.inclusive);
  return messages.filter(({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
}

/** The channels of a call that lists them by type. */
function listed(call: ApiCall, only: (channel: Channel) => boolean): Fields {
  const { workspace, args } = call;
  const types = (textOf(args.types) || 'public_channel').split(',').map((each) => each.trim());
  const wanted = workspace
    .channels()
    .filter((each) => types.includes(typeOf(each)) && !isHidden(each) && only(each))
    .filter((each) => !(each.archived && flagOf(args.exclude_archived)));
  const { page, next } = pageOf(wanted, args, 100);
  return { channels: page.map(channelJson), response_metadata: { next_cursor: next } };
}

function typeOf(channel: Channel): string {
  if (channel.directWith !== null) return 'im';
  return channel.isPrivate ? 'private_channel' : 'public_channel';
}

const list: ApiMethod = (call) => listed(call, () => true);

/** The channels that a person is in, or the bot. */
const ofUser: ApiMethod = (call) => {
  const { workspace, args } = call;
  const user = textOf(args.user) || workspace.bot.userId;
  if (!workspace.person(user)) throw new SlackError('user_not_found');
  return listed(call, (channel) => isIn(call, channel, user));
};

function isIn({ workspace }: ApiCall, channel: Channel, user: string): boolean {
  return user === workspace.bot.userId ? channel.joined : workspace.isMember(channel, user);
}

const members: ApiMethod = (call) => {
  const channel = channelOf(call);
  const people = call.workspace.people().filter(({ id, deleted }) => !deleted && isIn(call, channel, id));
  const { page, next } = pageOf(people, call.args, 100);
  return { members: page.map(({ id }) => id), response_metadata: { next_cursor: next } };
};

/** Bot tokens read only channels that the bot is in. */
function readable(call: ApiCall): Channel {
  const channel = channelOf(call);
  if (!channel.joined) throw new SlackError('not_in_channel');
  return channel;
}

const info: ApiMethod = (call) => ({ channel: channelJson(channelOf(call)) });

/** Newest first. Contains thread replies only if they were broadcast. */
const history: ApiMethod = (call) => {
  const { workspace, args } = call;
  const all = workspace.messages(readable(call).id);
  const shown = all.filter((each) => each.threadTs === null || each.broadcast).reverse();
  const { page, next } = pageOf(within(shown, args), args, 100);
  const withMetadata = flagOf(args.include_all_metadata);
  return {
    messages: page.map((each) => messageJson(workspace, each, withMetadata)),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  };
};

/** The thread's first message, then its replies, oldest first. */
const replies: ApiMethod = (call) => {
  const { workspace, args } = call;
  const channel = readable(call);
  const asked = workspace.message(channel.id, textOf(args.ts));
  const parent = asked?.threadTs ? workspace.message(channel.id, asked.threadTs) : asked;
  if (!parent) throw new SlackError('thread_not_found');
  const thread = [parent, ...within(workspace.replies(channel.id, parent.ts), args)];
  const { page, next } = pageOf(thread, args, 1000);
  const withMetadata = flagOf(args.include_all_metadata);
  return {
    messages: page.map((each) => messageJson(workspace, each, withMetadata)),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  };
};

/** Opens only direct messages with one person, because the bot does not write to groups. */
const open: ApiMethod = ({ workspace, args }) => {
  const user = textOf(args.users);
  if (workspace.person(user)?.isBot) throw new SlackError('cannot_dm_bot');
  const channel = workspace.channel(textOf(args.channel) || user);
  if (channel?.directWith) {
    if (workspace.person(channel.directWith)?.deleted) throw new SlackError('user_disabled');
    return { no_op: true, already_open: true, channel: channelJson(channel) };
  }
  throw new SlackError(args.channel ? 'channel_not_found' : 'user_not_found');
};

export const CONVERSATIONS = {
  'conversations.list': list,
  'conversations.info': info,
  'conversations.members': members,
  'users.conversations': ofUser,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.open': open,
} as const satisfies Record<string, ApiMethod>;
