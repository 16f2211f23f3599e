import { type Card, isGivenUp } from '../../domain/documents/card.ts';
import { ROBOT } from '../../domain/people/people.ts';
import type { ChannelInfo } from '../../ports/chat.ts';
import { apply } from '../commands/apply.ts';
import type { ChatServices } from '../services/services.ts';
import type { ProductSettings } from '../services/settings.ts';
import { recordCard } from './record-card.ts';

/** How many waiting cards of a product one success rings for; the others wait for their own time, or the next one. */
const RUNG = 200;

/** The channel of a product, by the id that its name was found to be. Throws `ChatError`. */
export async function channelOf(
  services: Pick<ChatServices, 'chat' | 'store'>,
  product: ProductSettings,
): Promise<string> {
  const known = services.chat.knownChannel(product.channel);
  return known ?? services.chat.channel(product.channel, await keptChannel(services, product));
}

/** Key of the trouble with the channel of a product. */
export function channelTrouble(product: string): string {
  return `channel of ${product}`;
}

/**
 * Looks up the channel of a product, keeps the id that was found, and keeps among the standing problems what is wrong with
 * it. Throws `ChatError` where Slack does not say.
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

/** null: nothing. */
function wrongWith(configured: string, found: ChannelInfo | null): { says: string; todo: string } | null {
  if (found === null) {
    return {
      says: `Slack has no channel ${configured} that the app can see`,
      todo: `say "/invite @slipway" in ${configured} if it is a private channel, or correct its name in slipway.yml and start again`,
    };
  }
  const { name, archived, joined } = found;
  if (archived) {
    return {
      says: `the channel ${name} is archived, so nothing can be told there`,
      todo: `unarchive ${name} and say "/invite @slipway" there, or name another channel in slipway.yml and start again`,
    };
  }
  if (!joined) {
    return {
      says: `the app is not in the channel ${name}, so nothing can be told there`,
      todo: `say "/invite @slipway" in ${name}`,
    };
  }
  if (configured.startsWith('#') && name !== configured) {
    return {
      says: `the channel ${configured} is called ${name} now; Slipway goes on there`,
      todo: `write channel: "${name}" into slipway.yml and start again`,
    };
  }
  return null;
}

/**
 * A post or edit of this card was taken in this channel: what waits for the same is tried again at once, whatever product it is
 * of. An edit tells nothing of posts: who left a channel may still edit there.
 */
export async function wakeWaiting(
  services: ChatServices,
  card: Card,
  channel: string,
  how: 'post' | 'edit',
): Promise<void> {
  for (const product of services.settings.products) {
    if (product.name !== card.product && services.chat.knownChannel(product.channel) !== channel) continue;
    await ring(services, product, (other) => {
      if (other.id === card.id || (other.channel ?? channel) !== channel) return false;
      return (
        other.fault === 'process' || (other.fault === 'channel' && (how === 'post' || other.ts !== null))
      );
    });
  }
}

/** Nothing is refused to this process, or in this product's channel, as far as Slack says: its cards are tried again. */
export async function wakeProduct(services: ChatServices, product: ProductSettings): Promise<number> {
  return ring(services, product, ({ fault }) => fault === 'process' || fault === 'channel');
}

/** Cards of a product wait for their channel to be mended. */
export async function anyWaitsForChannel(
  { store }: Pick<ChatServices, 'store'>,
  { name }: ProductSettings,
): Promise<boolean> {
  return (await store.undeliverable(name, RUNG)).some(({ fault }) => fault === 'channel');
}

/** How many were rung for. */
async function ring(
  services: ChatServices,
  { name }: ProductSettings,
  waits: (card: Card) => boolean,
): Promise<number> {
  const waiting = (await services.store.undeliverable(name, RUNG)).filter(
    (card) => !isGivenUp(card) && waits(card),
  );
  for (const { id } of waiting) await recordCard(services, id, { type: 'deliverAgain' });
  return waiting.length;
}
