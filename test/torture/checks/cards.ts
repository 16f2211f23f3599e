import { statusWord } from '../../../src/chat/refusals/refusal-text.ts';
import type { Card } from '../../../src/domain/documents/card.ts';
import { recipientOf, switchOf } from '../../../src/domain/documents/values/notice.ts';
import { wants } from '../../../src/domain/documents/values/switches.ts';
import { releaseId, releaseName } from '../../../src/domain/ids.ts';
import type { StoredMessage } from '../../../src/sandbox/workspace/types.ts';
import { channelOf, PRODUCTS } from '../products.ts';
import { PEOPLE } from '../stage.ts';
import type { Facts } from './facts.ts';

/** Commands of people that a thread tells of, each by one reply. */
const TOLD = ['approve', 'reject', 'accept', 'fail'];

interface Marked {
  message: StoredMessage;
  card: string;
  reply: string | null;
}

/** Every card is one message, every reply one too, and a card shows what is. */
export function checkCards(facts: Facts): void {
  const { timeline } = facts.stage;
  const places = [...PRODUCTS.map(({ name }) => channelOf(name)), ...PEOPLE];
  const posts = places.flatMap((place) => facts.stage.sandbox.messages(place)).map(markOf);
  const seen = new Map<string, Marked>();
  for (const post of posts) {
    const key = `${post.card} ${post.reply ?? ''}`;
    const other = seen.get(key);
    if (other) {
      const what = `${post.reply === null ? 'card' : `reply ${post.reply} of card`} ${post.card}: ${post.message.text}`;
      timeline.find(
        'duplicate cards',
        `${what}; ${other.message.ts} and ${post.message.ts}`,
        timeOf(post.message),
      );
    }
    seen.set(key, post);
    if (!facts.cards.some(({ id }) => id === post.card)) {
      timeline.find('cards wrong', `a message of no card: ${post.message.text}`, timeOf(post.message));
    }
  }
  for (const card of facts.cards) checkCard(facts, card, seen.get(`${card.id} `));
  checkTold(facts, posts);
}

function markOf(message: StoredMessage): Marked {
  const payload = (message.metadata?.event_payload ?? {}) as { card?: string; reply?: string };
  return { message, card: payload.card ?? '', reply: payload.reply ?? null };
}

function timeOf({ ts }: StoredMessage): number {
  return Number(ts) * 1_000;
}

function checkCard(facts: Facts, card: Card, post: Marked | undefined): void {
  const { timeline } = facts.stage;
  if (card.undeliverable !== null) {
    const more = /\+\d+ more/.test(facts.toldUndeliverable);
    if (!facts.toldUndeliverable.includes(card.id) && !more) {
      timeline.find(
        'cards wrong',
        `${card.id} cannot be delivered, and no status says so: ${card.undeliverable}`,
      );
    }
    return;
  }
  const isLeftOut = card.ts === null && card.wanted === card.shown && !post;
  if (card.wanted === 0 || (isLeftOut && mayBeLeftOut(facts, card))) return;
  if (!post || card.ts !== post.message.ts) {
    timeline.find('cards wrong', `${card.id} is to be at ${card.ts}; in Slack it is at ${post?.message.ts}`);
    return;
  }
  if (card.wanted !== card.shown || card.replies.length > 0) {
    const owed = `change ${card.wanted} and ${card.replies.length} replies`;
    timeline.find('unsettled', `${card.id} owes ${owed}; it shows ${card.shown}`);
    return;
  }
  const { subject } = card;
  if (subject.kind !== 'release') return;
  const name = releaseId(subject.environment, subject.number);
  const release = facts.releases.get(name);
  const says = release && `${name} ${statusWord(release)}`;
  if (!says || !post.message.text.startsWith(says)) {
    timeline.find(
      'cards wrong',
      `${card.id} says "${post.message.text}", true is ${says}`,
      timeOf(post.message),
    );
  }
}

/** Not posted are cards of pushes that were overtaken in a burst, and messages that their reader has switched off. */
function mayBeLeftOut({ people }: Facts, { inBurst, subject }: Card): boolean {
  if (subject.kind !== 'notice') return inBurst === true;
  const { notice } = subject;
  // It becomes a message to each author who wants to know.
  if (notice.kind === 'commitsDeployed') return true;
  // What asks for nothing any more is not posted.
  if (notice.kind === 'unlockAsked' && notice.answer !== null) return true;
  if (notice.kind === 'lockReminder' && notice.over) return true;
  const [kind, to] = [switchOf(notice), recipientOf(notice)];
  if (kind === null || to?.kind !== 'person') return false;
  return !wants(people.find(({ id }) => id === to.id)?.switches ?? {}, kind);
}

/** What people did is told in the thread; the id of a reply names the revision in which it was decided. */
function checkTold(facts: Facts, posts: readonly Marked[]): void {
  for (const { type, place, revision, answer, at, id } of facts.audit) {
    if (!TOLD.includes(type) || place.kind !== 'environments' || answer.kind !== 'accepted') continue;
    const decided = `${place.id}:${revision}:`;
    if (posts.some(({ reply }) => reply?.startsWith(decided))) continue;
    const release = facts.releases.get(releaseName(place.id, answer.release ?? 0));
    const card = facts.cards.find((one) => one.id === release?.card);
    if (card?.undeliverable) continue;
    facts.stage.timeline.find(
      'lost',
      `nobody was told of ${type} ${id} in ${place.id}#${answer.release}`,
      at,
    );
  }
}
