import { type Card, isGivenUp } from '../../domain/documents/card.ts';
import { ROBOT } from '../../domain/people/people.ts';
import type { ChannelInfo } from '../../ports/chat.ts';
import { apply } from '../commands/apply.ts';
import type { ChatServices } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import { recordCard } from './record-card.ts';

/** How many waiting cards of a product one success wakes; the others wait for their own time or the next success. */
const WOKEN = 200;

/** The channel id of a product, by the id that its name was last found to have. Throws `ChatError`. */
export async function channelOf(
  services: Pick<ChatServices, 'chat' | 'store'>,
  product: ProductSettings,
): Promise<string> {
  const known = services.chat.knownChannel(product.channel);
  return known ?? services.chat.channel(product.channel, await keptChannel(services, product));
}

/** Key of the trouble about a product's channel. */
export function channelTrouble(product: string): string {
  return `channel of ${product}`;
}

/**
 * Looks up the channel of a product, stores the id that was found, and sets or clears the trouble about it. Throws
 * `ChatError` when Slack does not answer.
 */
export async function checkChannel(services: ChatServices, product: ProductSettings): Promise<void> {
  const { name, channel: configured } = product;
  const kept = await keptChannel(services, product);
  const found = await services.chat.lookUp(configured, kept);
  const wrong = wrongWith(configured, found);
  if (wrong === null) services.troubles.clear(channelTrouble(name));
  else services.troubles.set(channelTrouble(name), { where: name, ...wrong });
  if (found && found.id !== kept) {
    const id = services.newId();
    await apply(services, 'products', name, {
      id,
      actor: ROBOT,
      type: 'channelFound',
      configured,
      channel: found.id,
    });
  }
}

async function keptChannel(
  { store }: Pick<ChatServices, 'store'>,
  { name, channel }: ProductSettings,
): Promise<string | null> {
  const kept = (await store.load('products', name))?.toldIn;
  return kept?.configured === channel ? kept.id : null;
}

/** The trouble with a channel that was looked up; null: none. `configured`: its name with `#`, or its id. */
export function wrongWith(
  configured: string,
  found: ChannelInfo | null,
): { says: string; todo: string } | null {
  if (found === null) {
    return {
      says: `Slack has no channel ${configured} that the app can see`,
      todo: `type "/invite @slipway" in ${configured} if it is a private channel, or correct its name in slipway.yml`,
    };
  }
  const { name, archived, joined } = found;
  if (archived) {
    return {
      says: `the channel ${name} is archived, so Slipway cannot post there`,
      todo: `unarchive ${name} and type "/invite @slipway" there, or name another channel in slipway.yml`,
    };
  }
  if (!joined) {
    return {
      says: `the app is not in the channel ${name}, so Slipway cannot post there`,
      todo: `type "/invite @slipway" in ${name}`,
    };
  }
  if (configured.startsWith('#') && name !== configured) {
    return {
      says: `the channel ${configured} is now called ${name}; Slipway keeps posting there`,
      todo: `write channel: "${name}" in slipway.yml`,
    };
  }
  return null;
}

/**
 * Called after a post or edit of `card` succeeded in `channel`: cards of any product that wait for the same are woken at
 * once. An edit proves nothing about posts, because a bot that left a channel may still edit there.
 */
export async function wakeWaiting(
  services: ChatServices,
  card: Card,
  channel: string,
  how: 'post' | 'edit',
): Promise<void> {
  for (const product of services.settings.products) {
    if (product.name !== card.product && services.chat.knownChannel(product.channel) !== channel) continue;
    await wakeCards(services, product, (other) => {
      if (other.id === card.id || (other.channel ?? channel) !== channel) return false;
      return (
        other.fault === 'process' || (other.fault === 'channel' && (how === 'post' || other.ts !== null))
      );
    });
  }
}

/**
 * Wakes the cards of a product that this process or its channel kept waiting, because Slack refuses neither any more.
 * Returns how many.
 */
export async function wakeProduct(services: ChatServices, product: ProductSettings): Promise<number> {
  return wakeCards(services, product, ({ fault }) => fault === 'process' || fault === 'channel');
}

/** True: cards of the product wait until somebody fixes their channel. */
export async function anyWaitsForChannel(
  { store }: Pick<ChatServices, 'store'>,
  { name }: ProductSettings,
): Promise<boolean> {
  return (await store.undeliverable(name, WOKEN)).some(({ fault }) => fault === 'channel');
}

/** Wakes the cards for which `waits` holds; returns how many. */
async function wakeCards(
  services: ChatServices,
  { name }: ProductSettings,
  waits: (card: Card) => boolean,
): Promise<number> {
  const waiting = (await services.store.undeliverable(name, WOKEN)).filter(
    (card) => !isGivenUp(card) && waits(card),
  );
  for (const { id } of waiting) await recordCard(services, id, { type: 'deliverAgain' });
  return waiting.length;
}
