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
  /** The id behind `#name`. */
  channel(name: string): Promise<string>;
  /** The id of the conversation with one person alone, by their id. */
  direct(person: string): Promise<string>;
  post(
    channel: string,
    message: Message,
    mark: Mark,
    thread?: { ts: string; broadcast: boolean },
  ): Promise<Posted>;
  update(posted: Posted, message: Message, mark: Mark): Promise<void>;
  /** Our own posts of this card since `sinceMs`, in the channel or in a thread, oldest first. */
  find(channel: string, card: string, sinceMs: number, threadTs?: string): Promise<Found[]>;
  remove(posted: Posted): Promise<void>;
  permalink(posted: Posted): Promise<string>;
  /** Slack's id of the group, for a mention. `handle`: with `@`. */
  groupId(handle: string): Promise<string>;
}

/** Slack, or the way to it, said no. */
export class ChatError extends Error {
  /**
   * 'later': asked to wait `retryAfterMs`. 'final': it will never work (`channel_not_found`, `is_archived`, …).
   * 'unknown': failed or no answer; it may or may not have happened.
   */
  readonly kind: 'later' | 'final' | 'unknown';
  readonly retryAfterMs: number;

  constructor(
    kind: 'later' | 'final' | 'unknown',
    message: string,
    retryAfterMs = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ChatError';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}
