import type { ChatServices } from '../services/services.ts';
import type { Reader } from './homes.ts';
import { membershipOf } from './membership.ts';

/** How long the watch goes by what Slack said of a reader. */
const KNOWN_MS = 15 * 60_000;
/** When the watch asks again after Slack did not say all. */
const AGAIN_MS = 60_000;

/**
 * Asks Slack who the reader of a tab is and what belongs to them, and remembers it for the watch. What Slack does not say
 * now stays as it said it last. Throws `ChatError`: Slack does not say whether they are a member.
 */
export async function askReader(services: ChatServices, user: string): Promise<Reader> {
  const { reader, said } = await ask(services, user, (group) => services.chat.groupMembers(group));
  return reader ?? said;
}

/**
 * The same for the watch, with members of groups that may be as old as what the watch goes by. Throws `ChatError` as soon as
 * Slack does not say all; what is remembered is complete then, or as it was.
 */
export async function askForWatch(services: ChatServices, user: string): Promise<void> {
  const { chat, homes, now } = services;
  const { unanswered } = await ask(services, user, (group) =>
    homes.groupMembers(group, now(), () => chat.groupMembers(group)),
  );
  if (unanswered) throw unanswered;
}

/** `reader`: as it is remembered from now on; null: nothing complete is known. `said`: what Slack said just now. */
async function ask(
  services: ChatServices,
  user: string,
  groupMembers: (group: string) => Promise<readonly string[]>,
) {
  const { chat, homes, now } = services;
  const known = homes.readerOf(user);
  homes.recordReader(user, known, now() + AGAIN_MS);
  const info = await chat.member(user);
  const { unanswered, ...membership } = info.member
    ? await membershipOf(services, info.id, groupMembers)
    : { products: [], complete: true, unanswered: null };
  const said: Reader = { ...membership, info };
  const kept = known?.info.member ? { ...known, info } : null;
  const reader = unanswered ? kept : said;
  homes.recordReader(user, reader, now() + (unanswered ? AGAIN_MS : KNOWN_MS));
  return { reader, said, unanswered };
}
