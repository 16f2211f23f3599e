import type { Refusal } from '../domain/refusal.ts';
import { overrideFreeze } from './hold-buttons.ts';
import type { About, No } from './no.ts';
import { lockNo, stays } from './no-locks.ts';
import { mayOverride } from './whom.ts';
import {
  code,
  commit,
  dayTime,
  NOTHING,
  person,
  quote,
  releaseRef,
  say,
  since,
  type Words,
} from './words.ts';

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
      | 'deploying'
      | 'deployedHere'
      | 'modeChanged';
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
    case 'deployedHere':
      return {
        not: say`Slipway has deployed to ${id}, which runs ${commit(refusal.deployed, around)}: only what ran there before that is adopted.`,
        next: say`Nothing was changed. ${insteadOfAdopting(refusal, about)}`,
      };
    case 'modeChanged':
      return modeNo(refusal, about);
    default:
      return refusal satisfies never;
  }
}

function insteadOfAdopting(
  { sha, instead }: Extract<HoldRefusal, { rule: 'deployedHere' }>,
  { here, surroundings: around }: About,
): Words {
  const { name } = here.policy;
  const written = sha.slice(0, 12);
  switch (instead) {
    case 'hotfix':
      return say`To have ${commit(sha, around)} approved and deployed there: ${code(`/release hotfix ${name} ${written} reason`)}`;
    case 'rollback':
      return say`To go back to ${commit(sha, around)}: ${code(`/release rollback ${name} to:${written} reason`)}`;
    case 'push':
      return say`Every push is built and deployed there by itself: push the commit.`;
    case 'revert':
      return say`${commit(sha, around)} is contained in what runs there. To go back to it, commit what undoes the rest, and have that approved.`;
    default:
      return instead satisfies never;
  }
}

function modeNo(refusal: Extract<HoldRefusal, { rule: 'modeChanged' }>, about: About): No {
  const { here, release, surroundings: around } = about;
  const { name } = here.policy;
  const ref = releaseRef(here.policy, refusal.release, around);
  const open = refusal.release;
  if (refusal.mode === 'continuous') {
    return {
      not: say`${name} deploys every new commit by itself now, and ${ref} was made to be approved.`,
      next: say`Nothing was changed. Push the commit, and it goes there by itself.`,
      open,
    };
  }
  const sha = release ? ` ${release.sha.slice(0, 12)}` : '';
  return {
    not: say`${name} asks for approvals now, and ${ref} was made when commits came there by themselves.`,
    next: say`Nothing was changed. To have it approved: ${code(`/release prepare ${here.environment.id}${sha}`)}`,
    open,
  };
}

/** It cannot go now; time opens it, or somebody's word for this one release. */
function frozenNo(refusal: Extract<HoldRefusal, { rule: 'frozen' }>, about: About): No {
  const { here, release } = about;
  const { until, reason } = refusal.freeze;
  const may = say`${mayOverride(here, about.surroundings)} may override the freeze with a reason.`;
  const named = here.policy.roles.override?.length !== 0;
  return {
    not: say`${here.environment.id} is frozen until ${dayTime(until)} (${quote(reason, 80)}).`,
    next: say`${stays(refusal.release, about)}${may}`,
    open: refusal.release,
    ...(release && named ? { buttons: [overrideFreeze(here, release)] } : {}),
  };
}
