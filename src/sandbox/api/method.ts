import type { Problem } from '../limits/limits.ts';
import { type Fields, isFields, listOf, textOf } from '../workspace/json.ts';
import type { Channel, Content, Workspace } from '../workspace/workspace.ts';

export interface ApiCall {
  workspace: Workspace;
  args: Fields;
  /** Where the workspace is reached, without a slash at its end. */
  url: string;
}

/** What goes into the answer beside `ok: true`; a refusal is thrown as `SlackError`. */
export type ApiMethod = (call: ApiCall) => Fields;

/** Slack answered `ok: false`. */
export class SlackError extends Error {
  readonly code: string;
  /** What is wrong where, for `response_metadata.messages`. */
  readonly details: readonly string[];

  constructor(code: string, details: readonly string[] = []) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** Throws when a limit was broken. */
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
  if (!channel) throw new SlackError('channel_not_found');
  return writable(call, channel);
}

/** Where the bot may post: not in an archived channel, none that it is not in, and to nobody whose account is off. */
function writable({ workspace }: ApiCall, channel: Channel): Channel {
  const person = channel.directWith === null ? undefined : workspace.person(channel.directWith);
  if (person?.deleted) throw new SlackError('account_inactive');
  if (channel.archived) throw new SlackError('is_archived');
  if (!channel.joined) throw new SlackError('not_in_channel');
  return channel;
}

/** Everywhere else only an id will do. */
export function channelOf({ workspace, args }: ApiCall): Channel {
  const channel = workspace.channels().find(({ id }) => id === args.channel);
  if (!channel) throw new SlackError('channel_not_found');
  return channel;
}

export function contentOf(args: Fields): Content {
  return {
    text: textOf(args.text),
    blocks: listOf(args.blocks),
    metadata: isFields(args.metadata) ? args.metadata : null,
  };
}

/** A form sends `true` as a word. */
export function flagOf(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}

/** One page of a list. The cursor says where the next one starts. */
export function pageOf<T>(list: readonly T[], args: Fields, standard: number): { page: T[]; next: string } {
  const limit = Math.min(Math.max(Number(args.limit) || standard, 1), 1000);
  const start = args.cursor ? Number(Buffer.from(textOf(args.cursor), 'base64').toString()) : 0;
  if (!Number.isInteger(start)) throw new SlackError('invalid_cursor');
  const end = start + limit;
  const next = end < list.length ? Buffer.from(String(end)).toString('base64') : '';
  return { page: list.slice(start, end), next };
}
