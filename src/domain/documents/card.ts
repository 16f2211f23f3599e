import type { CardFault, CardSubject } from './card-subject.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { Reply } from './replies.ts';

/** One card and the thread below it: the outbox that makes each post happen once. */
export interface Card extends Aggregate {
  subject: CardSubject;
  /** Slack's timestamp of the post; null: not posted yet. */
  ts: string | null;
  /** Slack's channel id it was posted in; null: not posted yet. */
  channel: string | null;
  /** Counts changes of what it shows. */
  wanted: number;
  /** Which of these the post shows. */
  shown: number;
  /** When the post was last written. Progress edits wait for their interval. */
  shownAt: number;
  /** True: what changed since is progress only; settled states go first. */
  progressOnly: boolean;
  /** Thread replies not posted yet, oldest first. */
  replies: Reply[];
  /** Ids of the last replies posted, so that a command heard twice posts once. */
  replied: string[];
  /** Who posts now. */
  claim: { worker: string; until: number } | null;
  /** Claims since nothing was in doubt: more than one, and the first post of this one may have happened; it is looked for. */
  claims: number;
  /** How often in a row it was posted anew, as its post was gone, and not edited since. Absent: never. */
  anew?: number | undefined;
  /**
   * Until then a post that nobody answered may still appear beside the one that was made in its place; then it is looked for, and
   * goes (RULES 23). null: nothing is in doubt.
   */
  doubtUntil: number | null;
  /** Not before this time, as Slack asked or after a failure. 0: at once. */
  notBefore: number;
  /** Failures in a row. */
  failures: number;
  /** Why this is not delivered, as `status` says it; null: it is, as far as we know. */
  undeliverable: string | null;
  /** Whose fault that is; null: nobody's. Absent: written before faults were recorded. */
  fault?: CardFault | null | undefined;
}

/** It is not tried again by itself. */
export function isGivenUp(card: Card): boolean {
  if (card.undeliverable === null) return false;
  return card.fault == null || card.fault === 'person' || card.fault === 'subject';
}

/** A card that nobody has asked for yet. */
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
