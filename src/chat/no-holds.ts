import type { Refusal } from '../domain/refusal.ts';
import { overrideFreeze } from './hold-buttons.ts';
import type { About, No } from './no.ts';
import { lockNo, stays } from './no-locks.ts';
import { mayOverride } from './whom.ts';
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

export function holdNo(refusal: HoldRefusal, about: About): No {
  const { here, surroundings: around } = about;
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
      return frozenNo(refusal, about);
    case 'locked':
    case 'notLocker':
    case 'notLocked':
    case 'notLockOwner':
    case 'ownLock':
      return lockNo(refusal, about);
    case 'notFrozen': {
      const next =
        refusal.nextAt === null ? NOTHING : say` The next freeze begins ${dayTime(refusal.nextAt)}.`;
      return {
        not: say`${name} is not frozen, so ${ref(refusal.release)} needs no override.`,
        next: say`Nothing was changed. What else holds it: ${code(`/release status ${id}`)}.${next}`,
        open: refusal.release,
      };
    }
    case 'overriddenAlready':
      return {
        not: say`${person(refusal.by)} overrode the freeze for ${ref(refusal.release)} already, at ${since(refusal.at, around.now)}.`,
        next: say`No freeze holds it any more. What else does: ${code(`/release status ${id}`)}`,
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
      return {
        not: say`${name} is not paused.`,
        next: say`Nothing was changed. Every new commit is deployed there by itself.`,
      };
    case 'deploying':
      return {
        not: say`${ref(refusal.release)} is being deployed or checked in ${name}.`,
        next: say`Nothing was changed. When that has ended, you can adopt what runs there.`,
        open: refusal.release,
      };
    default:
      return refusal satisfies never;
  }
}

/** It cannot go now; time opens it, or somebody's word for this one release. */
function frozenNo(refusal: Extract<HoldRefusal, { rule: 'frozen' }>, about: About): No {
  const { here, release } = about;
  const { until, reason } = refusal.freeze;
  const may = say`${mayOverride(here, about.surroundings)} may override the freeze with a reason.`;
  return {
    not: say`${here.environment.id} is frozen until ${dayTime(until)} (${quote(reason, 80)}).`,
    next: say`${stays(refusal.release, about)}${may}`,
    open: refusal.release,
    ...(release ? { buttons: [overrideFreeze(here, release)] } : {}),
  };
}
