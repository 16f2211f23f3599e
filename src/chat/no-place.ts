import { findRelease } from '../domain/environment.ts';
import type { Refusal } from '../domain/refusal.ts';
import { type About, type No, statusOf } from './no.ts';
import { pendingRollback, runningIn } from './offers.ts';
import { code, commit, person, releaseRef, say, time } from './words.ts';

/** Checks and acceptance count only for what runs there. */
export function notDeployed(refusal: Extract<Refusal, { rule: 'notDeployed' }>, about: About): No {
  const { here, surroundings: around } = about;
  const ref = releaseRef(here.policy, refusal.release, around);
  const { name } = here.policy;
  const runs = refusal.deployed
    ? say`${name} runs ${commit(refusal.deployed, around)}.`
    : say`Nothing runs in ${name}.`;
  return {
    not: say`${ref} is not what runs in ${name}.`,
    next: say`${runs} Only the commit that runs there can be checked, accepted or failed: ${code(`/release status ${here.environment.id}`)} shows it.`,
  };
}

/** The rules about what runs here and what goes first. */
export function placeNo(
  refusal: Extract<Refusal, { rule: 'uncertain' | 'overtaken' | 'rollbackFirst' | 'busy' | 'cancelWished' }>,
  about: About,
): No {
  const { here, surroundings: around } = about;
  const { name } = here.policy;
  const ref = releaseRef(here.policy, refusal.release, around);
  switch (refusal.rule) {
    case 'uncertain':
      return {
        not: say`another deploy has begun in ${name} since ${ref} was deployed, and did not succeed.`,
        next: say`${ref} stays as it is. Look at ${name} first; the next successful deploy there opens this: ${code(`/release retry ${name}`)} or ${code(`/release rollback ${name} reason`)}.`,
        open: refusal.release,
      };
    case 'overtaken':
      return {
        not: say`${releaseRef(here.policy, refusal.by, around)} has begun in ${name} after ${ref}.`,
        next: say`${ref} stays as it is. Prepare its commit again, or go on with ${releaseRef(here.policy, refusal.by, around)}.`,
        open: refusal.by,
      };
    case 'rollbackFirst': {
      const rollback = findRelease(here.environment, refusal.rollback) ?? pendingRollback(here.environment);
      const is = rollback ? say` is ${statusOf(rollback, here, around)}` : say` waits or runs`;
      return {
        not: say`the rollback ${releaseRef(here.policy, refusal.rollback, around)}${is}.`,
        next: say`Nothing was changed. It goes first; when it has ended, or was cancelled, you can try again.`,
        open: refusal.rollback,
      };
    }
    case 'busy': {
      const running = findRelease(here.environment, refusal.by) ?? runningIn(here.environment);
      const is = running ? say`${statusOf(running, here, around)}` : say`running`;
      return {
        not: say`${releaseRef(here.policy, refusal.by, around)} is ${is}.`,
        next: say`${ref} stays as it is. When ${releaseRef(here.policy, refusal.by, around)} has ended, you can try again.`,
        open: refusal.by,
      };
    }
    case 'cancelWished':
      return {
        not: say`${person(refusal.by)} cancelled ${ref} already, at ${time(refusal.at)}.`,
        next: say`Its command is being ended; what it really did wins, and its card will say so. Wait for that.`,
        open: refusal.release,
      };
    default:
      return refusal satisfies never;
  }
}
