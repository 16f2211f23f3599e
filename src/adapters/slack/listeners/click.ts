import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { ActionName, ActionValue } from '../../../chat/blocks/actions.ts';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Said } from '../../../chat/view-model.ts';
import type { ChatParts } from '../../../flow/services/services.ts';
import type { Caller } from '../controllers/change.ts';

export const UNREADABLE: Said = erroredMessage(
  'This button cannot be read any more.',
  'none',
  'Use /release status to see what is there now.',
);

/** One click on a button of ours. */
export interface Click {
  parts: ChatParts;
  action: ActionName;
  value: ActionValue;
  caller: Caller;
  client: WebClient;
  /** Lives three seconds, works once. */
  triggerId: string;
}

/** Opens a modal; what is said where Slack does not. */
export async function open({ parts, client, triggerId }: Click, view: ModalView): Promise<Said | null> {
  try {
    await client.views.open({ trigger_id: triggerId, view });
    return null;
  } catch (error) {
    parts.log.warn({ err: error }, 'a modal could not be opened');
    return erroredMessage('Slack did not open the dialog.', 'none', 'Click once more.');
  }
}
