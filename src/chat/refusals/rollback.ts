import type { Refusal } from '../../domain/documents/refusal.ts';
import { type Inline, inline } from '../text/inline.ts';
import { commit } from '../text/references.ts';
import { advice, GO_BACK, lookAt, redeploys } from './advice.ts';
import type { About, RefusalText } from './refusal-text.ts';

type RollbackRefusal = Extract<
  Refusal,
  {
    rule:
      | 'nothingDeployed'
      | 'noTarget'
      | 'notAcceptedHere'
      | 'targetIsLeft'
      | 'leavesAnother'
      | 'runsAnother';
  }
>;

/**
 * The command that deploys the commit once more: a redeploy if it runs there, else a new release. null: it would be
 * refused.
 */
function deployAgain(about: About, sha: string): Inline | null {
  const { deployed } = about.here.environment;
  return deployed?.sha === sha
    ? redeploys(about)
    : advice(about, { type: 'prepare', sha, ref: null, note: null });
}

/** How another commit gets into a continuous environment. */
function anotherCommit({ here: { policy } }: About): Inline {
  return policy.below === null
    ? inline`A fixed commit can be pushed.`
    : inline`Another commit can be accepted in ${policy.below}.`;
}

/** Refusals about rolling back and redeploying. */
export function rollbackRefusalText(refusal: RollbackRefusal, about: About): RefusalText {
  const { here, context } = about;
  const { name, mode } = here.policy;
  const back = advice(about, GO_BACK);
  switch (refusal.rule) {
    case 'nothingDeployed':
      return {
        not: inline`nothing was ever deployed to ${name}.`,
        next: inline`Nothing was changed. ${lookAt(about)}`,
      };
    case 'noTarget': {
      const again = deployAgain(about, refusal.leaves);
      const other =
        mode === 'continuous' ? anotherCommit(about) : inline`Another commit can be prepared and deployed.`;
      return {
        not: inline`no other commit than ${commit(refusal.leaves, context)} was accepted in ${name} and not revoked.`,
        next: again
          ? inline`Nothing was changed. ${other} To deploy this one again: ${again}`
          : inline`Nothing was changed. ${other}`,
      };
    }
    case 'notAcceptedHere': {
      const sha = commit(refusal.sha, context);
      const not = refusal.revoked
        ? inline`the acceptance of ${sha} in ${name} was revoked.`
        : inline`${sha} was never accepted in ${name}.`;
      const newest = back ? inline` If you name no commit, it takes the newest: ${back}` : lookAt(about);
      return {
        not,
        next: inline`Nothing was changed. A rollback can go to a commit that was accepted there.${back ? newest : inline` ${newest}`}`,
      };
    }
    case 'targetIsLeft': {
      const again = deployAgain(about, refusal.sha);
      const ways = inline`${again ? inline` To deploy it again: ${again}.` : ''}${back ? inline` To go back: ${back}` : ''}`;
      return {
        not: inline`${commit(refusal.sha, context)} is the commit that the rollback would leave.`,
        next:
          ways.length > 0
            ? inline`Nothing was changed.${ways}`
            : inline`Nothing was changed. ${lookAt(about)}`,
      };
    }
    case 'leavesAnother': {
      const { sha, shown, leaves } = refusal;
      const there = sha && advice(about, { type: 'rollback', to: { sha, ref: null }, reason: 'reason' });
      return {
        not: inline`${name} is at ${commit(leaves, context)} now, not at ${commit(shown, context)}, so the rollback would leave another commit than you were shown.`,
        next: there
          ? inline`Nothing was changed. To leave ${commit(leaves, context)} and revoke it: ${there}`
          : inline`Nothing was changed. ${lookAt(about)}`,
      };
    }
    case 'runsAnother': {
      const again = redeploys(about);
      const prepare = deployAgain(about, refusal.sha);
      const ways = inline`${again ? inline` To deploy that one again: ${again}.` : ''}${prepare ? inline` To offer this one: ${prepare}` : ''}`;
      return {
        not: inline`${name} runs ${commit(refusal.deployed, context)}, not ${commit(refusal.sha, context)}.`,
        next:
          ways.length > 0
            ? inline`Nothing was changed.${ways}`
            : inline`Nothing was changed. ${lookAt(about)}`,
      };
    }
    default:
      return refusal satisfies never;
  }
}
