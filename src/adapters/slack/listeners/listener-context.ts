import { setImmediate as others } from 'node:timers/promises';
import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { answerModal } from '../../../chat/dialogs/answer.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { tellPerson } from '../inbox/tell.ts';
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
 * Answers a click: to that person alone in the channel, or in a dialog where there is none, or else in a direct message.
 * Throws if it was not sent: then the request is not finished, and the inbox sees to it. `instead`: replaces the message
 * whose button was clicked.
 */
export async function answerTo(
  context: ListenerContext,
  { respond, client, user, triggerId, inDialog }: Answering,
  said: Message | null,
  instead = false,
): Promise<void> {
  if (said === null) return;
  if (respond !== undefined) return respondTo(respond, said, instead);
  try {
    await openView({ client, triggerId, inDialog }, answerModal(said));
  } catch (error) {
    context.log.info({ err: error }, 'a dialog with an answer could not be opened; it is sent as a message');
    await tellPerson(client, { user, channel: null }, said);
  }
}

/** Sends an answer to one person through the request's `response_url`. Throws if it was not sent. */
export async function respondTo(respond: RespondFn, said: Message | null, instead = false): Promise<void> {
  if (said === null) return;
  await respond({
    response_type: 'ephemeral',
    replace_original: instead,
    text: said.text,
    ...(said.blocks.length > 0 ? { blocks: said.blocks } : {}),
  });
}
