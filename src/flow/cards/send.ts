import { plainMessage } from '../../chat/blocks/blocks.ts';
import type { Message } from '../../chat/view-model.ts';
import type { Card } from '../../domain/documents/card.ts';
import { ChatError } from '../../ports/chat.ts';
import type { ChatServices } from '../services/services.ts';
import { toPerson } from './address.ts';
import { type Asked, deliveryAfter } from './delivery.ts';
import { Undelivered } from './undelivered.ts';

/** What became of a message to Slack. */
export type Sent =
  | { kind: 'done' }
  /** The post is gone: the card is posted again. */
  | { kind: 'anew'; error: ChatError }
  /** Slack does not take this one; the rest of the card continues. `gone`: the message that it is about is gone. */
  | { kind: 'passedOver'; gone: boolean; why: Undelivered };

/**
 * Sends a message, as plain text if Slack does not accept its blocks. Throws `Undelivered` when the whole card must
 * wait.
 */
export async function sendTo(
  { log, timing }: Pick<ChatServices, 'log' | 'timing'>,
  card: Card,
  doing: Asked['doing'],
  message: Message,
  send: (message: Message) => Promise<void>,
  plain = false,
): Promise<Sent> {
  try {
    await send(message);
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    const { fault, retryAfterMs } = error;
    const asked = { doing, plain, toPerson: toPerson(card) !== null, failures: card.failures };
    const delivery = deliveryAfter(fault, retryAfterMs, asked, timing);
    switch (delivery.kind) {
      case 'anew':
        log.warn({ err: error, card: card.id }, 'the post of a card is gone; it is posted again');
        return { kind: 'anew', error };
      case 'plain':
        log.error({ err: error, card: card.id, doing }, 'Slack refuses the blocks of a message');
        return sendTo({ log, timing }, card, doing, plainMessage(message), send, true);
      case 'passOver':
        return {
          kind: 'passedOver',
          gone: fault.at === 'message' && fault.how === 'gone',
          why: new Undelivered(delivery, error),
        };
      case 'wait':
      case 'end':
        throw new Undelivered(delivery, error);
      default:
        return delivery satisfies never;
    }
  }
}
