import { checkMessage } from '../limits/limits.ts';
import { textOf } from '../workspace/json.ts';
import type { StoredMessage } from '../workspace/types.ts';
import { messageJson } from '../workspace/wire.ts';
import {
  type ApiCall,
  type ApiMethod,
  addressOf,
  channelOf,
  contentOf,
  flagOf,
  refuse,
  SlackError,
} from './method.ts';

/** The message to change. Ephemeral messages cannot be found through the API. */
function messageOf(call: ApiCall, ts: unknown): StoredMessage {
  const message = call.workspace.message(channelOf(call).id, textOf(ts));
  if (!message || message.onlyFor !== null) throw new SlackError('message_not_found');
  return message;
}

/** The thread to post to. null: none. The timestamp of a reply stands for its thread. */
function threadOf(call: ApiCall): string | null {
  const { workspace, args } = call;
  if (!args.thread_ts) return null;
  const parent = workspace.message(addressOf(call).id, textOf(args.thread_ts));
  if (!parent || parent.onlyFor !== null) throw new SlackError('thread_not_found');
  return parent.threadTs ?? parent.ts;
}

const post: ApiMethod = (call) => {
  const { workspace, args } = call;
  const channel = addressOf(call);
  refuse(checkMessage(args, workspace.refusedBlocks));
  const ts = threadOf(call);
  const thread = ts === null ? null : { ts, broadcast: flagOf(args.reply_broadcast) };
  const message = workspace.post(channel.id, workspace.bot.userId, contentOf(args), thread);
  return { channel: channel.id, ts: message.ts, message: messageJson(workspace, message, true) };
};

/** Omitted metadata stays. New text without blocks removes the blocks. */
const update: ApiMethod = (call) => {
  const { workspace, args } = call;
  const message = messageOf(call, args.ts);
  if (message.user !== workspace.bot.userId) throw new SlackError('cant_update_message');
  if (channelOf(call).archived) throw new SlackError('is_inactive');
  refuse(checkMessage(args, workspace.refusedBlocks));
  const content = contentOf(args);
  const metadata = args.metadata === undefined ? message.metadata : content.metadata;
  workspace.update(message, { ...content, metadata });
  const { channel, ts, text } = message;
  return { channel, ts, text, message: messageJson(workspace, message, true) };
};

const postEphemeral: ApiMethod = (call) => {
  const { workspace, args } = call;
  const channel = addressOf(call);
  const person = workspace.person(textOf(args.user));
  if (!person || person.deleted) throw new SlackError('user_not_in_channel');
  if (!workspace.isMember(channel, person.id)) throw new SlackError('user_not_in_channel');
  refuse(checkMessage(args, workspace.refusedBlocks));
  const { ts } = workspace.postEphemeral(person.id, channel.id, contentOf(args), threadOf(call));
  return { message_ts: ts };
};

const remove: ApiMethod = (call) => {
  const message = messageOf(call, call.args.ts);
  if (message.user !== call.workspace.bot.userId) throw new SlackError('cant_delete_message');
  call.workspace.remove(message);
  return { channel: message.channel, ts: message.ts };
};

const getPermalink: ApiMethod = (call) => {
  const { channel, ts, threadTs } = messageOf(call, call.args.message_ts);
  const thread = threadTs === null ? '' : `?thread_ts=${threadTs}&cid=${channel}`;
  return { channel, permalink: `${call.url}/archives/${channel}/p${ts.replace('.', '')}${thread}` };
};

export const CHAT = {
  'chat.postMessage': post,
  'chat.update': update,
  'chat.postEphemeral': postEphemeral,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
} as const satisfies Record<string, ApiMethod>;
