import type { ActionValue } from '../../../chat/blocks/action-values.ts';
import type { ActionName } from '../../../chat/blocks/actions.ts';
import type { Request, Target } from '../../../chat/command/request.ts';
import { shaOf } from '../controllers/dialogs/dialogs.ts';

/** Buttons that are a whole request. */
export type RequestAction = Extract<
  ActionName,
  | 'prepareAgain'
  | 'why'
  | 'approve'
  | 'deploy'
  | 'accept'
  | 'cancelRunning'
  | 'retry'
  | 'retryVerification'
  | 'resume'
>;

/** The request of a click, as if it had been typed; null: the button does not say for which commit or release. */
export function clickedRequest(action: RequestAction, target: Target, value: ActionValue): Request | null {
  const { release } = value;
  switch (action) {
    case 'prepareAgain': {
      const commit = shaOf(value);
      return commit === undefined ? null : { kind: 'prepare', ...target, commit, note: null };
    }
    case 'why':
      return { kind: 'why', ...target, release: value.release ?? null };
    case 'resume':
      return { kind: 'resume', ...target, reason: null };
    case 'retry':
    case 'retryVerification':
      return release === undefined ? null : { kind: 'retry', ...target, release, reason: null };
    case 'approve':
    case 'deploy':
    case 'accept':
      return release === undefined ? null : { kind: action, ...target, release, reason: null };
    case 'cancelRunning':
      return release === undefined ? null : { kind: 'cancel', ...target, release, reason: null };
    default:
      return action satisfies never;
  }
}
