import { shownLock } from '../../../chat/blocks/action-values.ts';
import type { ActionName } from '../../../chat/blocks/actions.ts';
import type { Reasoned } from '../../../chat/command/reason.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { LockWish } from '../../../flow/requests/lock.ts';
import { answerClick, answerLock } from '../controllers/change.ts';
import { askOfLock, askReason } from '../controllers/dialogs/reasons.ts';
import { targetOf } from '../controllers/lock.ts';
import { type ButtonClick, notConfigured, UNREADABLE } from './button-click.ts';
import { clickedRequest } from './requests.ts';

const HOLD_ACTIONS = [
  'askToUnlock',
  'unlock',
  'takeOver',
  'extendLock',
  'editReason',
  'handOver',
  'keepLock',
  'overrideFreeze',
  'resume',
] as const satisfies readonly ActionName[];
type HoldAction = (typeof HOLD_ACTIONS)[number];

export function isHoldAction(action: ActionName): action is HoldAction {
  return (HOLD_ACTIONS as readonly ActionName[]).includes(action);
}

/** Answers clicks about locks, freezes and pauses; null: the message with the button is the answer. */
export async function clickedHold(click: ButtonClick, action: HoldAction): Promise<Message | null> {
  const { services, value, caller } = click;
  const target = targetOf(services.settings, value.environment);
  if (target === null) return notConfigured(click);
  switch (action) {
    case 'askToUnlock':
    case 'unlock':
    case 'keepLock':
      return answerLock(services, caller, { target, wish: { type: action }, shown: shownLock(value) });
    case 'handOver': {
      if (value.user === undefined) return UNREADABLE;
      const wish: LockWish = { type: 'handOver', to: value.user };
      return answerLock(services, caller, { target, wish, shown: shownLock(value) });
    }
    case 'takeOver': {
      const asked: Reasoned = { kind: 'takeover', ...target, reason: null, forMs: null };
      return askReason(services, caller, asked, 'clicked', shownLock(value));
    }
    case 'extendLock':
    case 'editReason':
      return askOfLock(services, caller, action, target, shownLock(value));
    case 'overrideFreeze': {
      const { product, environment } = target;
      const { release } = value;
      if (environment === null || release === undefined) return UNREADABLE;
      const asked: Reasoned = { kind: 'override', product, environment, release, reason: null };
      return askReason(services, { ...caller, freeze: value.freeze }, asked, 'clicked');
    }
    case 'resume': {
      const { product, environment } = target;
      if (environment === null) return UNREADABLE;
      const asked = clickedRequest('resume', { product, environment }, value);
      return asked === null ? UNREADABLE : answerClick(services, { ...caller, pause: value.pause }, asked);
    }
    default:
      return action satisfies never;
  }
}
