import { namedIn } from '../../chat/text/people.ts';
import { isGroup } from '../../domain/people/groups.ts';
import { ChatError } from '../../ports/chat.ts';
import { channelOf } from '../cards/channels.ts';
import type { ChatServices } from '../services/services.ts';
import type { ProductSettings } from '../services/settings.ts';

type Asking = Pick<ChatServices, 'chat' | 'log' | 'settings' | 'store'>;

/** The products of which somebody is a member. */
export interface Membership {
  products: ProductSettings[];
  /** False: Slack did not say which channels they are in, or where some channel is. */
  complete: boolean;
}

/**
 * The products whose channel the person is in, or whose configuration names them or a group of theirs. The caller has made
 * sure that they are a full member of the workspace.
 */
export async function membershipOf(services: Asking, person: string): Promise<Membership> {
  const channels = await orNull(services, () => services.chat.channelsOf(person));
  let complete = channels !== null;
  const products: ProductSettings[] = [];
  for (const product of services.settings.products) {
    const channel = await orNull(services, () => channelOf(services, product));
    if (channel === null) complete = false;
    const isThere = channel !== null && channels?.includes(channel);
    if (isThere || (await isNamed(services, product, person))) products.push(product);
  }
  return { products, complete };
}

async function isNamed(
  services: Asking,
  { environments }: ProductSettings,
  person: string,
): Promise<boolean> {
  const named = new Set(environments.flatMap(({ policy }) => namedIn({ policy }, true)));
  if (named.has(person)) return true;
  for (const group of [...named].filter(isGroup)) {
    const members = await orNull(services, () => services.chat.groupMembers(group));
    if (members?.includes(person)) return true;
  }
  return false;
}

async function orNull<T>({ log }: Asking, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    log.info({ err: error }, 'Slack did not say where somebody belongs');
    return null;
  }
}
