import type { Refusal } from '../domain/refusal.ts';
import type { About, No } from './no.ts';
import { code, dayTime, NOTHING, person, quote, releaseRef, say, since } from './words.ts';

/** Rules of locks, freezes, pauses and adopting. */
export type HoldRefusal = Extract<
  Refusal,
  {
    rule:
      | 'retired'
      | 'frozen'
      | 'locked'
      | 'notLocker'
      | 'notLocked'
      | 'notLockOwner'
      | 'ownLock'
      | 'notFrozen'
      | 'overriddenAlready'
      | 'notContinuous'
      | 'pausedAlready'
      | 'notPaused'
      | 'deploying';
  }
>;

export function holdNo(refusal: HoldRefusal, { here, surroundings: around }: About): No {
  const { name } = here.policy;
  const { id } = here.environment;
  const ref = (number: number) => releaseRef(here.policy, number, around);
  switch (refusal.rule) {
    case 'retired':
      return {
        not: say`${refusal.environment} was removed from the configuration: nothing new goes there.`,
        next: say`Its history is kept: ${code(`/release history ${id}`)}`,
      };
    case 'frozen':
      return {
        not: say`${id} is frozen until ${dayTime(refusal.freeze.until)} (${quote(refusal.freeze.reason, 80)}).`,
        next: say`${ref(refusal.release)} stays as it is.`,
        open: refusal.release,
      };
    case 'locked': {
      const { owner, at, reason, until } = refusal.lock;
      const ends = until === null ? NOTHING : say`, until ${since(until, around.now)}`;
      const stays = refusal.release === null ? NOTHING : say`${ref(refusal.release)} stays as it is. `;
      const orWait = until === null ? NOTHING : say`, or wait until ${since(until, around.now)}`;
      return {
        not: say`${id} is locked by ${person(owner)} since ${since(at, around.now)}, ${quote(reason, 80)}${ends}.`,
        next: say`${stays}${person(owner)} can unlock it${orWait}.`,
        ...(refusal.release === null ? {} : { open: refusal.release }),
      };
    }
    case 'notLocker':
      return {
        not: say`locking all environments of ${refusal.product} needs the right to lock each of them.`,
        next: say`Nothing was changed.`,
      };
    case 'notLocked':
      return { not: say`${id} is not locked.`, next: say`Nothing was changed.` };
    case 'notLockOwner':
      return {
        not: say`the lock is ${person(refusal.lock.owner)}’s, ${quote(refusal.lock.reason, 80)}.`,
        next: say`It holds on. ${person(refusal.lock.owner)} can unlock it, or take it over: ${code(`/release takeover ${name} reason`)}`,
      };
    case 'ownLock':
      return {
        not: say`the lock is yours already, ${quote(refusal.lock.reason, 80)}.`,
        next: say`It holds on. To end it: ${code(`/release unlock ${name}`)}`,
      };
    case 'notFrozen': {
      const next =
        refusal.nextAt === null ? NOTHING : say` The next freeze begins ${dayTime(refusal.nextAt)}.`;
      return {
        not: say`${name} is not frozen, so ${ref(refusal.release)} needs no override.`,
        next: say`Nothing was changed.${next}`,
        open: refusal.release,
      };
    }
    case 'overriddenAlready':
      return {
        not: say`${person(refusal.by)} overrode the freeze for ${ref(refusal.release)} already, at ${since(refusal.at, around.now)}.`,
        next: say`No freeze holds it any more.`,
        open: refusal.release,
      };
    case 'notContinuous':
      return {
        not: say`${refusal.environment} is no continuous environment: nothing is deployed there by itself.`,
        next: say`To keep others from deploying: ${code(`/release lock ${name} reason`)}`,
      };
    case 'pausedAlready':
      return {
        not: say`${name} was paused already, by ${person(refusal.pause.by)} at ${since(refusal.pause.at, around.now)}: ${quote(refusal.pause.reason, 80)}.`,
        next: say`To go on: ${code(`/release resume ${name}`)}`,
      };
    case 'notPaused':
      return { not: say`${name} is not paused.`, next: say`Nothing was changed.` };
    case 'deploying':
      return {
        not: say`${ref(refusal.release)} is being deployed or checked in ${name}.`,
        next: say`Nothing was changed. Adopt what runs there when that has ended.`,
        open: refusal.release,
      };
    default:
      return refusal satisfies never;
  }
}
