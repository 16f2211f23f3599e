import { findRelease, openRollback, runningIn } from '../../domain/documents/environment.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import { isRunning, runningAttempt } from '../../domain/documents/values/release.ts';
import { cancelDeploy } from '../blocks/cancel-button.ts';
import { type Inline, inline, join, NOTHING } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { since, time } from '../text/times.ts';
import { advice, advices, GO_BACK, lookAt, redeploys } from './advice.ts';
import { type About, type RefusalText, statusOf } from './refusal-text.ts';

/** What a continuous environment deploys by itself. */
export function comesByItself({ here: { environment, policy } }: About): Inline {
  if (policy.below !== null) {
    const when = environment.paused ? 'once somebody resumes' : 'by itself';
    return inline`Every commit accepted in ${policy.below} is deployed there ${when}.`;
  }
  return environment.paused
    ? inline`Every push is built, and deployed there once somebody resumes.`
    : inline`Every push is built and deployed there by itself.`;
}

/** "push it": how one commit gets into a continuous environment. */
export function toHaveItThere({ here: { policy } }: About): Inline {
  return policy.below === null ? inline`push it` : inline`have it accepted in ${policy.below}`;
}

/** The refusal to prepare a release for a continuous environment. */
export function continuousRefusalText(about: About): RefusalText {
  const { name } = about.here.policy;
  const again = redeploys(about);
  const back = advice(about, GO_BACK);
  return {
    not: inline`${name} is a continuous environment: nobody prepares releases for it.`,
    next: inline`${comesByItself(about)}${again ? inline` To deploy again what ${name} runs: ${again}` : NOTHING}${back ? inline` To go back: ${back}` : NOTHING}`,
  };
}

/** Until it is accepted, a release can be verified, accepted or failed only while its commit runs there (RULES 17). */
export function notDeployed(refusal: Extract<Refusal, { rule: 'notDeployed' }>, about: About): RefusalText {
  const { here, context } = about;
  const ref = releaseRef(here.policy, refusal.release, context);
  const { name } = here.policy;
  const runs = refusal.deployed
    ? inline`${name} runs ${commit(refusal.deployed, context)}.`
    : inline`Nothing runs in ${name}.`;
  return {
    not: inline`${ref} is not what runs in ${name}.`,
    next: inline`${runs} Until it is accepted, a release can be verified, accepted or failed only while its commit runs there. ${lookAt(about)}`,
  };
}

/** How to end the uncertainty: only a deploy that succeeds makes it known again what runs there. */
function afterUncertain(about: About): Inline {
  const { desired } = about.here.environment;
  const ways = [
    desired ? advice(about, { type: 'retry', release: desired.release }) : null,
    redeploys(about),
    advices(about, [GO_BACK]),
  ].filter((way) => way !== null);
  return ways.length > 0
    ? inline`The next successful deploy there makes this possible: ${join(ways, ' or ')}.`
    : lookAt(about);
}

/** " Its commit can be prepared again: …"; nothing if that would be refused. */
function anew(about: About): Inline {
  const sha = about.release?.sha;
  const prepare = sha ? advice(about, { type: 'prepare', sha, ref: null, note: null }) : null;
  return prepare ? inline` Its commit can be prepared again: ${prepare}` : NOTHING;
}

/** Refusals about what runs in the environment and what goes first there. */
export function environmentRefusalText(
  refusal: Extract<
    Refusal,
    { rule: 'uncertain' | 'overtaken' | 'rollbackFirst' | 'busy' | 'cancelWished' | 'begunMeanwhile' }
  >,
  about: About,
): RefusalText {
  const { here, context } = about;
  const { name } = here.policy;
  const ref = releaseRef(here.policy, refusal.release, context);
  switch (refusal.rule) {
    case 'uncertain':
      return {
        not: inline`another deploy has begun in ${name} since ${ref} was deployed, and did not succeed.`,
        next: inline`${ref} stays as it is. Look at ${name} first. ${afterUncertain(about)}`,
        open: refusal.release,
      };
    case 'overtaken':
      return {
        not: inline`${releaseRef(here.policy, refusal.by, context)} has begun in ${name} after ${ref}.`,
        next: inline`${ref} stays as it is. Continue with ${releaseRef(here.policy, refusal.by, context)}.${anew(about)}`,
        open: refusal.by,
      };
    case 'rollbackFirst': {
      const rollback = findRelease(here.environment, refusal.rollback) ?? openRollback(here.environment);
      const is = rollback ? inline` is ${statusOf(rollback, here, context)}` : inline` is waiting or running`;
      return {
        not: inline`the rollback ${releaseRef(here.policy, refusal.rollback, context)}${is}.`,
        next: inline`Nothing was changed. It goes first. Try again when it has ended or been cancelled.`,
        open: refusal.rollback,
      };
    }
    case 'busy': {
      const running = findRelease(here.environment, refusal.by) ?? runningIn(here.environment);
      const is = running ? inline`${statusOf(running, here, context)}` : inline`running`;
      return {
        not: inline`${releaseRef(here.policy, refusal.by, context)} is ${is}.`,
        next: inline`${ref} stays as it is. Try again when ${releaseRef(here.policy, refusal.by, context)} has ended.`,
        open: refusal.by,
      };
    }
    case 'cancelWished':
      return {
        not: inline`${person(refusal.by)} already cancelled ${ref}, at ${time(refusal.at)}.`,
        next: inline`Its command is being ended. Wait for its card to show the real outcome.`,
        open: refusal.release,
      };
    case 'begunMeanwhile':
      return begunMeanwhile(about, refusal.release);
    default:
      return refusal satisfies never;
  }
}

/** The person cancelled what they saw waiting. Ending a deploy that runs is another thing, so Slack asks them first. */
function begunMeanwhile(about: About, number: number): RefusalText {
  const { here, context } = about;
  const ref = releaseRef(here.policy, number, context);
  const release = findRelease(here.environment, number);
  const from = release && runningAttempt(release)?.startedAt;
  const mayEnd =
    release && isRunning(release) && advice(about, { type: 'cancel', release: number, reason: null });
  return {
    not: inline`the deploy of ${ref} has begun${from ? inline` (${since(from, context.now)})` : NOTHING}.`,
    next: mayEnd
      ? inline`It goes on. Somebody who may can end its command with Cancel.`
      : inline`It goes on. Wait for it to end.`,
    open: number,
    ...(mayEnd ? { buttons: [cancelDeploy(here, release)] } : {}),
  };
}
