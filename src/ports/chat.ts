import type { KnownBlock } from '@slack/types';

/** A message as Slack takes it: `text` is the notification and what a screen reader reads. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** Marks a post as ours, so that it can be found again. Everyone can read it: ids only. */
export interface Mark {
  /** Id of the card. */
  card: string;
  /** Id of the thread reply; absent: the card itself. */
  reply?: string;
}

/** Where a message is. */
export interface Posted {
  /** Slack's channel id. */
  channel: string;
  ts: string;
}

/** A message of ours as it is found again. */
export interface Found extends Posted {
  mark: Mark;
}

/** A channel as Slack knows it now. */
export interface ChannelInfo {
  id: string;
  /** With `#`. */
  name: string;
  archived: boolean;
  /** The bot is in it. */
  joined: boolean;
}

/** A person as Slack knows them now. */
export interface MemberInfo {
  id: string;
  name: string;
  /** True only of a full, active, human member of our workspace (RULES 24); what Slack leaves open is no. */
  member: boolean;
  /** null: Slack does not tell it. */
  email: string | null;
}

/** Who people are: all that the rules ask Slack. Every method throws `ChatError`. */
export interface People {
  /** `from`: workspaces that the person's request says it comes from; of a stranger's it is no member's. */
  member(id: string, from?: readonly string[]): Promise<MemberInfo>;
  /** Whether this e-mail address, in lower case, is a member's. */
  isAddressOfMember(email: string): Promise<boolean>;
  /** User ids of the members who are in the group now, at most a minute old. `handle`: with `@`. */
  groupMembers(handle: string): Promise<readonly string[]>;
}

/**
 * The chat, as the flow needs it. Every method throws `ChatError`; a lookup that fails is an error, never a "no"
 * and never a "yes".
 */
export interface Chat extends People {
  /** Asks whether the chat takes what this process says at all. */
  check(): Promise<void>;
  /**
   * What a channel is now, by `#name` or id; null: the app sees none. `kept`: the id that the name once stood for, which is
   * the channel where nothing bears the name any more.
   */
  lookUp(which: string, kept: string | null): Promise<ChannelInfo | null>;
  /** The id of a channel that was looked up before; null: it was not, or is not there. */
  knownChannel(which: string): string | null;
  /** The id of a channel, by `#name` or id; it is looked up where it is not known. */
  channel(which: string, kept?: string | null): Promise<string>;
  /** The id of the conversation with one person alone, by their id. */
  direct(person: string): Promise<string>;
  /** `channel`: its id, or a person's id for the conversation with them alone. A message without blocks is its text. */
  post(
    channel: string,
    message: Message,
    mark: Mark,
    thread?: { ts: string; broadcast: boolean },
  ): Promise<Posted>;
  update(posted: Posted, message: Message, mark: Mark): Promise<void>;
  /**
   * Our own posts of this card since `sinceMs`, in the channel or in a thread, oldest first. What others posted is none of
   * them, whatever mark it bears.
   */
  find(channel: string, card: string, sinceMs: number, threadTs?: string): Promise<Found[]>;
  remove(posted: Posted): Promise<void>;
  permalink(posted: Posted): Promise<string>;
  /** IANA name of a person's time zone; null: it is not told, or none that we know. */
  timezone(person: string): Promise<string | null>;
  /** Slack's id of the group, for a mention. `handle`: with `@`. */
  groupId(handle: string): Promise<string>;
}

/** Who must act before a call that did not succeed can succeed. */
export type ChatFault =
  /** This process may not: its token, one of its scopes (null: Slack did not name it), or a rule of the workspace. */
  | { at: 'process'; how: 'token' | 'workspace' }
  | { at: 'process'; how: 'scope'; scope: string | null }
  /** The channel is archived, not joined, not there, or closed to posts. */
  | { at: 'channel' }
  /** The person cannot be written to. */
  | { at: 'person' }
  /** The message or its thread: not there any more, or there and not to be changed. */
  | { at: 'message'; how: 'gone' | 'fixed' }
  /** What we sent is not what Slack takes: a fault of Slipway. */
  | { at: 'request' }
  /** Slack or the way to it: time alone. */
  | { at: 'slack' };

interface ChatErrorOptions extends ErrorOptions {
  fault?: ChatFault;
  /** What Slack answered; absent: nothing that can be named. */
  code?: string;
}

/** Slack, or the way to it, said no. */
export class ChatError extends Error {
  /**
   * 'later': asked to wait `retryAfterMs`. 'final': refused, so that nothing happened, until somebody acts (`fault` says who).
   * 'unknown': failed or no answer; it may or may not have happened.
   */
  readonly kind: 'later' | 'final' | 'unknown';
  readonly retryAfterMs: number;
  readonly fault: ChatFault;
  readonly code: string | null;

  constructor(
    kind: 'later' | 'final' | 'unknown',
    message: string,
    retryAfterMs = 0,
    { fault, code, ...options }: ChatErrorOptions = {},
  ) {
    super(message, options);
    this.name = 'ChatError';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.fault = fault ?? (kind === 'final' ? { at: 'request' } : { at: 'slack' });
    this.code = code ?? null;
  }
}
