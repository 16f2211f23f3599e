import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Lock } from '../../domain/documents/values/lock.ts';
import type { ButtonSpec } from '../blocks/blocks.ts';
import { askToUnlock, takeOver } from '../locks/buttons.ts';
import { be, isProduct, lockWords, placeName } from '../locks/text.ts';
import { plural } from '../text/clean.ts';
import { code, type Inline, inline, NOTHING, quote } from '../text/inline.ts';
import { person, releaseRef } from '../text/references.ts';
import { since } from '../text/times.ts';
import { lookAt } from './advice.ts';
import type { About, RefusalText } from './refusal-text.ts';

type LockRefusal = Extract<
  Refusal,
  { rule: 'locked' | 'notLocker' | 'notLocked' | 'notLockOwner' | 'ownLock' }
>;

/** "prod#42 stays approved. " */
export function stays(number: number, { here, release, context }: About): Inline {
  const is = release ? `stays ${release.status}` : 'stays as it is';
  return inline`${releaseRef(here.policy, number, context)} ${is}. `;
}

/** What is locked, as it is typed after a verb: `storefront/prod`, `storefront/all`. */
function typedPlace(place: string): string {
  return isProduct(place) ? `${place}/all` : place;
}

/** " Anyone who may lock there can take it over: …"; nothing where nobody may, or the place cannot be named any more. */
function toTakeOver(place: string, { here: { policy } }: About): Inline {
  if (policy.retired || policy.roles.lock?.length === 0) return NOTHING;
  return inline` Anyone who may lock there can take it over: ${code(`/release takeover ${typedPlace(place)} reason`)}`;
}

/** The buttons that the refused person may use. */
function offered(place: string, lock: Lock, { lockOffers }: About): ButtonSpec[] {
  return [
    ...(lockOffers?.ask ? [askToUnlock(place, lock)] : []),
    ...(lockOffers?.takeOver ? [takeOver(place, lock)] : []),
  ];
}

/** The lock of somebody else that is refused for; null: there is none. */
export function lockIn(refusal: Refusal): { lock: Lock; all: boolean } | null {
  switch (refusal.rule) {
    case 'locked':
    case 'notLockOwner':
      return refusal;
    case 'notLocked':
      return refusal.now ?? null;
    default:
      return null;
  }
}

/** Refusals about locks. */
export function lockRefusalText(refusal: LockRefusal, about: About): RefusalText {
  const { here, context } = about;
  const { all = false } = lockIn(refusal) ?? {};
  const place = all ? here.environment.product : (about.place ?? here.environment.id);
  switch (refusal.rule) {
    case 'locked': {
      const { lock, release } = refusal;
      const { owner, at, until } = lock;
      const what = release === null ? inline`Nothing was changed. ` : stays(release, about);
      const orWait = until === null ? NOTHING : inline`, or wait until ${since(until, context.now)}`;
      return {
        not: inline`${placeName(place)} ${be(place)} locked by ${person(owner)} (since ${since(at, context.now)}): ${lockWords(lock, context)}.`,
        next: inline`${what}${person(owner)} can unlock it${orWait}.`,
        buttons: offered(place, lock, about),
        ...(release === null ? {} : { open: release }),
      };
    }
    case 'notLocker':
      return {
        not: inline`locking all environments of ${refusal.product} needs the right to lock each of them.`,
        next: inline`Nothing was changed. You can lock, one by one, those where you have it. What is locked: ${code('/release locks')}`,
      };
    case 'notLocked': {
      if (refusal.now) {
        const { lock } = refusal.now;
        const owner = person(lock.owner);
        return {
          not: inline`the lock that you were shown is over: ${placeName(place)} ${be(place)} locked by ${owner} now (since ${since(lock.at, context.now)}): ${lockWords(lock, context)}.`,
          next: inline`The lock stays. ${owner} can unlock it.${toTakeOver(place, about)}`,
          buttons: offered(place, lock, about),
        };
      }
      return {
        not: inline`${placeName(place)} ${be(place)} not locked.`,
        next: inline`Nothing was changed. What is locked: ${code('/release locks')}`,
      };
    }
    case 'notLockOwner': {
      const { lock, asked } = refusal;
      const owner = person(lock.owner);
      const buttons = offered(place, lock, about);
      const take = toTakeOver(place, about);
      switch (asked) {
        case 'self':
          return {
            not: inline`you have asked ${owner} to unlock ${placeName(place)} already, and ${owner} has not answered yet.`,
            next: inline`Your request stands. You will get the answer in a direct message.${take}`,
            buttons,
          };
        case 'others':
          return {
            not: inline`${plural(lock.askedBy.length, 'person', 'people')} have asked ${owner} to unlock ${placeName(place)} already, and ${owner} has not answered yet.`,
            next: inline`The lock stays. ${owner} can unlock it.${take}`,
            buttons,
          };
        case undefined:
          return {
            not: inline`the lock on ${placeName(place)} is ${owner}’s, ${quote(lock.reason, 80)}.`,
            next: inline`The lock stays. ${owner} can unlock it.${take}`,
            buttons,
          };
        default:
          return asked satisfies never;
      }
    }
    case 'ownLock':
      return {
        not: inline`the lock on ${placeName(place)} is already yours, ${quote(refusal.lock.reason, 80)}.`,
        next: here.policy.retired
          ? inline`The lock stays. ${lookAt(about)}`
          : inline`The lock stays. To end it: ${code(`/release unlock ${typedPlace(place)}`)}`,
      };
    default:
      return refusal satisfies never;
  }
}
