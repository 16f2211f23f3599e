import { namedIn } from '../../chat/text/people.ts';
import { isGroup } from '../../domain/people/groups.ts';
import { ChatError } from '../../ports/chat.ts';
import { DamagedDocument } from '../../ports/store.ts';
import { channelOf } from '../cards/channels.ts';
import type { ChatServices } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';

type Asking = Pick<ChatServices, 'chat' | 'log' | 'settings' | 'store'>;

/** The products of which somebody is a member. */
export interface Membership {
  products: ProductSettings[];
  /** False: Slack did not say which channels they are in, where some channel is, or who is in some group. */
  complete: boolean;
  /** The last call that Slack left without an answer, so that asking again may tell more; null: it answered all. */
  unanswered: ChatError | null;
}

/** The members of a group, by its handle. Throws `ChatError`. */
type GroupMembersOf = (group: string) => Promise<readonly string[]>;

/**
 * The products whose channel the person is in, or whose configuration names them or a group of theirs. The caller has made
 * sure that they are a full member of the workspace.
 */
export async function membershipOf(
  services: Asking,
  person: string,
  groupMembers: GroupMembersOf = (group) => services.chat.groupMembers(group),
): Promise<Membership> {
  const calls = new Calls(services);
  const channels = await calls.answer(() => services.chat.channelsOf(person));
  let complete = channels !== null;
  const products: ProductSettings[] = [];
  for (const product of services.settings.products) {
    const channel = await calls.answer(() => channelOf(services, product));
    if (channel === null) complete = false;
    const isThere = channel !== null && channels?.includes(channel);
    const named =
      isThere || (await isNamed(product, person, (group) => calls.answer(() => groupMembers(group))));
    if (named) products.push(product);
  }
  return { products, complete: complete && calls.unanswered === null, unanswered: calls.unanswered };
}

/** `membersOf`: null: not known. */
async function isNamed(
  { environments }: ProductSettings,
  person: string,
  membersOf: (group: string) => Promise<readonly string[] | null>,
): Promise<boolean> {
  const named = new Set(environments.flatMap(({ policy }) => namedIn({ policy }, true)));
  if (named.has(person)) return true;
  for (const group of [...named].filter(isGroup)) {
    if ((await membersOf(group))?.includes(person)) return true;
  }
  return false;
}

/** Calls of Slack, of which some may fail. */
class Calls {
  readonly #services: Pick<Asking, 'log'>;
  /** The last one that Slack left without an answer; null: none. */
  unanswered: ChatError | null = null;

  constructor(services: Pick<Asking, 'log'>) {
    this.#services = services;
  }

  /** null: it failed, or what is kept of the channel is damaged, which the sweep reports. */
  async answer<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ChatError || error instanceof DamagedDocument)) throw error;
      this.#services.log.info({ err: error }, 'it is not known where somebody belongs');
      if (error instanceof DamagedDocument) return null;
      if (error.fault.at === 'slack' || error.fault.at === 'process') this.unanswered = error;
      return null;
    }
  }
}
