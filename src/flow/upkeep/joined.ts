import type { ChannelInfo } from '../../ports/chat.ts';
import {
  anyWaitsForChannel,
  channelOf,
  channelTrouble,
  checkChannel,
  wakeProduct,
} from '../cards/channels.ts';
import type { ChatServices } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';

/**
 * The products whose channel this is, after the app came into it. What was wrong with the channel is looked at anew, and
 * cards that waited for it are woken, before the next check would do so. Throws `ChatError`.
 */
export async function productsJoined(
  services: ChatServices,
  channel: ChannelInfo,
): Promise<ProductSettings[]> {
  const joined: ProductSettings[] = [];
  for (const product of services.settings.products) {
    const { channel: configured } = product;
    const isMeant = [channel.id, channel.name].includes(configured);
    if (!isMeant && services.chat.knownChannel(configured) !== channel.id) continue;
    await checkChannel(services, product);
    if ((await channelOf(services, product)) !== channel.id) continue;
    joined.push(product);
    const isTroubled = services.troubles.has(channelTrouble(product.name));
    if (!isTroubled && (await anyWaitsForChannel(services, product))) await wakeProduct(services, product);
  }
  return joined;
}
