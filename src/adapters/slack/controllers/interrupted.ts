import { interruptedMessage } from '../../../chat/answers/interrupted.ts';
import { isExact } from '../../../chat/command/exact.ts';
import { lackingReason } from '../../../chat/command/reason.ts';
import { isLookup, type Request } from '../../../chat/command/request.ts';
import type { Message } from '../../../chat/view-model.ts';
import { earlierOutcome, isLockAnswered } from '../../../flow/requests/earlier.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { type Caller, requesterOf } from './caller.ts';
import { confirmation, refusalOf } from './outcomes.ts';

/**
 * The answer to a typed request that an earlier process left, and that could mean something else by now: what it came to,
 * or that this is not known. null: it is to be done.
 */
export async function interruptedAnswer(
  services: ChatServices,
  caller: Caller,
  asked: Request,
  typed: string,
): Promise<Message | null> {
  // What lacks its reason changes nothing: it asks for it.
  if (!caller.again || isExact(asked) || lackingReason(asked, 'always')) return null;
  const unknown = interruptedMessage(typed, 'inexact');
  try {
    return await answerBefore(services, caller, asked, unknown);
  } catch (error) {
    services.log.warn({ err: error, request: caller.id }, 'what became of a request is unknown');
    return unknown;
  }
}

/** null: asking again gives the answer that was given. */
async function answerBefore(
  services: ChatServices,
  caller: Caller,
  asked: Request,
  unknown: Message,
): Promise<Message | null> {
  switch (asked.kind) {
    case 'lock':
    case 'unlock':
    case 'takeover':
      return (await isLockAnswered(services, caller.id, asked)) ? null : unknown;
    case 'why':
    case 'locks':
      return null;
    default: {
      if (isLookup(asked)) return unknown;
      const outcome = await earlierOutcome(services, caller.id, asked);
      if (outcome === null) return unknown;
      return outcome.kind === 'accepted'
        ? confirmation(services, outcome)
        : refusalOf(services, await requesterOf(services, caller), outcome);
    }
  }
}
