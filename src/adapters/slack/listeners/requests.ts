import type { ActionName, ActionValue, ModalName } from '../../../chat/blocks/actions.ts';
import type { Request, Target } from '../../../chat/command/request.ts';
import { shaOf } from '../controllers/dialogs.ts';

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

/** Dialogs that complete a request. */
export type RequestModal = Extract<
  ModalName,
  'reject' | 'testFailed' | 'acceptAnyway' | 'cancel' | 'rollback' | 'overrideFreeze'
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

/** The request of a submitted dialog, as if it had been typed. */
export function submittedRequest(
  name: RequestModal,
  target: Target,
  release: number,
  { reason, target: commit }: { reason: string | null; target: string | null },
): Request {
  switch (name) {
    case 'reject':
    case 'cancel':
      return { kind: name, ...target, release, reason };
    case 'testFailed':
      return { kind: 'fail', ...target, release, reason };
    case 'acceptAnyway':
      return { kind: 'accept', ...target, release, reason };
    case 'overrideFreeze':
      return { kind: 'override', ...target, release, reason };
    case 'rollback':
      return { kind: 'rollback', ...target, commit, reason };
    default:
      return name satisfies never;
  }
}
