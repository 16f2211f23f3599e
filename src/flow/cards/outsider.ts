import type { Card } from '../../domain/documents/card.ts';
import { memberOf } from '../home/member-of.ts';
import type { ChatServices } from '../services/services.ts';
import { toPerson } from './address.ts';

/**
 * True: a message to one person whom Slack does not count as a full member now, so that they are told nothing (RULES 32).
 * Throws `ChatError`: Slack does not say, so nothing is sent.
 */
export async function isToOutsider(services: Pick<ChatServices, 'chat'>, card: Card): Promise<boolean> {
  const to = toPerson(card);
  return to !== null && (await memberOf(services, to))?.member !== true;
}
