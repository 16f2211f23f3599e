import type { KnownBlock } from '@slack/types';
import { overtakenBy, runsHere } from '../../../domain/documents/environment.ts';
import { lastAttempt, verificationEndedBadly } from '../../../domain/documents/values/release.ts';
import { paragraph } from '../../blocks/blocks.ts';
import { plural } from '../../text/clean.ts';
import { type Inline, inline, join, NOTHING } from '../../text/inline.ts';
import { commit, person, releaseRef } from '../../text/references.ts';
import type { ReleaseView } from '../../view-model.ts';
import { mayRetry, mayRollBack, rollbackTo } from './button-specs.ts';
import { beside, rollbackDoes } from './consequences.ts';

/** What the environment runs after a deploy that did not succeed. */
function afterBadDeploy(view: ReleaseView): Inline {
  const { here, release } = view;
  const { environment, policy } = here;
  const { deployed, uncertain } = environment;
  const later = overtakenBy(environment, release);
  const since = later === null ? NOTHING : inline` ${releaseRef(policy, later, view)} has begun here since.`;
  const lastTry = lastAttempt(release, 'deploy');
  if (lastTry?.outcome?.kind === 'interrupted' && later === null) {
    const retry = mayRetry(view) ? inline` Retry deploys ${commit(release.sha, view)} again.` : NOTHING;
    const isAsBefore = deployed !== null && environment.current?.unchanged === lastTry.number;
    const first = isAsBefore
      ? inline`${policy.name} was asked what runs: still ${commit(deployed.sha, view)}.`
      : inline`Look at ${policy.name} first.`;
    return inline`${first}${retry}${rollbackWords(view)}`;
  }
  if (uncertain) {
    const last = deployed
      ? inline`Last successful deploy: ${commit(deployed.sha, view)}.`
      : inline`No deploy there has succeeded yet.`;
    return inline`${policy.name} may be half changed. ${last}${since}`;
  }
  const unchanged = lastTry?.outcome?.kind === 'errored' && !lastTry.outcome.ran && later === null;
  if (!deployed) return inline`${policy.name} is unchanged: nothing runs there yet.${since}`;
  const runs = inline`runs ${commit(deployed.sha, view)}`;
  return unchanged
    ? inline`${policy.name} is unchanged: it ${runs}.`
    : inline`${policy.name} ${runs}.${since}`;
}

const NO_TARGET = inline` No other commit was accepted there, so there is nothing to roll back to.`;

/** Where Roll Back goes; after a rollback whose verification failed, that is what runs, unless another is chosen. */
function lastAccepted(target: string, runs: string, view: ReleaseView): Inline {
  if (target !== runs) return inline` Last accepted there: ${commit(target, view)}.`;
  const further = mayRollBack(view) ? ' To go back further, choose another commit in Roll Back.' : '';
  return inline` It is also the last that was accepted there.${further}`;
}

/** What Roll Back would deploy, or that there is nothing to go back to; nothing while a rollback would be refused. */
function rollbackWords(view: ReleaseView): Inline {
  const target = rollbackTo(view);
  if (!target) return NO_TARGET;
  return mayRollBack(view)
    ? inline` Roll Back deploys ${commit(target.sha, view)}, the last accepted there.`
    : NOTHING;
}

/** What the environment runs after a deployed commit was found bad. */
function afterBadCommit(view: ReleaseView): Inline {
  const { here, release } = view;
  const { deployed } = here.environment;
  const target = rollbackTo(view);
  if (!deployed) return NOTHING;
  const last = target ? lastAccepted(target.sha, deployed.sha, view) : NO_TARGET;
  const runs = commit(deployed.sha, view);
  if (!runsHere(here.environment, release)) return inline`${here.policy.name} runs ${runs} now.`;
  const unsure = here.environment.uncertain
    ? ' Another deploy has begun there since: it may be half changed.'
    : '';
  return inline`${here.policy.name} ${release.status === 'faulty' ? 'still ' : ''}runs ${runs}.${unsure}${last}`;
}

function afterAcceptance(view: ReleaseView): Inline {
  const { release, above, promoted, newer, aboveBehind } = view;
  if (release.revoked) return NOTHING;
  if (release.kind === 'rollback') return NOTHING;
  if (!above) return NOTHING;
  if (promoted) {
    const ref = releaseRef(above.policy, promoted.number, view);
    return inline`Promoted to ${above.policy.name} by ${person(promoted.requestedBy)}: ${ref}`;
  }
  if (newer) return inline`Newer: ${commit(newer.sha, view)} is accepted here (its card has the button)`;
  const runs = above.environment.deployed;
  if (!runs) return inline`Nothing runs in ${above.policy.name} yet.`;
  if (runs.sha === release.sha) return inline`${above.policy.name} runs this commit too.`;
  const behind = aboveBehind ? `, ${plural(aboveBehind, 'commit')} behind` : '';
  return inline`${above.policy.name} runs ${commit(runs.sha, view)}${behind}.`;
}

/**
 * After a bad end: what the environment runs now and how to go back. After acceptance: what the environment above runs.
 */
export function consequence(view: ReleaseView): KnownBlock[] {
  const all = [consequenceWords(view), rolledBackWords(view), rollbackDoes(view), beside(view)].filter(
    (words) => words.length > 0,
  );
  return all.length > 0 ? [paragraph(join(all, '\n'))] : [];
}

/** The rollback that Slipway began by itself when the release failed. */
function rolledBackWords({ here, release, ...context }: ReleaseView): Inline {
  const { rolledBackBy: number } = release;
  if (number === undefined) return NOTHING;
  return inline`Slipway began a rollback by itself: ${releaseRef(here.policy, number, context)}.`;
}

function consequenceWords(view: ReleaseView): Inline {
  const { release } = view;
  switch (release.status) {
    case 'accepted':
      return afterAcceptance(view);
    case 'failed':
      return afterBadDeploy(view);
    case 'cancelled':
      return release.begun ? afterBadDeploy(view) : NOTHING;
    case 'errored':
    case 'unverified':
      return verificationEndedBadly(release) ? afterBadCommit(view) : afterBadDeploy(view);
    case 'faulty':
      return afterBadCommit(view);
    default:
      return NOTHING;
  }
}
