import type { Card } from '../../domain/documents/card.ts';
import { recipientOf } from '../../domain/documents/values/notice.ts';
import type { ChatServices } from '../services/services.ts';
import { mustKnow } from '../settings/settings.ts';
import { channelOf } from './channels.ts';

/** User id of the only recipient of a card; null: everybody in the channel. */
export function toPerson({ subject }: Card): string | null {
  const to = subject.kind === 'notice' ? recipientOf(subject.notice) : null;
  return to?.kind === 'person' ? to.id : null;
}

/** Where a card is posted: in its product's channel, or to one person. Throws `NotConfigured` and `ChatError`. */
export async function addressOf(
  services: Pick<ChatServices, 'chat' | 'settings' | 'store'>,
  card: Card,
): Promise<{ kind: 'channel' | 'person'; id: string }> {
  const product = mustKnow(services.settings, card.product);
  const person = toPerson(card);
  if (person !== null) return { kind: 'person', id: person };
  return { kind: 'channel', id: await channelOf(services, product) };
}

/** The id of the conversation at an address. Throws `ChatError`. */
export function placeOf(
  { chat }: Pick<ChatServices, 'chat'>,
  { kind, id }: { kind: 'channel' | 'person'; id: string },
): Promise<string> {
  return kind === 'person' ? chat.direct(id) : Promise.resolve(id);
}
