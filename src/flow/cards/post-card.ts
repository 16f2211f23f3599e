import { messageForOthers } from '../../chat/cards/notice.ts';
import { replyMessage } from '../../chat/cards/thread-reply.ts';
import type { Message } from '../../chat/view-model.ts';
import type { Card } from '../../domain/documents/card.ts';
import type { Reply } from '../../domain/documents/values/replies.ts';
import { isDuplicateSearchDue } from '../../domain/gates/wake.ts';
import { backoff } from '../../domain/time/duration.ts';
import type { Mark, Posted } from '../../ports/chat.ts';
import { tellAuthors } from '../direct-messages/tell-authors.ts';
import { isUnwanted } from '../direct-messages/unwanted.ts';
import type { ChatServices, Services } from '../services/services.ts';
import { mustKnow } from '../settings/settings.ts';
import { announcement } from '../telemetry/spans.ts';
import { addressOf, placeOf } from './address.ts';
import { wakeWaiting } from './channels.ts';
import type { Asked } from './delivery.ts';
import { isMoot, messageOf, type View, viewOf } from './draw-card.ts';
import { findEarlierPost, remove, removeDuplicates } from './earlier-posts.ts';
import { isMissed, isToOutsider, noMember } from './outsider.ts';
import { isOvertaken } from './overtaken.ts';
import { recordCard } from './record-card.ts';
import { type Sent, sendTo } from './send.ts';
import { failed, NothingToShow, Undelivered, waitFor } from './undelivered.ts';

/**
 * Brings one card and its thread up to date. The card's document is claimed, so one worker posts at a time. Before
 * anything is posted again, posts of a worker that died are searched for, so a card is never posted twice. Throws
 * `NotConfigured` if this process does not know the product: the card is left to others.
 */
export async function postCard(services: ChatServices, id: string): Promise<void> {
  const stored = await services.store.load('cards', id);
  if (!stored) return;
  mustKnow(services.settings, stored.product);
  const until = services.clock.leaseNow() + services.timing.claimMs;
  const claim = { type: 'claimCard', worker: services.worker, until } as const;
  const claimed = await recordCard(services, id, claim, stored);
  if (claimed.answer.kind === 'refused') return;
  const round = new Round(services);
  try {
    const card = await round.bringUpToDate(claimed.aggregate);
    if (isOurs(services, card))
      await recordCard(services, id, { type: 'releaseCard', worker: services.worker }, card);
  } catch (error) {
    await failed(services, claimed.aggregate, error);
  }
}

/** It becomes messages to single people, and is never posted itself. */
function isForAuthors({ subject }: Card): boolean {
  return subject.kind === 'notice' && subject.notice.kind === 'commitsDeployed';
}

function isOurs(services: Pick<Services, 'worker'>, card: Card | null): card is Card {
  return card?.claim?.worker === services.worker;
}

/** The work under one claim. Every method returns the card as last stored; null: another worker has it. */
class Round {
  readonly #services: ChatServices;
  /** The edit and the replies that Slack refuses by themselves; the rest of the card continues. */
  readonly #passedOver = new Set<number | string>();
  /** The last failure that was passed over; null: none. */
  #last: Undelivered | null = null;

  constructor(services: ChatServices) {
    this.#services = services;
  }

  async bringUpToDate(claimed: Card): Promise<Card | null> {
    const services = this.#services;
    let card: Card | null = claimed;
    while (isOurs(services, card)) {
      if (isDuplicateSearchDue(card, services.clock.leaseNow())) {
        card = await removeDuplicates(services, card);
        continue;
      }
      if (isForAuthors(card)) {
        await tellAuthors(services, card);
        return this.#leaveOut(card);
      }
      if (await isToOutsider(services, card)) {
        const isPosted = card.ts !== null || (await this.#earlierPost(card)) !== null;
        if (!isPosted && isMissed(card)) throw new Undelivered({ kind: 'end' }, noMember());
        if (!isPosted || (card.ts !== null && card.wanted === card.shown)) return this.#leaveOut(card);
        if (this.#passedOver.has(card.wanted)) break;
        card = await this.#show(card, messageForOthers());
        continue;
      }
      const view = await viewOf(services, card);
      if (!view) throw new NothingToShow('the subject of the card no longer exists');
      const isLeftOut = isOvertaken(card, view) && (await this.#earlierPost(card)) === null;
      if (isLeftOut || (await isUnwanted(services, card, view))) return this.#leaveOut(card);
      const wants = card.ts === null || card.wanted > card.shown;
      const mustShow = wants && !this.#passedOver.has(card.wanted);
      // Edits and replies alternate, so that neither a card that keeps changing nor a long thread blocks the other.
      if (mustShow) card = await this.#announce(card, view);
      const reply = isOurs(services, card) && card.ts !== null ? this.#nextReply(card) : undefined;
      if (card && reply) card = await this.#reply(card, reply, view);
      else if (!mustShow) break;
    }
    if (card && this.#last && this.#isLeft(card)) throw this.#last;
    return card;
  }

  /** Records that the card as it is now is not posted. */
  async #leaveOut(card: Card): Promise<Card> {
    const { id, wanted } = card;
    const leftOut = { type: 'cardLeftOut', worker: this.#services.worker, wanted } as const;
    return (await recordCard(this.#services, id, leftOut, card)).aggregate;
  }

  /** True: something that was passed over is still to be done. */
  #isLeft(card: Card): boolean {
    const passed = this.#passedOver;
    return (
      (card.wanted > card.shown && passed.has(card.wanted)) || card.replies.some(({ id }) => passed.has(id))
    );
  }

  #nextReply({ replies }: Card): Reply | undefined {
    return replies.find(({ id }) => !this.#passedOver.has(id));
  }

  async #announce(card: Card, view: View): Promise<Card | null> {
    const { now, traces } = this.#services;
    const from = now();
    const shown = await this.#show(card, messageOf(view));
    const span = shown?.shown === card.wanted ? announcement(card, view, from, now()) : null;
    if (span !== null) traces?.ended(span);
    return shown;
  }

  async #show(card: Card, message: Message): Promise<Card | null> {
    const services = this.#services;
    const mark: Mark = { card: card.id };
    if (card.ts === null || card.channel === null) {
      const posted = await this.#post(card, message, mark);
      return this.#shown(card, posted, 'post');
    }
    const posted = { channel: card.channel, ts: card.ts };
    const edit = (said: Message) => services.chat.update(posted, said, mark);
    const done = await this.#send(card, 'edit', message, edit);
    if (done.kind === 'done') return this.#shown(card, posted, 'edit');
    if (done.kind === 'anew') {
      const recorded = await recordCard(
        services,
        card.id,
        { type: 'cardGone', worker: services.worker, ts: card.ts },
        card,
      );
      // A new post has a new thread.
      this.#passedOver.clear();
      // Somebody keeps deleting it, or Slack wrongly reports it gone: wait, so that the channel is not filled with
      // copies.
      if (card.anew)
        throw new Undelivered(waitFor(backoff(services.timing.cardAwayMs, card.anew)), done.error);
      return recorded.aggregate;
    }
    this.#passedOver.add(card.wanted);
    return card;
  }

  async #shown(card: Card, posted: Posted, how: 'post' | 'edit'): Promise<Card | null> {
    const services = this.#services;
    const { worker } = services;
    const until = services.clock.leaseNow() + services.timing.claimMs;
    const shown = await recordCard(
      services,
      card.id,
      { type: 'cardShown', worker, wanted: card.wanted, ...posted, until },
      card,
    );
    if (shown.answer.kind === 'refused') {
      // The claim ended while we posted, and another worker posted too: remove the second post (RULES 23).
      if (shown.aggregate.ts !== null && shown.aggregate.ts !== posted.ts) await remove(services, posted);
      return null;
    }
    await wakeWaiting(services, card, posted.channel, how);
    return shown.aggregate;
  }

  async #post(card: Card, message: Message, mark: Mark): Promise<Posted> {
    const { chat } = this.#services;
    let posted: Posted | null = null;
    const done = await this.#send(card, 'post', message, async (said) => {
      const to = await addressOf(this.#services, card);
      const earlier = await this.#earlierPost(card, to);
      if (earlier) await chat.update(earlier, said, mark);
      posted = earlier ?? (await chat.post(to.id, said, mark));
    });
    if (done.kind !== 'done' || posted === null) throw new TypeError('a first post is done, or thrown');
    return posted;
  }

  /** The post that an earlier claim made and could not record; null: there is none. */
  async #earlierPost(card: Card, to?: Awaited<ReturnType<typeof addressOf>>): Promise<Posted | null> {
    const services = this.#services;
    if (card.claims <= 1) return null;
    const place = await placeOf(services, to ?? (await addressOf(services, card)));
    return findEarlierPost(services, place, { card: card.id });
  }

  /** As `sendTo`; remembers what was passed over. */
  async #send(
    card: Card,
    doing: Asked['doing'],
    message: Message,
    send: (message: Message) => Promise<void>,
  ): Promise<Sent> {
    const sent = await sendTo(this.#services, card, doing, message, send);
    if (sent.kind === 'passedOver') this.#last = sent.why;
    return sent;
  }

  async #reply(card: Card, reply: Reply, view: View): Promise<Card | null> {
    const services = this.#services;
    const { ts, channel } = card;
    if (ts === null || channel === null) throw new TypeError('a thread needs its card');
    const mark: Mark = { card: card.id, reply: reply.id };
    let posts = !isMoot(reply, view);
    if (posts) {
      const { broadcast, ...message } = replyMessage(reply, view);
      const done = await this.#send(card, 'reply', message, async (said) => {
        const earlier = card.claims > 1 ? await findEarlierPost(services, channel, mark, ts) : null;
        posts = earlier === null;
        if (posts) await services.chat.post(channel, said, mark, { ts, broadcast });
      });
      if (done.kind === 'passedOver') {
        this.#passedOver.add(reply.id);
        // The thread may be gone together with its card: an edit will show it.
        return done.gone && !this.#passedOver.has(card.wanted) ? this.#announce(card, view) : card;
      }
    }
    const until = services.clock.leaseNow() + services.timing.claimMs;
    const recorded = await recordCard(
      services,
      card.id,
      { type: 'replied', worker: services.worker, reply: reply.id, until },
      card,
    );
    if (recorded.answer.kind === 'refused') {
      // The claim ended while we posted. If another worker posted too, this removes the second post (RULES 23).
      if (posts) await findEarlierPost(services, channel, mark, ts);
      return null;
    }
    if (posts) await wakeWaiting(services, card, channel, 'post');
    return recorded.aggregate;
  }
}
