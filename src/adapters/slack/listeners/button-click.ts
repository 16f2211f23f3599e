import type { ModalView } from '@slack/types';
import type { ViewsOpenResponse, WebClient } from '@slack/web-api';
import type { ActionName, ActionValue } from '../../../chat/blocks/actions.ts';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { chatError } from '../client/calling.ts';
import type { Caller } from '../controllers/change.ts';

/** The answer to a button whose value Slipway cannot read. */
export const UNREADABLE: Message = erroredMessage(
  'This button can no longer be read.',
  'none',
  'Use /release status to see what is there now.',
);

/** A click on one of Slipway's buttons. */
export interface ButtonClick {
  services: ChatServices;
  action: ActionName;
  value: ActionValue;
  caller: Caller;
  client: WebClient;
  /** Valid for three seconds, and only once. */
  triggerId: string;
  /** The click was in a dialog. */
  inDialog: boolean;
}

/** Opens a modal, above the one in which was clicked if there is one. */
export function openView(
  { client, triggerId, inDialog }: Pick<ButtonClick, 'client' | 'triggerId' | 'inDialog'>,
  view: ModalView,
): Promise<ViewsOpenResponse> {
  const asked = { trigger_id: triggerId, view };
  return inDialog ? client.views.push(asked) : client.views.open(asked);
}

/** Opens a modal; null: opened, else the answer to give. */
export async function openModal(
  { services, client, triggerId, inDialog }: ButtonClick,
  view: ModalView,
): Promise<Message | null> {
  try {
    await openView({ client, triggerId, inDialog }, view);
    return null;
  } catch (error) {
    return notOpened(services, error);
  }
}

/** Slack's errors for a trigger that is over: Slipway was slow, or was started again before it came to the click. */
const OVER: ReadonlySet<unknown> = new Set(['expired_trigger_id', 'exchanged_trigger_id']);

/** The answer to a click whose dialog Slack did not open. */
export function notOpened({ log }: Pick<ChatServices, 'log'>, error: unknown): Message {
  log.warn({ err: error }, 'a modal could not be opened');
  const what = OVER.has(chatError(error).code)
    ? 'Slipway was interrupted, or too slow, and came too late to open the dialog.'
    : 'Slack did not open the dialog.';
  return erroredMessage(what, 'none', 'Click once more.');
}
