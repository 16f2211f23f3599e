import { findRelease } from '../../domain/documents/environment.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import { pendingRollback, runningIn } from '../eligibility/offers.ts';
import { code, commit, join, NOTHING, person, releaseRef, say, time, type Words } from '../text/inline.ts';
import { advice, advices, GO_BACK, lookAt, redeploys } from './advice.ts';
import { type About, type No, statusOf } from './refusal-text.ts';

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

/** Only a deploy that succeeds makes it certain again what runs there. */
function afterUncertain(about: About): Words {
  const { desired } = about.here.environment;
  const ways = [
    desired ? advice(about, { type: 'retry', release: desired.release }) : null,
    redeploys(about),
    advices(about, [GO_BACK]),
  ].filter((way) => way !== null);
  return ways.length > 0
    ? say`The next deploy there that succeeds opens this: ${join(ways, ' or ')}.`
    : lookAt(about);
}

/** " Its commit can be prepared again: …"; nothing where it cannot. */
function anew(about: About): Words {
  const sha = about.release?.sha;
  const prepare = sha ? advice(about, { type: 'prepare', sha, ref: null, note: null }) : null;
  return prepare ? say` Its commit can be prepared again: ${prepare}` : NOTHING;
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
        next: say`${ref} stays as it is. Look at ${name} first. ${afterUncertain(about)}`,
        open: refusal.release,
      };
    case 'overtaken':
      return {
        not: say`${releaseRef(here.policy, refusal.by, around)} has begun in ${name} after ${ref}.`,
        next: say`${ref} stays as it is. You can go on with ${releaseRef(here.policy, refusal.by, around)}.${anew(about)}`,
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
