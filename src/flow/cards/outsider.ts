import type { Card } from '../../domain/documents/card.ts';
import { ChatError } from '../../ports/chat.ts';
import { memberOf } from '../direct-messages/member-of.ts';
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

/** True: it is about a lock that its reader holds, so others must know that nobody received it. */
export function isMissed({ subject }: Card): boolean {
  return (
    subject.kind === 'notice' &&
    (subject.notice.kind === 'unlockAsked' || subject.notice.kind === 'lockReminder')
  );
}

/** Why a message that its reader misses is given up. */
export function noMember(): ChatError {
  return new ChatError('final', 'they are no full member of this workspace', 0, { fault: { at: 'person' } });
}
