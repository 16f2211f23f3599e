import type { Refusal } from '../../domain/documents/refusal.ts';
import { commit, say, type Words } from '../text/inline.ts';
import { advice, GO_BACK, lookAt, redeploys } from './advice.ts';
import type { About, No } from './refusal-text.ts';

type RollbackRefusal = Extract<
  Refusal,
  { rule: 'nothingDeployed' | 'noTarget' | 'notAcceptedHere' | 'targetIsLeft' | 'runsAnother' }
>;

/** The commit deployed once more: again what runs there, or a candidate of another one. */
function deployAgain(about: About, sha: string): Words | null {
  const { deployed } = about.here.environment;
  return deployed?.sha === sha
    ? redeploys(about)
    : advice(about, { type: 'prepare', sha, ref: null, note: null });
}

/** The rules of going back, and of deploying again. */
export function rollbackNo(refusal: RollbackRefusal, about: About): No {
  const { here, surroundings: around } = about;
  const { name, mode } = here.policy;
  const back = advice(about, GO_BACK);
  switch (refusal.rule) {
    case 'nothingDeployed':
      return {
        not: say`nothing was ever deployed to ${name}.`,
        next: say`Nothing was changed. ${lookAt(about)}`,
      };
    case 'noTarget': {
      const again = deployAgain(about, refusal.leaves);
      const other =
        mode === 'continuous'
          ? say`A mended commit can be pushed.`
          : say`Another commit can be prepared and deployed.`;
      return {
        not: say`no other commit than ${commit(refusal.leaves, around)} was accepted in ${name} and not revoked.`,
        next: again
          ? say`Nothing was changed. ${other} To deploy this one again: ${again}`
          : say`Nothing was changed. ${other}`,
      };
    }
    case 'notAcceptedHere': {
      const sha = commit(refusal.sha, around);
      const not = refusal.revoked
        ? say`the acceptance of ${sha} in ${name} was revoked.`
        : say`${sha} was never accepted in ${name}.`;
      const newest = back ? say` Without a commit it takes the newest: ${back}` : lookAt(about);
      return {
        not,
        next: say`Nothing was changed. A rollback can go to a commit that was accepted there.${back ? newest : say` ${newest}`}`,
      };
    }
    case 'targetIsLeft': {
      const again = deployAgain(about, refusal.sha);
      const ways = say`${again ? say` To deploy it again: ${again}.` : ''}${back ? say` To go back: ${back}` : ''}`;
      return {
        not: say`${commit(refusal.sha, around)} is the commit that the rollback would leave.`,
        next: ways.length > 0 ? say`Nothing was changed.${ways}` : say`Nothing was changed. ${lookAt(about)}`,
      };
    }
    case 'runsAnother': {
      const again = redeploys(about);
      const prepare = deployAgain(about, refusal.sha);
      const ways = say`${again ? say` To deploy that one again: ${again}.` : ''}${prepare ? say` To offer this one: ${prepare}` : ''}`;
      return {
        not: say`${commit(refusal.sha, around)} is not what runs in ${name}: that is ${commit(refusal.deployed, around)}.`,
        next: ways.length > 0 ? say`Nothing was changed.${ways}` : say`Nothing was changed. ${lookAt(about)}`,
      };
    }
    default:
      return refusal satisfies never;
  }
}
