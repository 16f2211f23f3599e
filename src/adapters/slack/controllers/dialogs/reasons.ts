import type { ModalView } from '@slack/types';
import { giveReasonMessage } from '../../../../chat/answers/problems/give-reason.ts';
import type { ModalMetadata } from '../../../../chat/blocks/action-values.ts';
import { type Reasoned, reasonDialog, withReason } from '../../../../chat/command/reason.ts';
import type { LockTarget } from '../../../../chat/command/request.ts';
import { adoptModal, hotfixModal, pauseModal, redeployModal } from '../../../../chat/dialogs/environment.ts';
import {
  type EndWish,
  editReasonModal,
  extendModal,
  isOffered,
  lockModal,
  takeOverModal,
} from '../../../../chat/dialogs/lock.ts';
import { type ReleaseDialog, reasonModal } from '../../../../chat/dialogs/release.ts';
import { erroredMessage } from '../../../../chat/refusals/refusals.ts';
import type { Message } from '../../../../chat/view-model.ts';
import type { Lock, ShownLock } from '../../../../domain/documents/values/lock.ts';
import { type EnvironmentId, environmentId } from '../../../../domain/ids.ts';
import { frozenAt } from '../../../../domain/time/freeze.ts';
import { type ForeseenChange, foreseeChange } from '../../../../flow/requests/change.ts';
import { foreseeLock, type LockWish } from '../../../../flow/requests/lock.ts';
import { lockEnd } from '../../../../flow/requests/lock-end.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { mustKnow } from '../../../../flow/settings/settings.ts';
import { releaseOf } from '../../../../flow/views/render-context.ts';
import { environmentView } from '../../../../flow/views/views.ts';
import { type Caller, type Input, NOT_OPENED, type NotOpened, requesterOf } from '../caller.ts';
import { orError } from '../errors.ts';
import { lockRefusal, placeOf } from '../lock.ts';
import { refusalOf } from '../outcomes.ts';
import { readRollbackModal } from './dialogs.ts';

/** Stands for the reason while it is asked whether the request would be accepted with one. */
const SOME_REASON = 'reason';

/**
 * Asks for the reason of a request in a dialog. What would be refused anyway, by the same decision, is refused at once.
 * Where no dialog can be opened, the answer says how to type the reason and has a button that opens the dialog. `shown`:
 * the lock that was clicked. null: the dialog is open. Never throws.
 */
export async function askReason(
  services: ChatServices,
  caller: Caller,
  asked: Reasoned,
  input: Input,
  shown?: ShownLock,
): Promise<Message | null> {
  const name = reasonDialog(asked);
  if (name === null) return erroredMessage(`${asked.kind} takes no reason`, 'none', 'See /release help.');
  const read = () => orError(services, () => dialogOrRefusal(services, caller, asked, input, shown));
  const { dialogs } = caller;
  if (dialogs) return dialogs.open(name, read, (why) => giveReasonMessage(asked, NOT_OPENED[why]));
  const made = await read();
  return isView(made) ? giveReasonMessage(asked, null) : made;
}

async function dialogOrRefusal(
  services: ChatServices,
  caller: Caller,
  asked: Reasoned,
  input: Input,
  shown: ShownLock | undefined,
): Promise<ModalView | Message> {
  const whole = withReason(asked, SOME_REASON);
  const metadata = metadataOf(caller, placeOf(asked), input);
  if (isOfLock(whole)) {
    return lockDialog(services, caller, whole, metadata, shown);
  }
  // The request itself may have been refused under its own id, for want of a reason.
  const asker = await requesterOf(services, { ...caller, id: `${caller.id}:foreseen` });
  const outcome = await foreseeChange(services, asker, whole);
  if (outcome.kind === 'refused' && outcome.refusal.rule === 'irreversible') {
    // The dialog shows the commits that a rollback goes past, and asks for both.
    return readRollbackModal(services, outcome.here.environment.id, metadata, outcome.refusal.sha);
  }
  if (outcome.kind !== 'accepted') return refusalOf(services, asker, outcome);
  return changeDialog(services, outcome, asked, metadata);
}

type OfLock = Extract<Reasoned, { kind: 'lock' | 'takeover' }>;

function isOfLock(asked: Reasoned): asked is OfLock {
  return asked.kind === 'lock' || asked.kind === 'takeover';
}

type Foreseen = Extract<ForeseenChange, { kind: 'accepted' }>;

async function changeDialog(
  services: ChatServices,
  { command, environment: id }: Foreseen,
  asked: Reasoned,
  metadata: ModalMetadata,
): Promise<ModalView | Message> {
  const { product } = asked;
  const commit = 'commit' in asked ? (asked.commit ?? undefined) : undefined;
  switch (command.type) {
    case 'reject':
      return ofRelease(services, 'reject', command.release, metadata, id);
    case 'fail':
      return ofRelease(services, 'testFailed', command.release, metadata, id);
    case 'accept':
      return ofRelease(services, 'acceptAnyway', command.release, metadata, id);
    case 'cancel':
      return ofRelease(services, 'cancel', command.release, metadata, id);
    case 'override': {
      const { policy } = await environmentView(services, id);
      const freeze = frozenAt(policy.freeze, services.now())?.until;
      return ofRelease(services, 'overrideFreeze', command.release, { ...metadata, freeze }, id);
    }
    case 'rollback':
      return readRollbackModal(services, id, metadata, command.to?.sha ?? null);
    case 'hotfix': {
      const { environments } = mustKnow(services.settings, product);
      const byPeople = environments.filter(({ policy }) => policy.mode === 'approval');
      const ids = byPeople.map(({ policy }) => environmentId(product, policy.name));
      return hotfixModal({ metadata, commit }, product, ids);
    }
    case 'adopt':
      return adoptModal({ metadata, commit });
    case 'pause':
      return pauseModal({ metadata });
    case 'redeploy': {
      const { environment } = await environmentView(services, id);
      return redeployModal({ metadata: { ...metadata, sha: command.sha ?? environment.deployed?.sha } });
    }
    case 'approve':
    case 'deploy':
    case 'retry':
    case 'prepare':
    case 'resume':
      return erroredMessage(`${command.type} takes no reason`, 'none', 'See /release help.');
    default:
      return command satisfies never;
  }
}

async function ofRelease(
  services: ChatServices,
  action: ReleaseDialog,
  release: number,
  metadata: ModalMetadata,
  id: EnvironmentId,
): Promise<ModalView> {
  const { environment } = await environmentView(services, id);
  const sha = (await releaseOf(services, environment, release))?.sha ?? '';
  return reasonModal({ action, metadata: { ...metadata, release, sha } });
}

async function lockDialog(
  services: ChatServices,
  caller: Caller,
  asked: OfLock,
  metadata: ModalMetadata,
  shown: ShownLock | undefined,
): Promise<ModalView | Message> {
  const type = asked.kind === 'lock' ? 'lock' : 'takeOver';
  const wish: LockWish = { type, reason: SOME_REASON, forMs: null };
  const outcome = await foreseenLock(services, caller, asked, wish, shown);
  if ('text' in outcome) return outcome;
  const end = await endTyped(services, caller, asked);
  if (outcome.before === null || type === 'lock') {
    const { environments } = mustKnow(services.settings, asked.product);
    const ids = environments.map(({ policy }) => environmentId(asked.product, policy.name));
    return lockModal({ metadata, end }, asked.product, ids);
  }
  const place = placeOf(asked);
  const { owner, reason } = outcome.before;
  const about = { place, owner: owner.name, reason, metadata: { ...metadata, ...ofLock(outcome.before) } };
  return takeOverModal({ ...about, end });
}

/** What a dialog keeps of the lock that it shows, which alone it changes. */
function ofLock({ card, at }: Lock): Pick<ModalMetadata, 'lock' | 'since'> {
  return { lock: card, since: at };
}

/** The lock that the wish would be accepted for; or the refusal. */
async function foreseenLock(
  services: ChatServices,
  caller: Caller,
  target: LockTarget,
  wish: LockWish,
  shown: ShownLock | undefined,
): Promise<{ before: Lock | null } | Message> {
  const asker = await requesterOf(services, { ...caller, id: `${caller.id}:foreseen` });
  const outcome = await foreseeLock(services, asker, target, wish, shown);
  return outcome.kind === 'refused'
    ? lockRefusal(services, asker, placeOf(target), outcome)
    : { before: outcome.before };
}

/** The end that was typed; what the dialog does not offer, and a time of day, becomes a date and time. */
async function endTyped(services: ChatServices, caller: Caller, asked: OfLock): Promise<EndWish | undefined> {
  const now = services.now();
  if (asked.until !== undefined) {
    const end = await lockEnd(services, caller.user, asked, asked.until);
    return end.kind === 'at' ? { kind: 'at', at: now + end.forMs } : undefined;
  }
  if (asked.forMs === null) return undefined;
  const after: EndWish = { kind: 'after', ms: asked.forMs };
  return isOffered(after) ? after : { kind: 'at', at: now + asked.forMs };
}

/** Asks the owner of the lock that was clicked for its new end, or its new reason. null: the dialog is open. Never throws. */
export async function askOfLock(
  services: ChatServices,
  caller: Caller,
  name: 'extendLock' | 'editReason',
  target: LockTarget,
  shown: ShownLock | undefined,
): Promise<Message | null> {
  const wish: LockWish =
    name === 'extendLock' ? { type: 'extendLock', forMs: 1 } : { type: 'editLock', reason: SOME_REASON };
  const read = () =>
    orError(services, async (): Promise<ModalView | Message> => {
      const outcome = await foreseenLock(services, caller, target, wish, shown);
      if ('text' in outcome) return outcome;
      if (outcome.before === null) return noDialog('refused');
      const { owner, reason } = outcome.before;
      const place = placeOf(target);
      const metadata = { ...metadataOf(caller, place, 'clicked'), ...ofLock(outcome.before) };
      const about = { place, owner: owner.name, reason, metadata };
      return name === 'extendLock' ? extendModal(about) : editReasonModal(about);
    });
  return caller.dialogs ? caller.dialogs.open(name, read, noDialog) : noDialog('refused');
}

/** The answer where a dialog that only a button opens did not open. */
function noDialog(why: NotOpened): Message {
  return erroredMessage(NOT_OPENED[why], 'none', 'Click once more.');
}

/** `environment`: environment id, or a product's name for all of its environments. */
function metadataOf({ channel }: Caller, environment: string, input: Input): ModalMetadata {
  return {
    environment,
    ...(channel === '' ? {} : { channel }),
    ...(input === 'typed' ? { typed: true } : {}),
  };
}

/** Whether it is a dialog and no message. */
export function isView(made: ModalView | Message): made is ModalView {
  return 'type' in made;
}
