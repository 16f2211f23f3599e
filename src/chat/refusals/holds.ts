import type { Refusal } from '../../domain/documents/refusal.ts';
import { awaiting } from '../eligibility/offers.ts';
import { overrideFreeze } from '../locks/buttons.ts';
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
} from '../text/inline.ts';
import { mayOverride } from '../text/people.ts';
import { advice, lookAt } from './advice.ts';
import { comesByItself } from './continuous.ts';
import { lockNo, stays } from './locks.ts';
import type { About, No } from './refusal-text.ts';

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
        next: keepOthersOut(about),
      };
    case 'pausedAlready': {
      const resumes = advice(about, { type: 'resume', reason: null });
      return {
        not: say`${name} was paused already, by ${person(refusal.pause.by)} at ${since(refusal.pause.at, around.now)}: ${quote(refusal.pause.reason, 80)}.`,
        next: resumes ? say`To go on: ${resumes}` : lookAt(about),
      };
    }
    case 'notPaused':
      return {
        not: say`${name} is not paused.`,
        next: say`Nothing was changed. Every new commit is deployed there by itself.`,
      };
    case 'deploying':
      return {
        not: say`${ref(refusal.release)} is being deployed or checked in ${name}.`,
        next: say`Nothing was changed. When that has ended, you can ask again.`,
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
  about: About,
): Words {
  const { surroundings: around } = about;
  const reason = 'reason';
  const hotfix = advice(about, { type: 'hotfix', sha, ref: null, reason });
  const back = advice(about, { type: 'rollback', to: { sha, ref: null }, reason });
  switch (instead) {
    case 'hotfix':
      return hotfix
        ? say`To have ${commit(sha, around)} approved and deployed there: ${hotfix}`
        : lookAt(about);
    case 'rollback':
      return back ? say`To go back to ${commit(sha, around)}: ${back}` : lookAt(about);
    case 'push':
      return say`${comesByItself(about)} To have it there, push the commit.`;
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
      next: say`Nothing was changed. Push the commit to have it there. ${comesByItself(about)}`,
      open,
    };
  }
  const prepare = release
    ? advice(about, { type: 'prepare', sha: release.sha, ref: null, note: null })
    : null;
  return {
    not: say`${name} asks for approvals now, and ${ref} was made when commits came there by themselves.`,
    next: say`Nothing was changed. ${prepare ? say`To have it approved: ${prepare}` : lookAt(about)}`,
    open,
  };
}

function keepOthersOut(about: About): Words {
  const lock = advice(about, { type: 'lock', reason: 'reason', forMs: null });
  return lock ? say`To keep others from deploying: ${lock}` : lookAt(about);
}

/** It cannot go now; time opens it, or somebody's word for this one release, while it waits. */
function frozenNo(refusal: Extract<HoldRefusal, { rule: 'frozen' }>, about: About): No {
  const { here, release } = about;
  const { until, reason } = refusal.freeze;
  const not = say`${here.environment.id} is frozen until ${dayTime(until)} (${quote(reason, 80)}).`;
  const { release: number } = refusal;
  if (number === null) return { not, next: say`Nothing was changed. You can ask again then.` };
  const named = here.policy.roles.override?.length !== 0;
  const may = !here.policy.retired && awaiting('override', here).some((one) => one.number === number);
  const who = may
    ? say`${mayOverride(here, about.surroundings)} may override the freeze with a reason.`
    : say`You can ask again then.`;
  return {
    not,
    next: say`${stays(number, about)}${who}`,
    open: number,
    ...(release && may && named ? { buttons: [overrideFreeze(here, release)] } : {}),
  };
}
