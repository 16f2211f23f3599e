import type { KnownBlock } from '@slack/types';

/** A message as Slack takes it. `text` is the notification, and what a screen reader reads. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** Marks a post as ours, so that it can be found again. Everybody can read it, so it contains ids only. */
export interface Mark {
  /** Id of the card. */
  card: string;
  /** Id of the thread reply; absent: the card itself. */
  reply?: string;
}

/** The position of a message. */
export interface Posted {
  /** Slack's channel id. */
  channel: string;
  ts: string;
}

/** A message of ours that was found again by its mark. */
export interface Found extends Posted {
  mark: Mark;
}

/** A channel as Slack knows it now. */
export interface ChannelInfo {
  id: string;
  /** With `#`. */
  name: string;
  archived: boolean;
  /** True: the bot is a member. */
  joined: boolean;
}

/** A person as Slack knows them now. */
export interface MemberInfo {
  id: string;
  name: string;
  /**
   * True only for a full, active, human member of our workspace (RULES 24); anything that Slack leaves open counts as
   * false.
   */
  member: boolean;
  /** null: Slack does not show it. */
  email: string | null;
}

/** Who people are: everything that the rules ask Slack. Every method throws `ChatError`. */
export interface People {
  /** `from`: the workspaces named by the person's request; if one is not ours, the person is no member. */
  member(id: string, from?: readonly string[]): Promise<MemberInfo>;
  /** True: this e-mail address, in lower case, belongs to a member. */
  isAddressOfMember(email: string): Promise<boolean>;
  /** User ids of the group's present members, at most a minute old. `handle`: with `@`. */
  groupMembers(handle: string): Promise<readonly string[]>;
}

/** The chat, as the flow needs it. Every method throws `ChatError`. A lookup that fails is an error, never a decision. */
export interface Chat extends People {
  /** Asks whether the chat accepts calls from this process at all. */
  check(): Promise<void>;
  /** User id of the app itself. */
  self(): Promise<string>;
  /**
   * Looks up a channel by `#name` or id; null: the app sees none. `kept`: the id that the name once had, used when no
   * channel has that name any more.
   */
  lookUp(which: string, kept: string | null): Promise<ChannelInfo | null>;
  /** The id of a channel that was looked up before; null: it was not, or it does not exist. */
  knownChannel(which: string): string | null;
  /** The id of a channel, by `#name` or id; looked up if unknown. `kept`: as for `lookUp`. */
  channel(which: string, kept?: string | null): Promise<string>;
  /** The id of the direct conversation with a person, by their user id. */
  direct(person: string): Promise<string>;
  /** `channel`: a channel id, or a user id for a direct message. A message without blocks shows its text. */
  post(
    channel: string,
    message: Message,
    mark: Mark,
    thread?: { ts: string; broadcast: boolean },
  ): Promise<Posted>;
  update(posted: Posted, message: Message, mark: Mark): Promise<void>;
  /**
   * Our own posts of this card since `sinceMs`, in the channel or in a thread, oldest first. Posts by others are left
   * out, whatever mark they carry.
   */
  find(channel: string, card: string, sinceMs: number, threadTs?: string): Promise<Found[]>;
  remove(posted: Posted): Promise<void>;
  permalink(posted: Posted): Promise<string>;
  /** Ids of the channels that a person is in, as far as the app sees them; at most a minute old. */
  channelsOf(person: string): Promise<readonly string[]>;
  /** Shows the Home tab to a person, by their user id. */
  publishHome(person: string, blocks: KnownBlock[]): Promise<void>;
  /** IANA name of a person's time zone; null: Slack does not give it, or it is unknown. */
  timezone(person: string): Promise<string | null>;
  /** Slack's id of the group, for a mention. `handle`: with `@`. */
  groupId(handle: string): Promise<string>;
}

/** Who must act before a failed call can succeed. */
export type ChatFault =
  /** This process may not: its token, one of its scopes (null: Slack did not name it), or a rule of the workspace. */
  | { at: 'process'; how: 'token' | 'workspace' }
  | { at: 'process'; how: 'scope'; scope: string | null }
  /** The channel is archived, not joined, missing, or closed to posts. */
  | { at: 'channel' }
  /** The person cannot be written to. */
  | { at: 'person' }
  /** The message or its thread no longer exists, or exists and cannot be changed. */
  | { at: 'message'; how: 'gone' | 'fixed' }
  /** Slack does not accept the content of the call: a defect of Slipway. */
  | { at: 'request' }
  /** Slack or the network failed: nobody must act, only time helps. */
  | { at: 'slack' };

interface ChatErrorOptions extends ErrorOptions {
  fault?: ChatFault;
  /** The error code that Slack answered; absent: none. */
  code?: string;
}

/** Slack refused a call, or could not be reached. */
export class ChatError extends Error {
  /**
   * 'later': Slack asked to wait `retryAfterMs`. 'final': refused, so nothing happened, until somebody acts (`fault` says
   * who). 'unknown': failed or not answered; it may or may not have happened.
   */
  readonly kind: 'later' | 'final' | 'unknown';
  /** How long Slack asked to wait; 0: it did not. */
  readonly retryAfterMs: number;
  readonly fault: ChatFault;
  /** The error code that Slack answered; null: none. */
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
