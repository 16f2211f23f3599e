import type { Refusal } from '../domain/refusal.ts';
import type { About, No } from './no.ts';
import { code, commit, say } from './words.ts';

/** The rules of going back. */
export function rollbackNo(
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
        next: say`There is nothing to go back from. What waits there: ${status}`,
      };
    case 'noTarget':
      return {
        not: say`no other commit than ${commit(refusal.leaves, around)} was accepted in ${name} and not revoked.`,
        next: say`Nothing was changed. Deploy another commit instead: ${code(`/release prepare ${name} COMMIT`)}`,
      };
    case 'notAcceptedHere': {
      const sha = commit(refusal.sha, around);
      const not = refusal.revoked
        ? say`the acceptance of ${sha} in ${name} was revoked.`
        : say`${sha} was never accepted in ${name}.`;
      return {
        not,
        next: say`Nothing was changed. A rollback goes to a commit that was accepted there; without a commit it takes the newest: ${code(`/release rollback ${name} reason`)}`,
      };
    }
    case 'targetIsLeft':
      return {
        not: say`${commit(refusal.sha, around)} is the commit that the rollback would leave.`,
        next: say`Nothing was changed. To deploy it again: ${code(`/release prepare ${name} ${refusal.sha.slice(0, 7)}`)}. To go back: ${code(`/release rollback ${name} reason`)}`,
      };
    default:
      return refusal satisfies never;
  }
}
