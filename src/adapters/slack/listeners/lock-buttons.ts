import type { ActionName, ActionValue, ModalMetadata } from '../../../chat/blocks/actions.ts';
import type { LockTarget } from '../../../chat/command/request.ts';
import { editReasonModal, extendModal, overrideModal, takeOverModal } from '../../../chat/dialogs/lock.ts';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { Lock } from '../../../domain/documents/values/lock.ts';
import { isEnvironmentId } from '../../../domain/ids.ts';
import type { LockWish } from '../../../flow/requests/lock.ts';
import { findEnvironment, findProduct, type Settings } from '../../../flow/services/settings.ts';
import { answerClick, answerLock } from '../controllers/change.ts';
import { type ButtonClick, openModal, UNREADABLE } from './button-click.ts';
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

/** The environment or product that a button about a lock or pause was drawn for; null: it is not configured any more. */
export function targetOf(settings: Settings, { environment: place }: ActionValue): LockTarget | null {
  const configured = findEnvironment(settings, place);
  if (configured)
    return { product: configured.product.name, environment: configured.environment.policy.name };
  return findProduct(settings, place) ? { product: place, environment: null } : null;
}

/** Answers clicks about locks, freezes and pauses; null: the message with the button is the answer. */
export async function clickedHold(click: ButtonClick, action: HoldAction): Promise<Message | null> {
  const { services, value, caller } = click;
  const target = targetOf(services.settings, value);
  if (target === null) {
    return erroredMessage(
      `${value.environment} is no longer in the configuration.`,
      'none',
      'See /release status.',
    );
  }
  const metadata: ModalMetadata = {
    ...value,
    ...(caller.channel === '' ? {} : { channel: caller.channel }),
  };
  switch (action) {
    case 'askToUnlock':
    case 'unlock':
    case 'keepLock':
      return answerLock(services, caller, { target, wish: { type: action }, shown: value.lock });
    case 'handOver': {
      if (value.user === undefined) return UNREADABLE;
      const wish: LockWish = { type: 'handOver', to: value.user };
      return answerLock(services, caller, { target, wish, shown: value.lock });
    }
    case 'takeOver':
    case 'extendLock':
    case 'editReason':
      return askAboutLock(click, action, metadata, target);
    case 'overrideFreeze':
      return openModal(click, overrideModal(metadata));
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

async function askAboutLock(
  click: ButtonClick,
  action: 'takeOver' | 'extendLock' | 'editReason',
  metadata: ModalMetadata,
  target: LockTarget,
): Promise<Message | null> {
  const { services, value } = click;
  const lock = await lockOf(click);
  if (lock === null || (value.lock !== undefined && lock.card !== value.lock)) {
    // An outdated click: this command is refused with the reason, whichever button it was.
    const late = { target, wish: { type: 'keepLock' }, shown: value.lock ?? '' } as const;
    return answerLock(services, click.caller, late);
  }
  const about = { place: value.environment, owner: lock.owner.name, reason: lock.reason, metadata };
  switch (action) {
    case 'takeOver':
      return openModal(click, takeOverModal(about));
    case 'extendLock':
      return openModal(click, extendModal(about));
    case 'editReason':
      return openModal(click, editReasonModal(about));
    default:
      return action satisfies never;
  }
}

async function lockOf({ services, value }: ButtonClick): Promise<Lock | null> {
  const place = value.environment;
  const holder = isEnvironmentId(place)
    ? await services.store.load('environments', place)
    : await services.store.load('products', place);
  return holder?.lock ?? null;
}
