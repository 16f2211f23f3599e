import type { Refusal } from '../../domain/documents/refusal.ts';
import { askToUnlock, takeOver } from '../locks/buttons.ts';
import { be, lockWords, placeName, placeTitle } from '../locks/text.ts';
import { code, NOTHING, person, quote, releaseRef, say, since, type Words } from '../text/inline.ts';
import type { About, No } from './refusal-text.ts';

type LockRefusal = Extract<
  Refusal,
  { rule: 'locked' | 'notLocker' | 'notLocked' | 'notLockOwner' | 'ownLock' }
>;

/** "prod#42 stays approved. " */
export function stays(number: number, { here, release, surroundings: around }: About): Words {
  const is = release ? `stays ${release.status}` : 'stays as it is';
  return say`${releaseRef(here.policy, number, around)} ${is}. `;
}

/** As it is typed after a verb: `prod`, `storefront/all`. */
function typedPlace(place: string): string {
  return place.includes('/') ? place : `${place}/all`;
}

/** The rules of locks. */
export function lockNo(refusal: LockRefusal, about: About): No {
  const { here, surroundings: around } = about;
  const all = 'all' in refusal && refusal.all;
  const place = all ? here.environment.product : (about.place ?? here.environment.id);
  switch (refusal.rule) {
    case 'locked': {
      const { lock, release } = refusal;
      const { owner, at, until } = lock;
      const what = release === null ? say`Nothing was changed. ` : stays(release, about);
      const orWait = until === null ? NOTHING : say`, or wait until ${since(until, around.now)}`;
      return {
        not: say`${placeName(place)} ${be(place)} locked by ${person(owner)} since ${since(at, around.now)}, ${lockWords(lock, around)}.`,
        next: say`${what}${person(owner)} can unlock it${orWait}.`,
        buttons: [askToUnlock(place, lock), takeOver(place, lock)],
        ...(release === null ? {} : { open: release }),
      };
    }
    case 'notLocker':
      return {
        not: say`locking all environments of ${refusal.product} needs the right to lock each of them.`,
        next: say`Nothing was changed. You can lock those where you have it, each by its name. What is locked: ${code('/release locks')}`,
      };
    case 'notLocked':
      return {
        not: say`${placeName(place)} ${be(place)} not locked, or not by that lock any more.`,
        next: say`Nothing was changed. What is locked: ${code('/release locks')}`,
      };
    case 'notLockOwner': {
      const { lock } = refusal;
      return {
        not: say`the lock of ${placeName(place)} is ${person(lock.owner)}’s, ${quote(lock.reason, 80)}.`,
        next: say`It holds on. ${person(lock.owner)} can unlock it; or take it over: ${code(`/release takeover ${typedPlace(place)} reason`)}`,
        buttons: [askToUnlock(place, lock), takeOver(place, lock)],
      };
    }
    case 'ownLock':
      return {
        not: say`the lock of ${placeTitle(place)} is yours already, ${quote(refusal.lock.reason, 80)}.`,
        next: say`It holds on. To end it: ${code(`/release unlock ${typedPlace(place)}`)}`,
      };
    default:
      return refusal satisfies never;
  }
}
