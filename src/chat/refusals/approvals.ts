import type { Refusal } from '../../domain/documents/refusal.ts';
import { isRunning, isWaiting } from '../../domain/documents/release.ts';
import { peopleWanted, whoseYes, yesWanted } from '../gates/approvers.ts';
import { many } from '../text/clean.ts';
import { commit, namesOf, releaseRef, say, since, type Words } from '../text/inline.ts';
import { advice, lookAt, toCancel } from './advice.ts';
import type { About, No } from './refusal-text.ts';

type ApprovalsRefusal = Extract<
  Refusal,
  {
    rule:
      | 'ownRequest'
      | 'notApprover'
      | 'commitAuthor'
      | 'approvalNotNeeded'
      | 'alreadyApproved'
      | 'noApprovals'
      | 'approvals'
      | 'shownIsOld';
  }
>;

const NOBODY = 'Nobody else may approve there: its configuration has to name someone.';

function whoCan({ here, release, surroundings }: About, missing: number): string {
  const who = whoseYes(here, release, surroundings);
  return who === null ? NOBODY : `${who} can give ${missing === 1 ? 'the other' : 'the others'}.`;
}

/** "Lin, Mo and 4 others can approve." */
function whoMay({ here, release, surroundings }: About): string {
  const from = yesWanted(here, release);
  if (from === null) return 'Any other member can approve.';
  const people = peopleWanted(from, here, release, surroundings);
  return people.length === 0 ? NOBODY : `${namesOf(people, surroundings)} can approve.`;
}

/** It has all its approvals. */
function afterAll(
  about: About,
  { release, count, required }: { release: number; count: number; required: number },
): Words {
  const deploy = advice(about, { type: 'deploy', release });
  const next = deploy ? say`Next: ${deploy}` : lookAt(about);
  return say`It has ${count} of ${many(required, 'approval')}. ${next}`;
}

/** The rules of approving and rejecting. */
export function approvalsNo(refusal: ApprovalsRefusal, about: About): No {
  const { here, surroundings: around } = about;
  const ref = releaseRef(here.policy, refusal.release, around);
  const { name } = here.policy;
  if (refusal.rule === 'noApprovals') {
    const { release } = about;
    const goes = release && (isWaiting(release) || isRunning(release));
    return {
      not: say`${ref} is ${/^[aeiou]/.test(refusal.kind) ? 'an' : 'a'} ${refusal.kind} release: nobody approves or rejects it.`,
      next: goes ? say`It goes by itself.${toCancel(about, refusal.release)}` : lookAt(about),
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
        next: say`${far} ${whoCan(about, missing)}${toCancel(about, refusal.release, 'To take it back')}`,
        open,
      };
    case 'notApprover': {
      const who = namesOf(refusal.from, around);
      return {
        not: say`approving in ${name} is for ${who}, and you are not one of them.`,
        next: say`${ref} still has ${count} of ${many(required, 'approval')}. ${whoMay(about)}`,
        open,
      };
    }
    case 'commitAuthor':
      return {
        not: refusal.known
          ? say`you wrote commits that ${ref} would add, so you cannot approve or reject it.`
          : say`Slack does not tell your e-mail address, so you may have written commits that ${ref} would add: their authors cannot approve or reject it.`,
        next: say`${far} ${whoCan(about, missing)}`,
        open,
      };
    case 'approvalNotNeeded':
      return {
        not: say`your approval adds nothing to ${ref}: the rules that you fit have theirs.`,
        next: say`${far} ${whoCan(about, missing)}`,
        open,
      };
    case 'alreadyApproved':
      return {
        not: say`you approved ${ref} already, at ${since(refusal.at, around.now)}.`,
        next: count >= required ? afterAll(about, refusal) : say`${far} ${whoCan(about, missing)}`,
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
