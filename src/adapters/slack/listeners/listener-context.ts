import { setImmediate as others } from 'node:timers/promises';
import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { answerModal } from '../../../chat/dialogs/answer.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { tellPerson } from '../inbox/tell.ts';

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
  /** Absent: the click has no channel, as in the Home tab. */
  respond: RespondFn | undefined;
  client: WebClient;
  /** Slack user id of whoever clicked. */
  user: string;
  /** Opens one dialog, within three seconds. */
  triggerId: string;
  /** Timestamp of the message at the top of the thread that was clicked in; undefined: in no thread. */
  thread?: string | undefined;
}

/**
 * Answers a click: to that person alone in the channel, or in a dialog where there is none, or else in a direct message.
 * Throws and replaces as `respondTo`.
 */
export async function answerTo(
  context: ListenerContext,
  { respond, client, user, triggerId, thread }: Answering,
  said: Message | null,
  instead = false,
): Promise<void> {
  if (said === null) return;
  if (respond !== undefined) return respondTo(context, respond, said, instead, thread);
  try {
    await client.views.open({ trigger_id: triggerId, view: answerModal(said) });
  } catch (error) {
    context.log.info({ err: error }, 'a dialog with an answer could not be opened; it is sent as a message');
    await tellPerson(client, { user, channel: null }, said);
  }
}

/**
 * Sends an answer to one person through the request's `response_url`. Throws if it was not sent: then the request is not
 * finished, and the inbox sees to it. `instead`: replaces the message whose button was clicked.
 * `thread`: as in `Answering`.
 */
export async function respondTo(
  context: ListenerContext,
  respond: RespondFn | undefined,
  said: Message | null,
  instead = false,
  thread?: string,
): Promise<void> {
  if (said === null) return;
  if (respond === undefined) return context.log.warn('a click has no response_url, so it was not answered');
  await respond({
    response_type: 'ephemeral',
    replace_original: instead,
    // Slack would answer beside the thread.
    ...(thread === undefined || instead ? {} : { thread_ts: thread }),
    text: said.text,
    ...(said.blocks.length > 0 ? { blocks: said.blocks } : {}),
  });
}
