import type { Card } from '../../domain/documents/card.ts';
import { ChatError, type Mark, type Posted } from '../../ports/chat.ts';
import type { ChatServices } from '../services/services.ts';
import { recordCard } from './record-card.ts';

/** Clocks of Slack and ours may differ; an earlier post of ours is looked for from so long before the card began. */
const LOOK_BACK_MS = 24 * 3_600_000;

/** Our own earlier post, and only one of it: others go. null: there is none. */
export async function findEarlierPost(
  services: Pick<ChatServices, 'chat' | 'now' | 'log'>,
  channel: string,
  mark: Mark,
  threadTs?: string,
): Promise<Posted | null> {
  const posts = await services.chat.find(channel, mark.card, services.now() - LOOK_BACK_MS, threadTs);
  const [first, ...others] = posts.filter((post) => post.mark.reply === mark.reply);
  for (const other of others) await remove(services, other);
  return first ?? null;
}

/** A call of before that nobody answered may have posted after all, beside what was posted in its place (RULES 23). */
export async function removeDuplicates(services: ChatServices, card: Card): Promise<Card | null> {
  const { id, channel, ts } = card;
  const { worker } = services;
  try {
    if (channel !== null && ts !== null) await removeSecondPosts(services, id, { channel, ts });
  } catch (error) {
    // What this process may not is looked for when it may; the rest will not be there to be found.
    if (!(error instanceof ChatError && error.kind === 'final') || error.fault.at === 'process') throw error;
    services.log.warn({ err: error, card: id }, 'what may have been posted twice cannot be looked for');
  }
  const told = await recordCard(services, id, { type: 'cardLookedThrough', worker }, card);
  return told.answer.kind === 'accepted' ? told.aggregate : null;
}

async function removeSecondPosts(
  services: Pick<ChatServices, 'chat' | 'now' | 'log'>,
  id: string,
  card: Posted,
): Promise<void> {
  const since = services.now() - LOOK_BACK_MS;
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

/** Takes a post of ours away; one that is not there any more is away. */
export async function remove(services: Pick<ChatServices, 'chat' | 'log'>, posted: Posted): Promise<void> {
  try {
    await services.chat.remove(posted);
  } catch (error) {
    if (!(error instanceof ChatError && error.fault.at === 'message')) throw error;
    services.log.warn({ err: error, ...posted }, 'a second post cannot be deleted');
  }
}
