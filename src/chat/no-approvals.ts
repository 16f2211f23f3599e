import type { Refusal } from '../domain/refusal.ts';
import type { About, No } from './no.ts';
import { approversLeft } from './offers.ts';
import { many } from './text.ts';
import { code, commit, namesOf, releaseRef, say, since } from './words.ts';

type ApprovalsRefusal = Extract<
  Refusal,
  { rule: 'ownRequest' | 'notApprover' | 'alreadyApproved' | 'noApprovals' | 'approvals' | 'shownIsOld' }
>;

function whoCan({ here, surroundings, release }: About, missing: number): string {
  const left = release ? approversLeft(here, release) : here.policy.approvals.from;
  const other = missing === 1 ? 'the other' : 'the others';
  if (left === null) return `Any other member can give ${other}.`;
  if (left.length === 0) return 'Nobody else may approve there: its configuration has to name someone.';
  if (left.length === 1) return `${namesOf(left, surroundings)} can give ${other}.`;
  return `Any of ${namesOf(left, surroundings, 'or')} can give ${other}.`;
}

/** The rules of approving and rejecting. */
export function approvalsNo(refusal: ApprovalsRefusal, about: About): No {
  const { here, surroundings: around } = about;
  const ref = releaseRef(here.policy, refusal.release, around);
  const { name } = here.policy;
  if (refusal.rule === 'noApprovals') {
    const next = `/release cancel ${name}#${refusal.release}`;
    return {
      not: say`${ref} is a ${refusal.kind} release: nobody approves or rejects it.`,
      next: say`It goes by itself. To stop it: ${code(next)}`,
      open: refusal.release,
    };
  }
  if (refusal.rule === 'shownIsOld') {
    const runs = refusal.deployed
      ? say`${name} runs ${commit(refusal.deployed, around)} now`
      : say`${name} changed`;
    return {
      not: say`${runs}, another commit than the card showed you, so ${ref} would change something else.`,
      next: say`Your approval was not counted. You can look at the card again and approve it then.`,
      open: refusal.release,
    };
  }
  const { count, required } = refusal;
  const open = refusal.release;
  const far = say`${count} of ${many(required, 'approval')} so far.`;
  const missing = Math.max(1, required - count);
  switch (refusal.rule) {
    case 'ownRequest':
      return {
        not: say`you prepared ${ref}, so you cannot approve or reject it.`,
        next: say`${far} ${whoCan(about, missing)} To take it back: ${code(`/release cancel ${name}#${refusal.release}`)}`,
        open,
      };
    case 'notApprover': {
      const who = namesOf(refusal.from, around);
      return {
        not: say`approving in ${name} is for ${who}, and you are not one of them.`,
        next: say`${ref} still has ${count} of ${many(required, 'approval')}. ${whoCan(about, missing)}`,
        open,
      };
    }
    case 'alreadyApproved':
      return {
        not: say`you approved ${ref} already, at ${since(refusal.at, around.now)}.`,
        next:
          count >= required
            ? say`It has ${count} of ${many(required, 'approval')}. Next: ${code(`/release deploy ${name}#${refusal.release}`)}`
            : say`${far} ${whoCan(about, missing)}`,
        open,
      };
    case 'approvals':
      return {
        not: say`${ref} has ${count} of ${many(required, 'approval')}.`,
        next: say`It stays Prepared. ${whoCan(about, missing)}`,
        open,
      };
    default:
      return refusal satisfies never;
  }
}
