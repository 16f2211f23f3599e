import { NOT_MEMBER } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { type Caller, requesterOf } from './caller.ts';
import { orError } from './errors.ts';

/**
 * Every request of a person from Slack goes through here. Nothing is read, fetched or opened for anybody who is not a
 * full member of the workspace (RULES 24, 32); they all get the same refusal, which reveals nothing. Never throws.
 */
export async function forMembers<T>(
  services: Pick<ChatServices, 'chat' | 'log'>,
  caller: Caller,
  work: () => Promise<T>,
): Promise<T | Message> {
  const asking = async () => {
    const { actor } = await requesterOf(services, caller);
    return actor.member ? work() : NOT_MEMBER;
  };
  return orError(services, asking, caller);
}
