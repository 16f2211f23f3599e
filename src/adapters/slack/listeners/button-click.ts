import type { ActionValue } from '../../../chat/blocks/action-values.ts';
import type { ActionName } from '../../../chat/blocks/actions.ts';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { type Caller, NOT_OPENED, type NotOpened } from '../controllers/caller.ts';
import type { Opening } from './dialogs/opening.ts';

/** The answer to a button whose value Slipway cannot read. */
export const UNREADABLE: Message = erroredMessage(
  'This button can no longer be read.',
  'none',
  'Use /release status to see what is there now.',
);

/** The answer where Slack did not open a dialog that only a button opens. */
export function notOpened(why: NotOpened): Message {
  return erroredMessage(NOT_OPENED[why], 'none', 'Click once more.');
}

/** A click on one of Slipway's buttons. */
export interface ButtonClick {
  services: ChatServices;
  action: ActionName;
  value: ActionValue;
  caller: Caller;
  opening: Opening;
}

/** The answer to a button of a place that is not configured any more. It may have been when the button was first clicked. */
export function notConfigured({ value, caller }: Pick<ButtonClick, 'value' | 'caller'>): Message {
  const what = `${value.environment} is no longer in the configuration.`;
  return erroredMessage(what, caller.again ? 'unknown' : 'none', 'See /release status.');
}
