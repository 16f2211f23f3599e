import type { Card } from '../../domain/documents/card.ts';
import { ChatError, type Mark, type Posted } from '../../ports/chat.ts';
import type { ChatServices } from '../services/services.ts';
import { recordCard } from './record-card.ts';

/** How long before now earlier posts of ours are searched for; Slack's clock may differ from ours. */
const SEARCH_BACK_MS = 24 * 3_600_000;

/** Our own earlier post with this mark; null: none. If there are several, all but the first are removed. */
export async function findEarlierPost(
  services: Pick<ChatServices, 'chat' | 'now' | 'log'>,
  channel: string,
  mark: Mark,
  threadTs?: string,
): Promise<Posted | null> {
  const posts = await services.chat.find(channel, mark.card, services.now() - SEARCH_BACK_MS, threadTs);
  const [first, ...others] = posts.filter((post) => post.mark.reply === mark.reply);
  for (const other of others) await remove(services, other);
  return first ?? null;
}

/**
 * Searches for posts made twice, because an earlier call without an answer may have posted after all, and removes them
 * (RULES 23). Returns the card as stored; null: the claim was lost.
 */
export async function removeDuplicates(services: ChatServices, card: Card): Promise<Card | null> {
  const { id, channel, ts } = card;
  const { worker } = services;
  try {
    if (channel !== null && ts !== null) await removeSecondPosts(services, id, { channel, ts });
  } catch (error) {
    // What this process may not search now is searched once it may. After any other refusal there is nothing to be found.
    if (!(error instanceof ChatError && error.kind === 'final') || error.fault.at === 'process') throw error;
    services.log.warn(
      { err: error, card: id },
      'could not look for a message that may have been posted twice',
    );
  }
  const recorded = await recordCard(services, id, { type: 'cardLookedThrough', worker }, card);
  return recorded.answer.kind === 'accepted' ? recorded.aggregate : null;
}

async function removeSecondPosts(
  services: Pick<ChatServices, 'chat' | 'now' | 'log'>,
  id: string,
  card: Posted,
): Promise<void> {
  const since = services.now() - SEARCH_BACK_MS;
  for (const post of await services.chat.find(card.channel, id, since)) {
    if (post.mark.reply === undefined && post.ts !== card.ts) await remove(services, post);
  }
  const seen = new Set<string>();
  for (const post of await services.chat.find(card.channel, id, since, card.ts)) {
    const { reply } = post.mark;
    if (reply === undefined) continue;
    if (seen.has(reply)) await remove(services, post);
    seen.add(reply);
  }
}

/** Deletes a post of ours. A post that no longer exists counts as deleted. */
export async function remove(services: Pick<ChatServices, 'chat' | 'log'>, posted: Posted): Promise<void> {
  try {
    await services.chat.remove(posted);
  } catch (error) {
    if (!(error instanceof ChatError && error.fault.at === 'message')) throw error;
    services.log.warn({ err: error, ...posted }, 'a second post cannot be deleted');
  }
}
