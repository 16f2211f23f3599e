import { type Aggregate, newAggregate } from './document.ts';
import type { CardFault, CardSubject } from './values/card-subject.ts';
import type { Reply } from './values/replies.ts';

/** One card and the thread below it. The document works as an outbox, so that each post happens once. */
export interface Card extends Aggregate {
  subject: CardSubject;
  /** Slack's timestamp of the post; null: not posted yet. */
  ts: string | null;
  /** Slack's channel id it was posted in; null: not posted yet. */
  channel: string | null;
  /** Counts the changes of what the card shows. */
  wanted: number;
  /** The change that the post shows. */
  shown: number;
  /** When the post was last written. Progress edits wait for an interval after it. */
  shownAt: number;
  /** True: only progress has changed since the post was written; such edits may wait. */
  progressOnly: boolean;
  /** Thread replies not posted yet, oldest first. */
  replies: Reply[];
  /** Ids of the replies posted last, so that a command delivered twice posts once. */
  replied: string[];
  /** The worker that posts now, and when its claim ends; null: none. */
  claim: { worker: string; until: number } | null;
  /**
   * Claims since nothing was in doubt. With more than one, an earlier claim may have posted already, so its post is
   * searched for.
   */
  claims: number;
  /**
   * How many times in a row the card was posted again because its post was gone, without an edit in between. Absent:
   * never.
   */
  anew?: number | undefined;
  /**
   * Until then, a call without an answer may still make a second post. At that time second posts are searched for and
   * removed (RULES 23). null: nothing is in doubt.
   */
  doubtUntil: number | null;
  /** Its push came shortly after another one: it is not posted if it was overtaken by then. Absent: it did not. */
  inBurst?: true | undefined;
  /**
   * Nothing is posted before this time, because Slack asked to wait or a call failed. 0: no wait. Milliseconds since the
   * epoch.
   */
  notBefore: number;
  /** Number of failures in a row. */
  failures: number;
  /** Why the card is not delivered, as `status` shows it; null: it is delivered, as far as is known. */
  undeliverable: string | null;
  /** Who must act before it can be delivered; null: nobody. Absent: written before faults were recorded. */
  fault?: CardFault | null | undefined;
}

/** True: delivery is not retried automatically. */
export function isGivenUp(card: Card): boolean {
  if (card.undeliverable === null) return false;
  return card.fault == null || card.fault === 'person' || card.fault === 'subject';
}

/** A card that nobody has requested yet. */
export function newCard(id: string, product: string, subject: CardSubject): Card {
  return {
    ...newAggregate(id, product),
    subject,
    ts: null,
    channel: null,
    wanted: 0,
    shown: 0,
    shownAt: 0,
    progressOnly: false,
    replies: [],
    replied: [],
    claim: null,
    claims: 0,
    doubtUntil: null,
    notBefore: 0,
    failures: 0,
    undeliverable: null,
    fault: null,
  };
}
