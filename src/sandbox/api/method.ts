import type { Problem } from '../limits/limits.ts';
import { type Fields, isFields, listOf, textOf } from '../workspace/json.ts';
import type { Channel, Content } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** One call of the Web API. */
export interface ApiCall {
  workspace: Workspace;
  args: Fields;
  /** Address of the workspace, without a trailing slash. */
  url: string;
}

/** Returns the fields of the answer besides `ok: true`. Throws `SlackError` for a refusal. */
export type ApiMethod = (call: ApiCall) => Fields;

/** Slack's answer `ok: false` with an error code. */
export class SlackError extends Error {
  readonly code: string;
  /** Messages with the place of each error, for `response_metadata.messages`. */
  readonly details: readonly string[];
  /** Further fields of the answer. */
  readonly more: Fields;

  constructor(code: string, details: readonly string[] = [], more: Fields = {}) {
    super(code);
    this.code = code;
    this.details = details;
    this.more = more;
  }
}

/** Throws `SlackError` when there are problems. */
export function refuse(problems: readonly Problem[]): void {
  const [first] = problems;
  if (!first) return;
  throw new SlackError(
    first.error,
    problems.map((each) => `[ERROR] ${each.message}`),
  );
}

/** Where a new message goes: a channel's id or name, or a person's id for their direct messages. */
export function addressOf(call: ApiCall): Channel {
  const { workspace, args } = call;
  const channel = workspace.channel(textOf(args.channel));
  if (workspace.person(textOf(args.channel))?.isBot) throw new SlackError('cannot_dm_bot');
  if (!channel || isHidden(channel)) throw new SlackError('channel_not_found');
  return writable(call, channel);
}

/**
 * Checks that the bot may post there: it must be in the channel, the channel not archived, and the person not
 * deactivated.
 */
function writable({ workspace }: ApiCall, channel: Channel): Channel {
  const person = channel.directWith === null ? undefined : workspace.person(channel.directWith);
  if (person?.deleted) throw new SlackError('account_inactive');
  if (person && !workspace.app.messagesTab) throw new SlackError('messages_tab_disabled');
  if (channel.archived) throw new SlackError('is_archived');
  if (!channel.joined) throw new SlackError('not_in_channel');
  return channel;
}

/** All other methods accept only ids. */
export function channelOf({ workspace, args }: ApiCall): Channel {
  const channel = workspace.channels().find(({ id }) => id === args.channel);
  if (!channel || isHidden(channel)) throw new SlackError('channel_not_found');
  return channel;
}

/** A private channel exists only for those who are in it. */
export function isHidden(channel: Channel): boolean {
  return channel.isPrivate && !channel.joined;
}

/** The content of a message in the arguments of a call. Missing parts are empty. */
export function contentOf(args: Fields): Content {
  return {
    text: textOf(args.text),
    blocks: listOf(args.blocks),
    metadata: isFields(args.metadata) ? args.metadata : null,
  };
}

/** Forms send `true` as text. */
export function flagOf(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}

/** One page of a list. `standard`: page size when none is given. `next`: cursor of the next page; empty: none. */
export function pageOf<T>(list: readonly T[], args: Fields, standard: number): { page: T[]; next: string } {
  const limit = Math.min(Math.max(Number(args.limit) || standard, 1), 1000);
  const start = args.cursor ? Number(Buffer.from(textOf(args.cursor), 'base64').toString()) : 0;
  if (!Number.isInteger(start)) throw new SlackError('invalid_cursor');
  const end = start + limit;
  const next = end < list.length ? Buffer.from(String(end)).toString('base64') : '';
  return { page: list.slice(start, end), next };
}
