import type { ModalMetadata } from '../../../../chat/blocks/action-values.ts';
import type { ModalName } from '../../../../chat/blocks/actions.ts';
import type { LockTarget } from '../../../../chat/command/request.ts';
import { type FieldErrors, inputOf, reasonProblem } from '../../../../chat/dialogs/inputs.ts';
import { chosenEnd, endProblem } from '../../../../chat/dialogs/lock.ts';
import { placeName } from '../../../../chat/locks/text.ts';
import type { Message } from '../../../../chat/view-model.ts';
import type { Services } from '../../../../flow/services/services.ts';
import { placeOf } from '../lock.ts';
import { choosesPlace } from './submitted-before.ts';
import type { RequestModal } from './submitted-request.ts';

/** Dialogs that change a lock. */
export type LockDialog = Extract<ModalName, 'lock' | 'takeOver' | 'extendLock' | 'editReason'>;

/** Dialogs whose submission is a request. */
export type SubmittedDialog = RequestModal | LockDialog;

/** What a submission came to. */
export type Submission =
  /** `said`: what there is to say beside the card; null: nothing. */
  | { kind: 'done'; said: Message | null }
  /** It can be corrected: what is wrong, by input. */
  | { kind: 'errors'; errors: FieldErrors }
  /** It cannot be done, whatever is typed. */
  | { kind: 'refused'; said: Message }
  /**
   * Slipway or the network failed; the same submission may be sent again. `tried`: the place to which it was sent, where it
   * is not known whether it was done there.
   */
  | { kind: 'failed'; said: Message; tried?: string }
  /** The dialog does not say what it is about: another version of Slipway drew it. */
  | { kind: 'unreadable' };

/** A dialog as Slack sends it back. */
export interface SubmittedView {
  id: string;
  state: unknown;
}

/** A dialog that was submitted. */
export interface Sent<N> {
  name: N;
  metadata: ModalMetadata;
  view: SubmittedView;
  /** What is chosen in it, else what it was opened for. */
  target: LockTarget;
}

/** What keeps a dialog that was not processed yet from being sent there, by what it holds; null: nothing. */
export function inputErrors(
  services: Pick<Services, 'now'>,
  { name, metadata: { tried }, view, target }: Sent<SubmittedDialog>,
): FieldErrors | null {
  const isElsewhere = tried !== undefined && choosesPlace(name) && tried !== placeOf(target);
  return isElsewhere ? { place: onlyThere(tried) } : fieldErrors(name, view.state, services.now());
}

/** Sent to another place, it could be done in both. */
function onlyThere(tried: string): string {
  return `It is not known whether this was done for ${placeName(tried)}, where you sent it first. Choose that once more to learn it. For another place, open a new dialog.`;
}

const LOCK_DIALOGS = {
  lock: true,
  takeOver: true,
  extendLock: true,
  editReason: true,
} as const satisfies Record<LockDialog, true>;

/** Whether the dialog is about a lock. */
export function isLockDialog(name: SubmittedDialog): name is LockDialog {
  return Object.hasOwn(LOCK_DIALOGS, name);
}

/** What is wrong with the inputs of a dialog by themselves; null: nothing. */
function fieldErrors(name: SubmittedDialog, state: unknown, now: number): FieldErrors | null {
  const reason =
    name === 'extendLock' ? null : reasonProblem(inputOf(state, 'reason').typed, name === 'cancel');
  const end = isLockDialog(name) && name !== 'editReason' ? chosenEnd(state) : null;
  const commit = (name === 'hotfix' || name === 'adopt') && inputOf(state, 'commit').typed === null;
  const errors: FieldErrors = {
    ...(reason === null ? {} : { reason }),
    ...(commit ? { commit: 'Name a commit: SHA, tag or branch.' } : {}),
    ...(end === null ? {} : endProblem(end, now)),
  };
  return Object.keys(errors).length > 0 ? errors : null;
}
