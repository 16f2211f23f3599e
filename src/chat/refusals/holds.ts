import type { Refusal } from '../../domain/documents/refusal.ts';
import { awaiting } from '../eligibility/offers.ts';
import { overrideFreeze } from '../locks/buttons.ts';
import { code, type Inline, inline, NOTHING, quote } from '../text/inline.ts';
import { mayOverride } from '../text/people.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { dayTime, since } from '../text/times.ts';
import { advice, lookAt } from './advice.ts';
import { comesByItself } from './continuous.ts';
import { lockRefusalText, stays } from './locks.ts';
import type { About, RefusalText } from './refusal-text.ts';

/** Refusals about locks, freezes, pauses and adopting. */
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
        next: inline`Its history is kept: ${code(`/release history ${id}`)}`,
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
      const next =
        refusal.nextAt === null ? NOTHING : inline` The next freeze begins ${dayTime(refusal.nextAt)}.`;
      return {
        not: inline`${name} is not frozen, so ${ref(refusal.release)} needs no override.`,
        next: inline`Nothing was changed. What else holds it: ${code(`/release status ${id}`)}.${next}`,
        open: refusal.release,
      };
    }
    case 'overriddenAlready':
      return {
        not: inline`${person(refusal.by)} overrode the freeze for ${ref(refusal.release)} already, at ${since(refusal.at, context.now)}.`,
        next: inline`No freeze holds it any more. What else does: ${code(`/release status ${id}`)}`,
        open: refusal.release,
      };
    case 'notContinuous':
      return {
        not: inline`${refusal.environment} is no continuous environment: nothing is deployed there by itself.`,
        next: keepOthersOut(about),
      };
    case 'pausedAlready': {
      const resumes = advice(about, { type: 'resume', reason: null });
      return {
        not: inline`${name} was paused already, by ${person(refusal.pause.by)} at ${since(refusal.pause.at, context.now)}: ${quote(refusal.pause.reason, 80)}.`,
        next: resumes ? inline`To go on: ${resumes}` : lookAt(about),
      };
    }
    case 'notPaused':
      return {
        not: inline`${name} is not paused.`,
        next: inline`Nothing was changed. Every new commit is deployed there by itself.`,
      };
    case 'deploying':
      return {
        not: inline`${ref(refusal.release)} is being deployed or verified in ${name}.`,
        next: inline`Nothing was changed. When that has ended, you can ask again.`,
        open: refusal.release,
      };
    case 'deployedHere':
      return {
        not: inline`Slipway has deployed to ${id}, which runs ${commit(refusal.deployed, context)}: only what ran there before that is adopted.`,
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
      return inline`${comesByItself(about)} To have it there, push the commit.`;
    case 'revert':
      return inline`${commit(sha, context)} is contained in what runs there. To go back to it, commit what undoes the rest, and have that approved.`;
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
      not: inline`${name} deploys every new commit by itself now, and ${ref} was made to be approved.`,
      next: inline`Nothing was changed. Push the commit to have it there. ${comesByItself(about)}`,
      open,
    };
  }
  const prepare = release
    ? advice(about, { type: 'prepare', sha: release.sha, ref: null, note: null })
    : null;
  return {
    not: inline`${name} asks for approvals now, and ${ref} was made when commits came there by themselves.`,
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
  const { here, release } = about;
  const { until, reason } = refusal.freeze;
  const not = inline`${here.environment.id} is frozen until ${dayTime(until)} (${quote(reason, 80)}).`;
  const { release: number } = refusal;
  if (number === null) return { not, next: inline`Nothing was changed. You can ask again then.` };
  const named = here.policy.roles.override?.length !== 0;
  const may = !here.policy.retired && awaiting('override', here).some((one) => one.number === number);
  const who = may
    ? inline`${mayOverride(here, about.context)} may override the freeze with a reason.`
    : inline`You can ask again then.`;
  return {
    not,
    next: inline`${stays(number, about)}${who}`,
    open: number,
    ...(release && may && named ? { buttons: [overrideFreeze(here, release)] } : {}),
  };
}
