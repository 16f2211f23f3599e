import { setImmediate as others } from 'node:timers/promises';
import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { answerModal } from '../../../chat/dialogs/answer.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { ChatError } from '../../../ports/chat.ts';
import { type Told, tellPerson } from '../inbox/tell.ts';

/** What listeners work with. */
export interface ListenerContext {
  /** null: Slipway is still starting. Events do not come in then (`Inbox`). */
  services(): ChatServices | null;
  log: Logger;
}

/** Acknowledges, then yields to the event loop, so that other requests are acknowledged before the work begins. */
export async function acknowledge(ack: () => Promise<void>): Promise<void> {
  await ack();
  await others();
}

/** Where a request can be answered. */
export interface Answering extends Told {
  client: WebClient;
  /** Absent: the request has no channel, as a click in the Home tab. */
  respond: RespondFn | undefined;
}

/**
 * Answers a click: to that person alone in the channel, or in a dialog where there is none, or else in a direct message.
 * `triggerId`: opens one dialog, within three seconds. Throws and replaces as `respondTo`.
 */
export async function answerTo(
  context: ListenerContext,
  to: Answering & { triggerId: string },
  said: Message | null,
  instead = false,
): Promise<void> {
  if (said === null) return;
  if (to.respond !== undefined) return respondTo(context, to, said, instead);
  try {
    await to.client.views.open({ trigger_id: to.triggerId, view: answerModal(said) });
  } catch (error) {
    context.log.info({ err: error }, 'a dialog with an answer could not be opened; it is sent as a message');
    await tellPerson(to.client, to, said);
  }
}

/**
 * Answers one person through the request's `response_url`, or by a message of its own where that is over. Throws
 * `ChatError` if neither was sent: then the request is not finished, and the inbox sees to it. `instead`: replaces the
 * message whose button was clicked.
 */
export async function respondTo(
  context: ListenerContext,
  to: Answering,
  said: Message | null,
  instead = false,
): Promise<void> {
  if (said === null) return;
  const { client, respond, thread } = to;
  try {
    if (respond === undefined) return await tellPerson(client, to, said);
    await respond({
      response_type: 'ephemeral',
      replace_original: instead,
      // Slack would answer beside the thread.
      ...(thread === undefined || instead ? {} : { thread_ts: thread }),
      text: said.text,
      ...(said.blocks.length > 0 ? { blocks: said.blocks } : {}),
    });
  } catch (error) {
    if (error instanceof ChatError) throw error;
    context.log.info({ err: error }, 'a response_url took no answer; it is sent as a message');
    await tellPerson(client, to, said);
  }
}
