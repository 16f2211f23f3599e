import { findRelease } from '../../domain/documents/environment.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import { releaseRefusal } from '../../domain/eligibility/release.ts';
import { factsOfPlace } from '../eligibility/awaiting.ts';
import { overrideFreeze } from '../locks/buttons.ts';
import { type Inline, inline, NOTHING, quote } from '../text/inline.ts';
import { mayOverride } from '../text/people.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { dayTime, since } from '../text/times.ts';
import { advice, lookAt, whereToLook } from './advice.ts';
import { comesByItself, toHaveItThere } from './environment.ts';
import { lockRefusalText, stays } from './locks.ts';
import type { About, RefusalText } from './refusal-text.ts';

/** Refusals about locks, freezes, pauses and adopting. */
type HoldRefusal = Extract<
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
      | 'pausedAnew'
      | 'deploying'
      | 'deployedHere'
      | 'modeChanged';
  }
>;

/** The texts of these refusals. */
export function holdRefusalText(refusal: HoldRefusal, about: About): RefusalText {
  const { here, context } = about;
  const { name } = here.policy;
  const { id } = here.environment;
  const ref = (number: number) => releaseRef(here.policy, number, context);
  switch (refusal.rule) {
    case 'retired':
      return {
        not: inline`${refusal.environment} was removed from the configuration: nothing new goes there.`,
        next: lookAt(about),
      };
    case 'frozen':
      return frozenRefusalText(refusal, about);
    case 'locked':
    case 'notLocker':
    case 'notLocked':
    case 'notLockOwner':
    case 'ownLock':
      return lockRefusalText(refusal, about);
    case 'notFrozen': {
      const { now: freeze } = refusal;
      if (freeze) {
        const { not, ...rest } = frozenRefusalText({ ...refusal, rule: 'frozen', freeze }, about);
        return { not: inline`the freeze that you were shown is over: ${not}`, ...rest };
      }
      const next =
        refusal.nextAt === null ? NOTHING : inline` The next freeze begins ${dayTime(refusal.nextAt)}.`;
      return {
        not: inline`${name} is not frozen, so ${ref(refusal.release)} needs no override.`,
        next: inline`Nothing was changed. What else holds it: ${whereToLook(here)}.${next}`,
        open: refusal.release,
      };
    }
    case 'overriddenAlready':
      return {
        not: inline`${person(refusal.by)} already overrode the freeze for ${ref(refusal.release)}, at ${since(refusal.at, context.now)}.`,
        next: inline`Freezes no longer hold it. What else does: ${whereToLook(here)}`,
        open: refusal.release,
      };
    case 'notContinuous':
      return {
        not: inline`${refusal.environment} is not a continuous environment: nothing is deployed there by itself.`,
        next: keepOthersOut(about),
      };
    case 'pausedAlready': {
      const resumes = advice(about, { type: 'resume', reason: null });
      return {
        not: inline`${person(refusal.pause.by)} already paused ${name}, at ${since(refusal.pause.at, context.now)}: ${quote(refusal.pause.reason, 80)}.`,
        next: resumes ? inline`To resume: ${resumes}` : lookAt(about),
      };
    }
    case 'notPaused':
      return {
        not: inline`${name} is not paused.`,
        next:
          here.policy.mode === 'continuous'
            ? inline`Nothing was changed. ${comesByItself(about)}`
            : inline`Nothing was changed. Nothing is deployed there by itself: it is not a continuous environment.`,
      };
    case 'pausedAnew': {
      const { by, at, reason } = refusal.pause;
      const resumes = advice(about, { type: 'resume', reason: null });
      return {
        not: inline`that pause of ${name} is over; ${person(by)} paused it again at ${since(at, context.now)}: ${quote(reason, 80)}.`,
        next: resumes ? inline`${name} stays paused. To resume: ${resumes}` : lookAt(about),
      };
    }
    case 'deploying':
      return {
        not: inline`${ref(refusal.release)} is being deployed or verified in ${name}.`,
        next: inline`Nothing was changed. Try again when that has ended.`,
        open: refusal.release,
      };
    case 'deployedHere':
      return {
        not: inline`Slipway has already deployed to ${id}, which runs ${commit(refusal.deployed, context)}: only what ran there before the first deploy can be adopted.`,
        next: inline`Nothing was changed. ${insteadOfAdopting(refusal, about)}`,
      };
    case 'modeChanged':
      return modeRefusalText(refusal, about);
    default:
      return refusal satisfies never;
  }
}

function insteadOfAdopting(
  { sha, instead }: Extract<HoldRefusal, { rule: 'deployedHere' }>,
  about: About,
): Inline {
  const { context } = about;
  const reason = 'reason';
  const hotfix = advice(about, { type: 'hotfix', sha, ref: null, reason });
  const back = advice(about, { type: 'rollback', to: { sha, ref: null }, reason });
  switch (instead) {
    case 'hotfix':
      return hotfix
        ? inline`To have ${commit(sha, context)} approved and deployed there: ${hotfix}`
        : lookAt(about);
    case 'rollback':
      return back ? inline`To go back to ${commit(sha, context)}: ${back}` : lookAt(about);
    case 'push':
      return inline`${comesByItself(about)} To have ${commit(sha, context)} there, ${toHaveItThere(about)}.`;
    case 'revert':
      return inline`What runs there contains ${commit(sha, context)}. To go back to it, revert the rest in a new commit and have that approved.`;
    default:
      return instead satisfies never;
  }
}

function modeRefusalText(refusal: Extract<HoldRefusal, { rule: 'modeChanged' }>, about: About): RefusalText {
  const { here, release, context } = about;
  const { name } = here.policy;
  const ref = releaseRef(here.policy, refusal.release, context);
  const open = refusal.release;
  if (refusal.mode === 'continuous') {
    return {
      not: inline`${name} now deploys by itself, but ${ref} was made to be approved.`,
      next: inline`Nothing was changed. ${comesByItself(about)} To have its commit there, ${toHaveItThere(about)}.`,
      open,
    };
  }
  const prepare = release
    ? advice(about, { type: 'prepare', sha: release.sha, ref: null, note: null })
    : null;
  return {
    not: inline`${name} now asks for approvals, but ${ref} was made to be deployed by itself.`,
    next: inline`Nothing was changed. ${prepare ? inline`To have it approved: ${prepare}` : lookAt(about)}`,
    open,
  };
}

function keepOthersOut(about: About): Inline {
  const lock = advice(about, { type: 'lock', reason: 'reason', forMs: null });
  return lock ? inline`To keep others from deploying: ${lock}` : lookAt(about);
}

/** A freeze holds the release: it ends with time or, for a waiting release, by an override. */
function frozenRefusalText(refusal: Extract<HoldRefusal, { rule: 'frozen' }>, about: About): RefusalText {
  const { here } = about;
  const { until, reason } = refusal.freeze;
  const not = inline`${here.environment.id} is frozen until ${dayTime(until)} (${quote(reason, 80)}).`;
  const { release: number } = refusal;
  if (number === null) return { not, next: inline`Nothing was changed. Try again then.` };
  const release = findRelease(here.environment, number);
  const facts = factsOfPlace(here, about.context.now);
  const overrides = release ? releaseRefusal('override', facts, release, null) : null;
  const may = release !== undefined && (overrides === null || overrides.rule === 'notRole');
  const who = may
    ? inline`${mayOverride(here, about.context)} may override the freeze with a reason.`
    : inline`Try again then.`;
  return {
    not,
    next: inline`${stays(number, about)}${who}`,
    open: number,
    ...(release && overrides === null ? { buttons: [overrideFreeze(here, release, refusal.freeze)] } : {}),
  };
}
