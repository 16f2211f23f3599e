import { findRelease } from '../../domain/documents/environment.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import { actions, openCard, paragraph } from '../blocks/blocks.ts';
import { fallback, plural } from '../text/clean.ts';
import { type Inline, inline, NOTHING } from '../text/inline.ts';
import { whoIs } from '../text/people.ts';
import { commit, namesOf, person, releaseRef } from '../text/references.ts';
import { plain } from '../text/render.ts';
import { since } from '../text/times.ts';
import type { Message } from '../view-model.ts';
import { advice, askAnew, GO_BACK, lookAt, toCancel } from './advice.ts';
import { approvalsRefusalText } from './approvals.ts';
import { buildRefusalText } from './build.ts';
import { continuousRefusalText, environmentRefusalText, notDeployed } from './environment.ts';
import { holdRefusalText } from './holds.ts';
import { workerRefusalText } from './internal.ts';
import { type About, type RefusalText, statusOf } from './refusal-text.ts';
import { roleRefusalText } from './role.ts';
import { rollbackRefusalText } from './rollback.ts';
import { settledRefusalText } from './settled.ts';

export type { About } from './refusal-text.ts';

/** Why the order gate is shut, and which commit could be taken instead (CARDS §3). */
function orderRefusalText(refusal: Extract<Refusal, { rule: 'order' }>, about: About): RefusalText {
  const { below, context } = about;
  const sha = commit(refusal.sha, context);
  const newest = below?.environment.accepted
    ? inline` Newest accepted there: ${commit(below.environment.accepted.sha, context)}.`
    : inline` Nothing is accepted there yet.`;
  if (refusal.revoked) {
    const { by, release } = refusal.revoked;
    const see =
      release === null || !below ? NOTHING : inline`, see ${releaseRef(below.policy, release, context)}`;
    return {
      not: inline`${sha} was revoked in ${refusal.below} by ${person(by)}${see}.`,
      next: inline`Nothing was changed. It must first be deployed and accepted in ${refusal.below} again.${newest}`,
    };
  }
  const there = below?.environment.open.findLast((release) => release.sha === refusal.sha);
  const is =
    there && below ? inline`It is ${statusOf(there, below, context)}. ` : inline`It never got there. `;
  const how =
    below?.policy.mode === 'continuous'
      ? 'a passed verification there accepts it'
      : 'a tester can accept it there';
  return {
    not: inline`${sha} is not accepted in ${refusal.below}.`,
    next: inline`${is}Once deployed, ${how}.${newest}`,
  };
}

/** How to go back to a commit that is contained in the deployed one: only a rollback can. */
function backTo(sha: string, about: About): Inline {
  const { name } = about.here.policy;
  const there = advice(about, { type: 'rollback', to: { sha, ref: null }, reason: 'reason' });
  if (there) return inline`Going back is a rollback: ${there}`;
  const back = advice(about, GO_BACK);
  const other = back ? inline` What was accepted there before: ${back}` : NOTHING;
  return inline`Going back is a rollback, which can go to what was accepted in ${name} and not revoked.${other}`;
}

function newestThere({ here: { environment } }: About): Inline {
  return environment.releases === 0
    ? inline`Nothing has been released there yet.`
    : inline`Its newest is #${environment.releases}.`;
}

const NO_MEMBER: RefusalText = {
  not: inline`only full members of this workspace may do this: no guests, bots or people of other workspaces.`,
  next: inline`Nothing was changed. Any full member can do it, or an admin can make you one.`,
};

function refusalText(refusal: Refusal, about: About): RefusalText {
  const { here, context } = about;
  const { name } = here.policy;
  const ref = (number: number) => releaseRef(here.policy, number, context);
  switch (refusal.rule) {
    case 'notMember':
      return NO_MEMBER;
    case 'noRelease': {
      return {
        not: inline`${here.environment.id} has no release #${refusal.release}.`,
        next: inline`${newestThere(about)} ${lookAt(about)}`,
      };
    }
    case 'settled':
      return settledRefusalText(refusal, about);
    case 'continuous':
      return continuousRefusalText(about);
    case 'alreadyWaits': {
      const waits = findRelease(here.environment, refusal.release);
      const is = waits ? statusOf(waits, here, context) : inline`${refusal.status}`;
      return {
        not: inline`this commit is already waiting for ${name}, as ${ref(refusal.release)}.`,
        next: inline`It is ${is}. Continue there.${toCancel(about, refusal.release, 'To request it again, cancel it first')}`,
        open: refusal.release,
      };
    }
    case 'tooManyWait':
      return {
        not: inline`${plural(refusal.waiting.length, 'release')} already wait in ${name}, which is the most allowed.`,
        next: inline`Nothing was changed. Somebody must cancel one first.${toCancel(about, refusal.waiting[0] ?? 1, 'The oldest')}`,
      };
    case 'behindDeployed':
      return {
        not: inline`${name} runs ${commit(refusal.deployed, context)}, which contains ${commit(refusal.sha, context)}.`,
        next: inline`Nothing was changed. ${backTo(refusal.sha, about)}`,
      };
    case 'order':
      return orderRefusalText(refusal, about);
    case 'ownRequest':
    case 'notApprover':
    case 'commitAuthor':
    case 'approvalNotNeeded':
    case 'alreadyApproved':
    case 'noApprovals':
    case 'shownIsOld':
    case 'approvals':
      return approvalsRefusalText(refusal, about);
    case 'alreadyQueued':
      return {
        not: inline`${person(refusal.by)} already queued ${ref(refusal.release)}.`,
        next: inline`It starts by itself when its turn comes.${toCancel(about, refusal.release)}`,
        open: refusal.release,
      };
    case 'notRole':
    case 'notCanceller':
      return roleRefusalText(refusal, about);
    case 'notTester':
      return refusal.from === null
        ? {
            not: inline`you requested ${ref(refusal.release)}, so you cannot accept or fail it.`,
            next: inline`${ref(refusal.release)} stays as it is. Any other member can.`,
            open: refusal.release,
          }
        : {
            not: inline`only ${namesOf(refusal.from, context)} can accept or fail in ${name}, and you are not one of them.`,
            next: inline`${ref(refusal.release)} stays as it is. ${whoIs(refusal.from, context)} can.`,
            open: refusal.release,
          };
    case 'reasonRequired':
      return {
        not: inline`this needs a reason.`,
        next: inline`Nothing was changed. Repeat it with a reason at the end.`,
      };
    case 'notDeployed':
      return notDeployed(refusal, about);
    case 'uncertain':
    case 'overtaken':
    case 'rollbackFirst':
    case 'busy':
    case 'cancelWished':
    case 'begunMeanwhile':
      return environmentRefusalText(refusal, about);
    case 'requestExpired':
      return {
        not: inline`the request ${ref(refusal.release)} expired at ${since(refusal.at, context.now)}.`,
        next: inline`Nothing was changed. ${askAnew(about)}`,
        open: refusal.release,
      };
    case 'buildSettled':
      return buildRefusalText(refusal, about);
    case 'nothingDeployed':
    case 'noTarget':
    case 'notAcceptedHere':
    case 'targetIsLeft':
    case 'leavesAnother':
    case 'irreversible':
    case 'runsAnother':
      return rollbackRefusalText(refusal, about);
    case 'retired':
    case 'frozen':
    case 'locked':
    case 'notLocker':
    case 'notLocked':
    case 'notLockOwner':
    case 'ownLock':
    case 'notFrozen':
    case 'overriddenAlready':
    case 'notContinuous':
    case 'pausedAlready':
    case 'notPaused':
    case 'pausedAnew':
    case 'deploying':
    case 'deployedHere':
    case 'modeChanged':
      return holdRefusalText(refusal, about);
    case 'paused':
    case 'newerHead':
    case 'notFirst':
    case 'notBuilt':
    case 'guardMayLive':
    case 'sentBack':
    case 'staleAttempt':
    case 'nothingToDo':
    case 'claimed':
      return workerRefusalText(refusal, about);
    default:
      return refusal satisfies never;
  }
}

function said(first: Inline, second: Inline, buttons: Parameters<typeof actions>[0]): Message {
  return {
    text: fallback(`${plain(first)} ${plain(second)}`),
    blocks: [paragraph(inline`${first}\n${second}`), ...actions(buttons)],
  };
}

/** For everybody who is not a full member, whatever they asked for: it reveals nothing about releases. */
export const NOT_MEMBER: Message = said(inline`Refused: ${NO_MEMBER.not}`, NO_MEMBER.next, []);

/** For a mention in a message that was edited: what it said before may have been done, so nothing is done again. */
export const EDITED: Message = said(
  inline`Refused: Slipway takes no requests from edited messages.`,
  inline`Nothing was changed by the edit. Write it as a new message.`,
  [],
);

/**
 * The message for a refused command: what is not possible, what stays as it is, who or what changes that, and the next
 * step.
 */
export function refusalMessage(refusal: Refusal, about: About): Message {
  const { here, context } = about;
  const { not, next, open, buttons } = refusalText(refusal, about);
  const card = open === undefined ? [] : openCard(here.environment.id, open, context);
  return said(inline`Refused: ${not}`, next, buttons?.length ? buttons : card);
}

/** What happened to a request that ended in an error: nothing was done; unknown; done, and only its answer failed. */
export type Happened = 'none' | 'unknown' | 'done';

const HAPPENED = {
  none: 'Nothing was changed.',
  unknown: 'So Slipway does not know whether this was done.',
  done: 'This was done.',
} as const satisfies Record<Happened, string>;

/**
 * An error of Slipway or the network, as opposed to a refusal. `what` went wrong; what happened to the request follows.
 */
export function erroredMessage(what: string, happened: Happened, next: string): Message {
  const sentence = what.replace(/\.?$/, '.');
  const first = inline`Errored: ${{ kind: 'foreign', text: sentence }}`;
  return said(first, inline`${HAPPENED[happened]} ${next}`, []);
}
