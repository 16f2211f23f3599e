import { setImmediate as others } from 'node:timers/promises';
import type { RespondFn } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';

/** What listeners work with. */
export interface ListenerContext {
  /** null: Slipway is still starting. */
  services(): ChatServices | null;
  log: Logger;
}

/** Acknowledges, then yields to the event loop, so that other requests are acknowledged before the work begins. */
export async function acknowledge(ack: () => Promise<void>): Promise<void> {
  await ack();
  await others();
}

/**
 * Sends an answer to one person through the request's `response_url`. Throws if it was not sent: then the request is not
 * finished, and the inbox sees to it. `instead`: replaces the message whose button was clicked.
 */
export async function respondTo(
  context: ListenerContext,
  respond: RespondFn | undefined,
  said: Message | null,
  instead = false,
): Promise<void> {
  if (said === null) return;
  if (respond === undefined) return context.log.warn('a click has no response_url, so it was not answered');
  await respond({
    response_type: 'ephemeral',
    replace_original: instead,
    text: said.text,
    ...(said.blocks.length > 0 ? { blocks: said.blocks } : {}),
  });
}
