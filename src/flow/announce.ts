import { noticeMessage } from '../chat/notices.ts';
import { pushCard } from '../chat/push-card.ts';
import { releaseCard } from '../chat/release-card.ts';
import { replyMessage } from '../chat/replies.ts';
import type { NoticeView, PushView, ReleaseView, Said } from '../chat/view.ts';
import type { Card } from '../domain/card.ts';
import type { CardCommand } from '../domain/commands.ts';
import { recipientOf } from '../domain/notice.ts';
import { ROBOT } from '../domain/people.ts';
import type { Reply } from '../domain/replies.ts';
import { isLookDue } from '../domain/wake.ts';
import { ChatError, type Mark, type Posted } from '../ports/chat.ts';
import { apply } from './apply.ts';
import { type ChatParts, NotConfigured } from './parts.ts';
import { findProduct } from './settings.ts';
import { backoff } from './timing.ts';
import { noticeView, pushView, releaseView } from './views.ts';

/** Clocks of Slack and ours may differ; an earlier post of ours is looked for from so long before the card began. */
const LOOK_BACK_MS = 24 * 3_600_000;

/** Without its `id` and `actor`, member by member of the union. */
type Told = CardCommand extends infer C ? (C extends unknown ? Omit<C, 'id' | 'actor'> : never) : never;

/**
 * Brings one card and its thread up to date. One worker at a time, claimed in the card's document; what a worker
 * posted before it died is looked for before anything is posted again, so a card is never posted twice.
 */
export async function announce(parts: ChatParts, id: string): Promise<void> {
  const claimed = await tell(parts, id, {
    type: 'claimCard',
    worker: parts.worker,
    until: parts.clock.leaseNow() + parts.timing.claimMs,
  });
  if (claimed.answer.kind === 'refused') return;
  try {
    const card = await bringUpToDate(parts, claimed.aggregate);
    if (isOurs(parts, card)) await tell(parts, id, { type: 'releaseCard', worker: parts.worker }, card);
  } catch (error) {
    await failed(parts, claimed.aggregate, error);
  }
}

function isOurs(parts: ChatParts, card: Card | null): card is Card {
  return card?.claim?.worker === parts.worker;
}

/** The card as it was last written; null: somebody else has it. */
async function bringUpToDate(parts: ChatParts, claimed: Card): Promise<Card | null> {
  let card: Card | null = claimed;
  while (isOurs(parts, card)) {
    if (isLookDue(card, parts.clock.leaseNow())) {
      card = await lookThrough(parts, card);
      continue;
    }
    const view = await viewOf(parts, card);
    if (!view) throw new ChatError('final', 'what it shows does not exist any more');
    const mustShow: boolean = card.ts === null || card.wanted > card.shown;
    // In turns, so that neither a card that keeps changing nor a long thread holds up the other.
    if (mustShow) card = await showCard(parts, card, view);
    const reply: Reply | undefined = isOurs(parts, card) ? card.replies[0] : undefined;
    if (card && reply) card = await postReply(parts, card, reply, view);
    else if (!mustShow) return card;
  }
  return card;
}

async function showCard(parts: ChatParts, card: Card, view: View): Promise<Card | null> {
  const message = messageOf(view);
  const mark: Mark = { card: card.id };
  const posted = await postOrUpdate(parts, card, message, mark);
  const shown = await tell(
    parts,
    card.id,
    {
      type: 'cardShown',
      worker: parts.worker,
      wanted: card.wanted,
      ...posted,
      until: parts.clock.leaseNow() + parts.timing.claimMs,
    },
    card,
  );
  if (shown.answer.kind === 'accepted') return shown.aggregate;
  // The claim ended while we posted, and somebody else posted too: the second one goes (RULES 23).
  if (shown.aggregate.ts !== null && shown.aggregate.ts !== posted.ts) await parts.chat.remove(posted);
  return null;
}

async function postOrUpdate(parts: ChatParts, card: Card, message: Said, mark: Mark): Promise<Posted> {
  if (card.ts !== null && card.channel !== null) {
    const posted = { channel: card.channel, ts: card.ts };
    await parts.chat.update(posted, message, mark);
    return posted;
  }
  const channel = await channelOf(parts, card);
  const earlier = card.claims > 1 ? await findEarlier(parts, channel, mark) : null;
  if (!earlier) return parts.chat.post(channel, message, mark);
  await parts.chat.update(earlier, message, mark);
  return earlier;
}

/** Our own earlier post, and only one of it: others go. null: there is none. */
async function findEarlier(
  parts: ChatParts,
  channel: string,
  mark: Mark,
  threadTs?: string,
): Promise<Posted | null> {
  const posts = await parts.chat.find(channel, mark.card, parts.now() - LOOK_BACK_MS, threadTs);
  const [first, ...others] = posts.filter((post) => post.mark.reply === mark.reply);
  for (const other of others) await parts.chat.remove(other);
  return first ?? null;
}

/** A call of before that nobody answered may have posted after all, beside what was posted in its place (RULES 23). */
async function lookThrough(parts: ChatParts, card: Card): Promise<Card | null> {
  const { id, channel, ts } = card;
  const { worker } = parts;
  try {
    if (channel !== null && ts !== null) await removeSecondPosts(parts, id, { channel, ts });
  } catch (error) {
    if (!(error instanceof ChatError && error.kind === 'final')) throw error;
    parts.log.warn({ err: error, card: id }, 'what may have been posted twice cannot be looked for');
  }
  const told = await tell(parts, id, { type: 'cardLookedThrough', worker }, card);
  return told.answer.kind === 'accepted' ? told.aggregate : null;
}

async function removeSecondPosts(parts: ChatParts, id: string, card: Posted): Promise<void> {
  const since = parts.now() - LOOK_BACK_MS;
  for (const post of await parts.chat.find(card.channel, id, since)) {
    if (post.mark.reply === undefined && post.ts !== card.ts) await parts.chat.remove(post);
  }
  const seen = new Set<string>();
  for (const post of await parts.chat.find(card.channel, id, since, card.ts)) {
    const { reply } = post.mark;
    if (reply === undefined) continue;
    if (seen.has(reply)) await parts.chat.remove(post);
    seen.add(reply);
  }
}

async function postReply(parts: ChatParts, card: Card, reply: Reply, view: View): Promise<Card | null> {
  if (card.ts === null || card.channel === null) throw new TypeError('a thread needs its card');
  const mark: Mark = { card: card.id, reply: reply.id };
  const earlier = card.claims > 1 ? await findEarlier(parts, card.channel, mark, card.ts) : null;
  const posts = !earlier && !isMoot(reply, view);
  if (posts) {
    const { broadcast, ...message } = replyMessage(reply, view);
    await parts.chat.post(card.channel, message, mark, { ts: card.ts, broadcast });
  }
  const told = await tell(
    parts,
    card.id,
    {
      type: 'replied',
      worker: parts.worker,
      reply: reply.id,
      until: parts.clock.leaseNow() + parts.timing.claimMs,
    },
    card,
  );
  if (told.answer.kind === 'accepted') return told.aggregate;
  // The claim ended while we posted: where somebody else posted too, the second one goes (RULES 23).
  if (posts) await findEarlier(parts, card.channel, mark, card.ts);
  return null;
}

/** Asks somebody to do what has been done since: a mention for nothing teaches people to look away. */
function isMoot(reply: Reply, view: View): boolean {
  if (!('release' in view)) return false;
  const { status } = view.release;
  if (reply.event.kind === 'ready') return status !== 'approved';
  if (reply.event.kind === 'notInBranch') return view.missingFrom === null;
  return reply.event.kind === 'pleaseTest' && status !== 'testing';
}

type View = ReleaseView | PushView | NoticeView;

async function viewOf(parts: ChatParts, card: Card): Promise<View | null> {
  const { subject } = card;
  switch (subject.kind) {
    case 'release':
      return releaseView(parts, subject.environment, subject.number, card);
    case 'push':
      return pushView(parts, card.product, subject.head, subject.sha);
    case 'notice':
      return noticeView(parts, card.product, subject);
    default:
      return subject satisfies never;
  }
}

function messageOf(view: View): Said {
  if ('notice' in view) return noticeMessage(view);
  return 'release' in view ? releaseCard(view) : pushCard(view);
}

async function channelOf(parts: ChatParts, card: Card): Promise<string> {
  const product = findProduct(parts.settings, card.product);
  if (!product) throw new NotConfigured(card.product);
  const to = card.subject.kind === 'notice' ? recipientOf(card.subject.notice) : null;
  if (to?.kind === 'person') return parts.chat.direct(to.id);
  return parts.chat.channel(product.channel);
}

/** Slack's final "no" is kept and shown in `status`; everything else is tried again, this card alone. */
async function failed(parts: ChatParts, card: Card, error: unknown): Promise<void> {
  const { worker } = parts;
  if (error instanceof NotConfigured || (error instanceof ChatError && error.kind === 'final')) {
    parts.log.error({ err: error, card: card.id }, 'a card cannot be delivered');
    await tell(parts, card.id, { type: 'cardUndeliverable', worker, reason: error.message });
    return;
  }
  if (!(error instanceof ChatError)) throw error;
  const later = error.kind === 'later';
  const wait = later ? error.retryAfterMs : backoff(parts.timing.cardBackoffMs, card.failures + 1);
  parts.log.warn({ err: error, card: card.id, wait }, 'a card waits for Slack');
  await tell(parts, card.id, {
    type: 'cardDeferred',
    worker,
    until: parts.clock.leaseNow() + wait,
    failed: !later,
  });
}

/** `known`: the card as it was just read or written. */
function tell(parts: ChatParts, id: string, command: Told, known: Card | null = null) {
  return apply(parts, 'cards', id, { ...command, id: parts.newId(), actor: ROBOT } as CardCommand, known);
}
