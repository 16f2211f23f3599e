import type { ReceiverEvent } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../../../chat/view-model.ts';
import { ChatError } from '../../../ports/chat.ts';
import { calling } from '../client/calling.ts';
import type { Asked } from './asked.ts';

/** Whom to tell something, and where they asked. */
export interface Told extends Pick<Asked, 'user' | 'channel'> {
  /** Timestamp of the message at the top of the thread; absent: not in a thread. */
  thread?: string | undefined;
}

/**
 * Tells one person something: where the request was made, so that only they see it; elsewhere, and where the app may not
 * write there, as a direct message. Throws `ChatError`.
 */
export async function tellPerson(
  client: WebClient,
  { user, channel, thread }: Told,
  { text, blocks }: Message,
): Promise<void> {
  const content = { text, ...(blocks.length > 0 ? { blocks } : {}) };
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  if (channel !== null) {
    try {
      await calling(() => client.chat.postEphemeral({ channel, user, ...content, ...inThread }));
      return;
    } catch (error) {
      const isElsewhere = error instanceof ChatError && error.kind === 'final';
      if (!isElsewhere) throw error;
    }
  }
  await calling(() => client.chat.postMessage({ channel: user, unfurl_links: false, ...content }));
}

/**
 * Answers a request that is not taken: within the acknowledgement where Slack shows what it says, else before it, so that
 * the person is told also if this process ends now. A dialog stays open with what was typed. Throws `ChatError` when the
 * person could not be told: then nothing is acknowledged, and Slack tells them that it failed.
 */
export async function tellInstead(
  client: WebClient,
  { ack }: ReceiverEvent,
  asked: Asked,
  said: Message,
): Promise<void> {
  const [field] = asked.fields;
  if (asked.kind === 'command') {
    const { text, blocks } = said;
    await ack({ response_type: 'ephemeral', text, ...(blocks.length > 0 ? { blocks } : {}) });
  } else if (asked.kind === 'submission' && field !== undefined) {
    await ack({ response_action: 'errors', errors: { [field]: said.text } });
  } else {
    await tellPerson(client, asked, said);
    await ack();
  }
}
