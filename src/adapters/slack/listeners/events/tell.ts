import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Message } from '../../../../chat/view-model.ts';
import { ChatError } from '../../../../ports/chat.ts';
import { calling } from '../../client/calling.ts';

/** Where one person is told something. */
export interface Told {
  channel: string;
  user: string;
  /** Timestamp of the message at the top of the thread; null: not in a thread. */
  thread: string | null;
}

/**
 * Tells one person something where they asked, so that only they see it. Throws `ChatError` if it may be tried again; what
 * Slack refuses for good is logged.
 */
export async function tell(
  client: WebClient,
  log: Logger,
  { channel, user, thread }: Told,
  said: Message | null,
): Promise<void> {
  if (said === null) return;
  const blocks = said.blocks.length > 0 ? { blocks: said.blocks } : {};
  const inThread = thread === null ? {} : { thread_ts: thread };
  try {
    await calling(() =>
      client.chat.postEphemeral({ channel, user, text: said.text, ...blocks, ...inThread }),
    );
  } catch (error) {
    if (!(error instanceof ChatError && error.kind === 'final')) throw error;
    log.warn({ err: error, channel }, 'an answer could not be sent');
  }
}
