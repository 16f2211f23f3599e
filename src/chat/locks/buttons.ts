import { type Lock, lockAgainst } from '../../domain/documents/values/lock.ts';
import { isWaiting } from '../../domain/documents/values/release.ts';
import { retiredRefusal } from '../../domain/eligibility/facts.ts';
import { deployerOf } from '../../domain/gates/gates.ts';
import { releaseId, shortSha } from '../../domain/ids.ts';
import type { Person } from '../../domain/people/people.ts';
import { type Frozen, frozenAt } from '../../domain/time/freeze.ts';
import type { ActionValue } from '../blocks/action-values.ts';
import { type ButtonSpec, confirm } from '../blocks/blocks.ts';
import { isEligible } from '../eligibility/awaiting.ts';
import { line } from '../text/clean.ts';
import { inline } from '../text/inline.ts';
import type { EnvironmentView, ReleaseView } from '../view-model.ts';
import { placeName } from './text.ts';

/** A button about a lock. `place`: environment id, or a product's name for all of its environments. */
function ofLock(
  place: string,
  lock: Lock,
  label: string,
  action: ButtonSpec['action'],
  more: Partial<ButtonSpec> = {},
): ButtonSpec {
  const value: ActionValue = { environment: place, lock: lock.card, since: lock.at };
  return { label, action, value, says: `${label}: ${placeName(place)}`, ...more };
}

/** Asks the owner to unlock. `place`, here and below: environment id, or a product's name for all of its environments. */
export function askToUnlock(place: string, lock: Lock): ButtonSpec {
  return ofLock(place, lock, 'Ask to Unlock', 'askToUnlock');
}

/** Ends the lock. */
export function unlock(place: string, lock: Lock, style?: 'primary'): ButtonSpec {
  return ofLock(place, lock, 'Unlock', 'unlock', style ? { style } : {});
}

/** Opens a dialog in which the lock is taken over, with a reason. */
export function takeOver(place: string, lock: Lock): ButtonSpec {
  return ofLock(place, lock, 'Take Over', 'takeOver', { style: 'danger' });
}

/** Opens a dialog for the new duration. */
export function extend(place: string, lock: Lock): ButtonSpec {
  return ofLock(place, lock, 'Extend', 'extendLock');
}

/** Opens a dialog for the new reason. */
export function editReason(place: string, lock: Lock): ButtonSpec {
  return ofLock(place, lock, 'Edit Reason', 'editReason');
}

/** Answers a request to unlock: the owner keeps the lock. */
export function keepLock(place: string, lock: Lock): ButtonSpec {
  return ofLock(place, lock, 'Keep Lock', 'keepLock');
}

/** Hands the lock over to the person who asked for it. */
export function handOver(place: string, lock: Lock, to: Person): ButtonSpec {
  const name = line(to.name, 30);
  const text = inline`${name} may then deploy, and you may not.`;
  return ofLock(place, lock, `Hand Over to ${name}`, 'handOver', {
    value: { environment: place, lock: lock.card, since: lock.at, user: to.id },
    confirm: confirm(`Hand over the lock on ${placeName(place)}?`, text, 'Hand Over'),
  });
}

/** Resumes continuous deployment; the confirmation says what is deployed then. */
export function resume({ environment, policy }: EnvironmentView): ButtonSpec {
  const newest = environment.paused?.newest;
  const text = newest
    ? inline`${shortSha(newest.sha)} is deployed to ${policy.name} at once, and new commits as they arrive.`
    : inline`New commits are deployed to ${policy.name} again as they arrive.`;
  return {
    label: 'Resume',
    action: 'resume',
    value: { environment: environment.id, pause: environment.paused?.card },
    says: `Resume: ${environment.id}`,
    confirm: confirm(`Resume continuous deployment to ${policy.name}?`, text, 'Resume'),
  };
}

/** Opens a dialog that overrides the freezes for one release. `freeze`: the one that is shown. */
export function overrideFreeze(
  here: EnvironmentView,
  release: { number: number; sha: string },
  freeze: Frozen | null,
): ButtonSpec {
  const environment = here.environment.id;
  return {
    label: 'Override Freeze',
    action: 'overrideFreeze',
    value: { environment, release: release.number, sha: release.sha, freeze: freeze?.until },
    says: `Override Freeze: ${releaseId(environment, release.number)}`,
    style: 'danger',
  };
}

/** What the lock applies to: this environment's id or, for a lock of the whole product, the product's name. */
function placeOfLock({ environment }: EnvironmentView, lock: Lock): string {
  return lock.card === environment.productLock?.card ? environment.product : environment.id;
}

/** Buttons that end a freeze or a lock by which a waiting release is held. */
export function holdButtons(view: ReleaseView): ButtonSpec[] {
  const { here, release, now } = view;
  if (!isWaiting(release)) return [];
  const lock = lockAgainst(here.environment, deployerOf(release), now);
  const mayAsk = retiredRefusal(here.policy, 'askToUnlock') === null;
  return [
    ...(isEligible(view, 'override')
      ? [overrideFreeze(here, release, frozenAt(here.policy.freeze, now))]
      : []),
    ...(lock && mayAsk ? [askToUnlock(placeOfLock(here, lock), lock)] : []),
  ];
}
