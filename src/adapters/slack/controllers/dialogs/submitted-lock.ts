import { shownLock } from '../../../../chat/blocks/action-values.ts';
import type { LockTarget } from '../../../../chat/command/request.ts';
import { hasInput, inputOf } from '../../../../chat/dialogs/inputs.ts';
import { chosenEnd, type EndWish } from '../../../../chat/dialogs/lock.ts';
import { unescapeText } from '../../../../chat/text/clean.ts';
import { foreseeLock, type LockWish } from '../../../../flow/requests/lock.ts';
import { lockEnd } from '../../../../flow/requests/lock-end.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { type Caller, requesterOf } from '../caller.ts';
import type { Act } from '../errors.ts';
import { lockAnswer, lockRefusal, placeOf } from '../lock.ts';
import { inputErrors, type LockDialog, type Sent, type Submission } from './sent.ts';
import { lockedBefore } from './submitted-before.ts';

/** Does what a dialog about a lock asks for. Throws what requesting or reading throws. */
export async function submitLock(
  services: ChatServices,
  caller: Caller,
  sent: Sent<LockDialog>,
  act: Act,
): Promise<Submission> {
  const { name, metadata, view, target } = sent;
  const { state } = view;
  const before = await lockedBefore(services, name, { id: caller.id, target });
  if (before) {
    // Asked under the same id, it gives the answer that was given, whatever the dialog holds by now.
    const wish = wishOf(name, '', 0);
    if (wish === null) return { kind: 'unreadable' };
    const { kind, said } = await lockAnswer(services, caller, { target: before, wish }, act);
    return kind === 'refused' ? { kind, said } : { kind: 'done', said };
  }
  const errors = inputErrors(services, sent);
  if (errors) return { kind: 'errors', errors };
  if (name !== 'editReason' && !hasInput(view, 'until')) return { kind: 'unreadable' };
  // An older program drew it: whose lock it showed is not known, and it may be another one's by now.
  if (name === 'takeOver' && metadata.lock !== undefined && metadata.since === undefined) {
    return { kind: 'unreadable' };
  }
  const end = name === 'editReason' ? null : chosenEnd(state);
  const length = end && (await lengthOf(services, caller, target, end));
  const reason = inputOf(state, 'reason').typed ?? '';
  const wish = wishOf(name, reason, length?.forMs ?? null);
  if (wish === null) return { kind: 'unreadable' };
  if (name === 'lock') {
    const asker = await requesterOf(services, caller);
    const outcome = await foreseeLock(services, asker, target, wish);
    if (outcome.kind === 'refused') {
      const said = await lockRefusal(services, asker, placeOf(target), outcome);
      return { kind: 'errors', errors: { place: unescapeText(said.text) } };
    }
  }
  const lock = { target, wish, shown: shownLock(metadata), ...(length?.zone ? { zone: length.zone } : {}) };
  const { kind, said } = await lockAnswer(services, caller, lock, act);
  if (kind === 'refused') return { kind, said };
  return { kind: 'done', said: kind === 'done' && !metadata.typed ? null : said };
}

/** How long the lock lasts from now; null: without an end. `zone`: whose clock decided. */
async function lengthOf(
  services: ChatServices,
  caller: Caller,
  target: LockTarget,
  end: EndWish,
): Promise<{ forMs: number | null; zone?: string }> {
  switch (end.kind) {
    case 'after':
      return { forMs: end.ms };
    case 'at':
      return { forMs: end.at - services.now() };
    case 'endless':
      return { forMs: null };
    case 'endOfDay': {
      const midnight = { day: 'today', minute: 24 * 60, zone: null } as const;
      const { zone, ...ends } = await lockEnd(services, caller.user, target, midnight);
      return { forMs: 'forMs' in ends ? ends.forMs : null, zone };
    }
    default:
      return end satisfies never;
  }
}

/** null: not sent by one of Slipway's dialogs. */
function wishOf(name: LockDialog, reason: string, forMs: number | null): LockWish | null {
  switch (name) {
    case 'lock':
    case 'takeOver':
      return { type: name, reason, forMs };
    case 'extendLock':
      return forMs === null ? null : { type: 'extendLock', forMs };
    case 'editReason':
      return { type: 'editLock', reason };
    default:
      return name satisfies never;
  }
}
