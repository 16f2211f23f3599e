import { setImmediate as others } from 'node:timers/promises';
import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { answerModal } from '../../../chat/dialogs/answer.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { openView } from './button-click.ts';

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

/** Where a click can be answered. */
export interface Answering {
  /** Absent: the click has no channel, as in a dialog or in the Home tab. */
  respond: RespondFn | undefined;
  client: WebClient;
  /** Slack user id of whoever clicked. */
  user: string;
  /** Opens one dialog, within three seconds. */
  triggerId: string;
  /** The click was in a dialog. */
  inDialog: boolean;
}

/**
 * Answers a click: to that person alone in the channel, or in a dialog where there is none, or else in a direct message. If
 * Slack refuses them all, that is only logged: the change is done, and the card shows it. `instead`: replaces the message
 * whose button was clicked.
 */
export async function answerTo(
  context: ListenerContext,
  { respond, client, user, triggerId, inDialog }: Answering,
  said: Message | null,
  instead = false,
): Promise<void> {
  if (said === null) return;
  if (respond !== undefined) return respondTo(context, respond, said, instead);
  try {
    await openView({ client, triggerId, inDialog }, answerModal(said));
  } catch (error) {
    context.log.info({ err: error }, 'a dialog with an answer could not be opened; it is sent as a message');
    await tell(context, client, user, said);
  }
}

/** Sends an answer as a direct message. */
export async function tell(
  context: ListenerContext,
  client: WebClient,
  user: string,
  { text, blocks }: Message,
): Promise<void> {
  await client.chat
    .postMessage({ channel: user, text, ...(blocks.length > 0 ? { blocks } : {}) })
    .catch((error: unknown) => context.log.warn({ err: error }, 'an answer could not be sent'));
}

/** Sends an answer to one person through the request's `response_url`. */
export async function respondTo(
  context: ListenerContext,
  respond: RespondFn,
  said: Message | null,
  instead = false,
): Promise<void> {
  if (said === null) return;
  try {
    await respond({
      response_type: 'ephemeral',
      replace_original: instead,
      text: said.text,
      ...(said.blocks.length > 0 ? { blocks: said.blocks } : {}),
    });
  } catch (error) {
    context.log.warn({ err: error }, 'an answer could not be sent');
  }
}
