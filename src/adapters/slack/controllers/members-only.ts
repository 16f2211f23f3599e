import { NOT_MEMBER } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { askerOf, type Caller } from './caller.ts';
import { orError } from './errors.ts';

/**
 * The one door from Slack: everything that a person asks for comes through here, and nothing is read, fetched or opened for
 * who is no full member of our workspace (RULES 24, 32). Their refusal is the same whatever they asked for, so that it tells
 * nothing. Never throws.
 */
export async function forMembers(
  services: ChatServices,
  caller: Caller,
  work: () => Promise<Message | null>,
): Promise<Message | null> {
  return orError(services, async () => {
    const { actor } = await askerOf(services, caller);
    return actor.member ? work() : NOT_MEMBER;
  });
}
