import { type Card, isGivenUp } from '../../documents/card.ts';
import type { CardCommand } from '../../documents/commands/card.ts';
import type { Answer, Decision } from '../../documents/document.ts';
import type { Refusal } from '../../documents/refusal.ts';
import type { CardSubject } from '../../documents/values/card-subject.ts';
import { CARD_DOUBT_MS, CARD_PROGRESS_MS, isDuplicateSearchDue, wakeCard } from '../../gates/wake.ts';
import { documentTime, finish } from '../shared/finish.ts';

/** How many posted replies a card remembers, so that a command delivered twice posts once. */
const REPLIED_KEPT = 50;

/** After a restart, waits for earlier failures are cut to this length. */
const LONGEST_WAIT_MS = 60_000;

const ACCEPTED: Answer = { kind: 'accepted' };

function refused(refusal: Refusal): Answer {
  return { kind: 'refused', refusal };
}

/** What a card is decided from, beside its document. */
export interface CardContext {
  /** The shared lease clock, because claims are leases (see `leaseNow`). */
  now: number;
  /** How long a progress update waits after the last edit; absent: `CARD_PROGRESS_MS`. */
  progressMs?: number;
  /** How long a call without an answer may still take effect; absent: `CARD_DOUBT_MS`. */
  doubtMs?: number;
}

/** The context with the defaults filled in. */
type At = Required<CardContext>;

/** Decides a card. One worker posts at a time, each reply is posted once, and the last state is never dropped. */
export function decideCard(before: Card, command: CardCommand, context: CardContext): Decision<Card> {
  const { progressMs = CARD_PROGRESS_MS, doubtMs = CARD_DOUBT_MS } = context;
  const { now } = context;
  const card = structuredClone(before);
  const answer = handle(card, command, { now, progressMs, doubtMs });
  const wake = (next: Card) => wakeCard(next, progressMs);
  return finish(before, card, command, { answer, effects: [], at: documentTime(before, now), wake });
}

function handle(card: Card, command: CardCommand, at: At): Answer {
  const { now } = at;
  switch (command.type) {
    case 'show':
      return show(card, command);
    case 'reply':
      if (card.replied.includes(command.reply.id)) return ACCEPTED;
      if (card.replies.some((reply) => reply.id === command.reply.id)) return ACCEPTED;
      card.product = command.product;
      card.subject = nextSubject(card, command.subject);
      card.replies.push(command.reply);
      tryAgain(card);
      // A thread needs a posted card first.
      if (card.ts === null && card.wanted === card.shown) card.wanted += 1;
      return ACCEPTED;
    case 'claimCard':
      return claim(card, command, at);
    case 'cardShown':
      if (!isClaimedBy(card, command.worker)) return refused({ rule: 'claimed', until: now });
      card.claim = { worker: command.worker, until: command.until };
      if (card.ts === null) doubt(card, at);
      else card.anew = 0;
      card.shown = Math.max(card.shown, command.wanted);
      card.shownAt = now;
      card.ts = command.ts;
      card.channel = command.channel;
      delivered(card);
      // Do not reset `claims`: what an earlier claim left in doubt may be the first reply instead of the card.
      letGoWhenDone(card);
      return ACCEPTED;
    case 'replied':
      if (!isClaimedBy(card, command.worker)) return refused({ rule: 'claimed', until: now });
      card.claim = { worker: command.worker, until: command.until };
      card.replies = card.replies.filter((reply) => reply.id !== command.reply);
      card.replied = [...card.replied, command.reply].slice(-REPLIED_KEPT);
      delivered(card);
      doubt(card, at);
      card.claims = 1;
      letGoWhenDone(card);
      return ACCEPTED;
    case 'cardDeferred':
      if (!isClaimedBy(card, command.worker)) return ACCEPTED;
      card.notBefore = command.until;
      if (command.failed || command.why) card.failures += 1;
      // A plain deferral or a refusal by Slack has posted nothing, so this claim leaves nothing in doubt.
      if (!command.failed) card.claims -= 1;
      if (command.why) {
        card.undeliverable = command.why.reason;
        card.fault = command.why.fault;
      }
      card.claim = null;
      return ACCEPTED;
    case 'cardLeftOut':
      if (!isClaimedBy(card, command.worker)) return refused({ rule: 'claimed', until: now });
      card.shown = Math.max(card.shown, command.wanted);
      card.replied = [...card.replied, ...card.replies.map(({ id }) => id)].slice(-REPLIED_KEPT);
      card.replies = [];
      letGoWhenDone(card);
      return ACCEPTED;
    case 'cardUndeliverable':
      if (!isClaimedBy(card, command.worker)) return ACCEPTED;
      card.undeliverable = command.reason;
      card.fault = command.fault;
      card.claim = null;
      return ACCEPTED;
    case 'cardGone':
      if (!isClaimedBy(card, command.worker)) return refused({ rule: 'claimed', until: now });
      if (card.ts !== command.ts) return ACCEPTED;
      card.ts = null;
      card.channel = null;
      card.anew = (card.anew ?? 0) + 1;
      card.wanted = Math.max(card.wanted, card.shown + 1);
      card.progressOnly = false;
      return ACCEPTED;
    case 'releaseCard':
      if (isClaimedBy(card, command.worker)) letGo(card);
      return ACCEPTED;
    case 'cardLookedThrough':
      if (!isClaimedBy(card, command.worker)) return refused({ rule: 'claimed', until: now });
      if (isDuplicateSearchDue(card, now)) card.doubtUntil = null;
      letGoWhenDone(card);
      return ACCEPTED;
    case 'workersGone':
      if (card.claim && card.claim.worker !== command.except) card.claim = null;
      // Cut waits that were started by a clock that was ahead.
      card.notBefore = Math.min(card.notBefore, now + LONGEST_WAIT_MS);
      if (card.doubtUntil !== null) card.doubtUntil = Math.min(card.doubtUntil, now + at.doubtMs);
      return ACCEPTED;
    case 'deliverAgain':
      // The recipient cannot be reached any more: that is final.
      if (card.fault === 'person') return ACCEPTED;
      card.undeliverable = null;
      card.fault = null;
      card.notBefore = 0;
      return ACCEPTED;
    case 'carried':
      return ACCEPTED;
    default:
      return command satisfies never;
  }
}

/**
 * The card of a push becomes the card of its release and stays that. Later messages about the push do not change it back.
 */
function nextSubject(card: Card, subject: CardSubject): CardSubject {
  return card.subject.kind === 'release' && subject.kind === 'push' ? card.subject : subject;
}

function show(card: Card, command: Extract<CardCommand, { type: 'show' }>): Answer {
  if (card.revision === 0 && command.subject === null) return refused({ rule: 'nothingToDo' });
  const upToDate = card.wanted === card.shown;
  card.progressOnly = command.progress && (upToDate || card.progressOnly);
  card.product = command.product;
  if (command.subject) card.subject = nextSubject(card, command.subject);
  card.wanted += 1;
  if (command.quietUntil !== undefined && card.ts === null) {
    card.inBurst = true;
    card.notBefore = Math.max(card.notBefore, command.quietUntil);
  }
  if (!command.progress) tryAgain(card);
  return ACCEPTED;
}

/**
 * A post that Slack refused is retried when the card's content changes. Progress does not count, or it would retry
 * endlessly.
 */
function tryAgain(card: Card): void {
  if (card.fault != null && card.fault !== 'slack' && !isGivenUp(card)) card.notBefore = 0;
}

function delivered(card: Card): void {
  card.failures = 0;
  card.undeliverable = null;
  card.fault = null;
}

function claim(card: Card, command: Extract<CardCommand, { type: 'claimCard' }>, at: At): Answer {
  const { now, progressMs } = at;
  const wake = wakeCard(card, progressMs);
  if (wake === null) return refused({ rule: 'nothingToDo' });
  if (wake > now) return refused({ rule: 'claimed', until: wake });
  card.claim = { worker: command.worker, until: command.until };
  card.claims += 1;
  return ACCEPTED;
}

/** Posted while an earlier claim may have posted too: its call may still take effect. */
function doubt(card: Card, { now, doubtMs }: At): void {
  if (card.claims > 1) card.doubtUntil = now + doubtMs;
}

function letGo(card: Card): void {
  card.claim = null;
  card.claims = 0;
}

/** A worker that has posted everything gives up its claim in the same write. */
function letGoWhenDone(card: Card): void {
  if (card.wanted <= card.shown && card.replies.length === 0) letGo(card);
}

function isClaimedBy(card: Card, worker: string): boolean {
  return card.claim?.worker === worker;
}
