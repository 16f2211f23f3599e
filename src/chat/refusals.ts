import { findRelease } from '../domain/environment.ts';
import type { Refusal } from '../domain/refusal.ts';
import { actions, paragraph } from './blocks.ts';
import { type About, type No, statusOf } from './no.ts';
import { approvalsNo } from './no-approvals.ts';
import { settledNo } from './no-settled.ts';
import { noToWorkers } from './no-to-workers.ts';
import { pendingRollback, runningIn } from './offers.ts';
import { fallback } from './text.ts';
import type { Said } from './view.ts';
import {
  code,
  commit,
  NOTHING,
  namesOf,
  person,
  plain,
  releaseRef,
  say,
  since,
  time,
  type Words,
} from './words.ts';

export type { About } from './no.ts';

/** Why the order gate is shut, and what there is to take instead (CARDS §3). */
function orderNo(refusal: Extract<Refusal, { rule: 'order' }>, about: About): No {
  const { below, surroundings: around } = about;
  const sha = commit(refusal.sha, around);
  const newest = below?.environment.accepted
    ? say` Newest accepted there: ${commit(below.environment.accepted.sha, around)}.`
    : say` Nothing is accepted there yet.`;
  if (refusal.revoked) {
    const { by, release } = refusal.revoked;
    const see =
      release === null || !below ? NOTHING : say`, see ${releaseRef(below.policy, release, around)}`;
    return {
      not: say`${sha} was revoked in ${refusal.below} by ${person(by)}${see}.`,
      then: say`Nothing was changed. Deploying and accepting it in ${refusal.below} again opens this.${newest}`,
    };
  }
  const there = below?.environment.open.findLast((release) => release.sha === refusal.sha);
  const is = there && below ? say`It is ${statusOf(there, below, around)}. ` : say`It did not get there. `;
  const how =
    below?.policy.mode === 'continuous' ? 'a passed check there accepts it' : 'a tester can accept it there';
  return {
    not: say`${sha} is not accepted in ${refusal.below}.`,
    then: say`${is}Once deployed, ${how}.${newest}`,
  };
}

function notDeployed(refusal: Extract<Refusal, { rule: 'notDeployed' }>, about: About): No {
  const { here, surroundings: around } = about;
  const ref = releaseRef(here.policy, refusal.release, around);
  const { name } = here.policy;
  const runs = refusal.deployed
    ? say`${name} runs ${commit(refusal.deployed, around)}.`
    : say`Nothing runs in ${name}.`;
  return {
    not: say`${ref} is not what runs in ${name}.`,
    then: say`${runs} Only the commit that runs there can be checked, accepted or failed: ${code(`/release status ${here.environment.id}`)} shows it.`,
  };
}

/** The rules about what runs here and what goes first. */
function placeNo(
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
        then: say`${ref} stays as it is. Look at ${name} first; the next successful deploy there opens this: ${code(`/release retry ${name}`)} or ${code(`/release rollback ${name} reason`)}.`,
        open: refusal.release,
      };
    case 'overtaken':
      return {
        not: say`${releaseRef(here.policy, refusal.by, around)} has begun in ${name} after ${ref}.`,
        then: say`${ref} stays as it is. Prepare its commit again, or go on with ${releaseRef(here.policy, refusal.by, around)}.`,
        open: refusal.by,
      };
    case 'rollbackFirst': {
      const rollback = findRelease(here.environment, refusal.rollback) ?? pendingRollback(here.environment);
      const is = rollback ? say` is ${statusOf(rollback, here, around)}` : say` waits or runs`;
      return {
        not: say`the rollback ${releaseRef(here.policy, refusal.rollback, around)}${is}.`,
        then: say`Nothing was changed. It goes first; when it has ended, or was cancelled, you can try again.`,
        open: refusal.rollback,
      };
    }
    case 'busy': {
      const running = findRelease(here.environment, refusal.by) ?? runningIn(here.environment);
      const is = running ? say`${statusOf(running, here, around)}` : say`running`;
      return {
        not: say`${releaseRef(here.policy, refusal.by, around)} is ${is}.`,
        then: say`${ref} stays as it is. When ${releaseRef(here.policy, refusal.by, around)} has ended, you can try again.`,
        open: refusal.by,
      };
    }
    case 'cancelWished':
      return {
        not: say`${person(refusal.by)} cancelled ${ref} already, at ${time(refusal.at)}.`,
        then: say`Its command is being ended; what it really did wins, and its card will say so. Wait for that.`,
        open: refusal.release,
      };
    default:
      return refusal satisfies never;
  }
}

/** The rules of going back. */
function rollbackNo(
  refusal: Extract<Refusal, { rule: 'nothingDeployed' | 'noTarget' | 'notAcceptedHere' | 'targetIsLeft' }>,
  about: About,
): No {
  const { here, surroundings: around } = about;
  const { name } = here.policy;
  const status = code(`/release status ${here.environment.id}`);
  switch (refusal.rule) {
    case 'nothingDeployed':
      return {
        not: say`nothing was ever deployed to ${name}.`,
        then: say`There is nothing to go back from. What waits there: ${status}`,
      };
    case 'noTarget':
      return {
        not: say`no other commit than ${commit(refusal.leaves, around)} was accepted in ${name} and not revoked.`,
        then: say`Nothing was changed. Deploy another commit instead: ${code(`/release prepare ${name} COMMIT`)}`,
      };
    case 'notAcceptedHere': {
      const sha = commit(refusal.sha, around);
      const not = refusal.revoked
        ? say`the acceptance of ${sha} in ${name} was revoked.`
        : say`${sha} was never accepted in ${name}.`;
      return {
        not,
        then: say`Nothing was changed. A rollback goes to a commit that was accepted there; without a commit it takes the newest: ${code(`/release rollback ${name} reason`)}`,
      };
    }
    case 'targetIsLeft':
      return {
        not: say`${commit(refusal.sha, around)} is the commit that the rollback would leave.`,
        then: say`Nothing was changed. To deploy it again: ${code(`/release prepare ${name} ${refusal.sha.slice(0, 7)}`)}. To go back: ${code(`/release rollback ${name} reason`)}`,
      };
    default:
      return refusal satisfies never;
  }
}

function noOf(refusal: Refusal, about: About): No {
  const { here, surroundings: around } = about;
  const { name } = here.policy;
  const ref = (number: number) => releaseRef(here.policy, number, around);
  switch (refusal.rule) {
    case 'notMember':
      return {
        not: say`only full members of this workspace may do this: no guests, bots or people of other workspaces.`,
        then: say`Nothing was changed. Any full member can do it, or an admin can make you one.`,
      };
    case 'noRelease':
      return {
        not: say`${here.environment.id} has no release #${refusal.release}.`,
        then: say`Its newest is #${here.environment.releases}. What is there: ${code(`/release status ${here.environment.id}`)}`,
      };
    case 'settled':
      return settledNo(refusal, about);
    case 'continuous':
      return {
        not: say`${refusal.environment} is a continuous environment: nobody prepares releases for it.`,
        then: say`Every push is built and deployed there by itself. Push the commit, or roll back: ${code(`/release rollback ${name} reason`)}`,
      };
    case 'alreadyWaits': {
      const waits = findRelease(here.environment, refusal.release);
      const is = waits ? statusOf(waits, here, around) : say`${refusal.status}`;
      return {
        not: say`this commit waits for ${name} already, as ${ref(refusal.release)}.`,
        then: say`It is ${is}. Go on there, or cancel it first: ${code(`/release cancel ${name}#${refusal.release}`)}`,
        open: refusal.release,
      };
    }
    case 'behindDeployed':
      return {
        not: say`${commit(refusal.sha, around)} is contained in ${commit(refusal.deployed, around)}, which ${name} runs.`,
        then: say`Nothing was changed. Going back is a rollback: ${code(`/release rollback ${name} ${refusal.sha.slice(0, 12)} reason`)}`,
      };
    case 'order':
      return orderNo(refusal, about);
    case 'ownRequest':
    case 'notApprover':
    case 'alreadyApproved':
    case 'noApprovals':
    case 'approvals':
      return approvalsNo(refusal, about);
    case 'alreadyQueued':
      return {
        not: say`${ref(refusal.release)} was queued already, by ${person(refusal.by)}.`,
        then: say`It begins by itself when its turn comes. To stop it: ${code(`/release cancel ${name}#${refusal.release}`)}`,
        open: refusal.release,
      };
    case 'notTester':
      return refusal.from === null
        ? {
            not: say`you asked for ${ref(refusal.release)}, so you cannot accept or fail it.`,
            then: say`${ref(refusal.release)} stays as it is. Any other member can.`,
            open: refusal.release,
          }
        : {
            not: say`accepting and failing in ${name} is not yours.`,
            then: say`${ref(refusal.release)} stays as it is. ${namesOf(refusal.from, around)} can.`,
            open: refusal.release,
          };
    case 'reasonRequired': {
      const target = refusal.release === null ? name : `${name}#${refusal.release}`;
      return {
        not: say`this needs a reason.`,
        then: say`Nothing was changed. Write it at the end: ${code(`/release VERB ${target} the reason`)}`,
      };
    }
    case 'notDeployed':
      return notDeployed(refusal, about);
    case 'uncertain':
    case 'overtaken':
    case 'rollbackFirst':
    case 'busy':
    case 'cancelWished':
      return placeNo(refusal, about);
    case 'requestExpired':
      return {
        not: say`the request ${ref(refusal.release)} expired at ${since(refusal.at, around.now)}.`,
        then: say`Nothing was changed. Ask anew: ${code(`/release prepare ${here.environment.id}${about.release ? ` ${about.release.sha.slice(0, 12)}` : ''}`)}`,
        open: refusal.release,
      };
    case 'buildSettled':
      return {
        not: say`the build of ${commit(refusal.sha, around)} is ${refusal.status === 'none' ? 'not asked for' : refusal.status}.`,
        then: say`Nothing was changed. Only a build that has failed or errored can be retried.`,
      };
    case 'nothingDeployed':
    case 'noTarget':
    case 'notAcceptedHere':
    case 'targetIsLeft':
      return rollbackNo(refusal, about);
    case 'newerHead':
    case 'notFirst':
    case 'notBuilt':
    case 'guardMayLive':
    case 'sentBack':
    case 'staleAttempt':
    case 'nothingToDo':
    case 'claimed':
      return noToWorkers(refusal, about);
    default:
      return refusal satisfies never;
  }
}

function said(first: Words, second: Words, buttons: Parameters<typeof actions>[0]): Said {
  return {
    text: fallback(`${plain(first)} ${plain(second)}`),
    blocks: [paragraph(say`${first}\n${second}`), ...actions(buttons)],
  };
}

/** A rule's "no": what is not so, what stays, who or when opens it, and the next step. */
export function refusalMessage(refusal: Refusal, about: About): Said {
  const { here, surroundings: around } = about;
  const { not, then, open } = noOf(refusal, about);
  const id = `${here.environment.id}#${open}`;
  const url = open !== undefined && Object.hasOwn(around.cards, id) ? around.cards[id] : undefined;
  const card = {
    label: 'Open Card',
    action: 'openCard',
    says: `Open the card of ${id}`,
    value: { environment: here.environment.id, release: open },
    url,
  } as const;
  return said(say`Refused: ${not}`, then, url ? [card] : []);
}

/** We or the network; never a rule. */
export function erroredMessage(what: string, next: string): Said {
  const sentence = what.replace(/\.?$/, '.');
  return said(say`Errored: ${{ kind: 'foreign', text: sentence }}`, say`Nothing was changed. ${next}`, []);
}
