import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Message } from '../../../../chat/view-model.ts';
import { ChatError } from '../../../../ports/chat.ts';
import { type Told, tellPerson } from '../../inbox/tell.ts';

/**
 * Tells one person something, as `tellPerson` does. Throws `ChatError` if it may be tried again; what Slack refuses for
 * good is logged.
 */
export async function tell(client: WebClient, log: Logger, to: Told, said: Message | null): Promise<void> {
  if (said === null) return;
  try {
    await tellPerson(client, to, said);
  } catch (error) {
    if (!(error instanceof ChatError && error.kind === 'final')) throw error;
    log.warn({ err: error, channel: to.channel }, 'an answer could not be sent');
  }
}
