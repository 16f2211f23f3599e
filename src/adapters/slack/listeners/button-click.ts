import type { ActionName, ActionValue } from '../../../chat/blocks/actions.ts';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import type { Caller } from '../controllers/caller.ts';
import type { Opening } from './opening.ts';

/** The answer to a button whose value Slipway cannot read. */
export const UNREADABLE: Message = erroredMessage(
  'This button can no longer be read.',
  'none',
  'Use /release status to see what is there now.',
);

/** The answer where Slack did not open a dialog that only shows something. */
export const NOT_OPENED: Message = erroredMessage(
  'Slack did not open the dialog.',
  'none',
  'Click once more.',
);

/** A click on one of Slipway's buttons. */
export interface ButtonClick {
  services: ChatServices;
  action: ActionName;
  value: ActionValue;
  caller: Caller;
  opening: Opening;
}
