import type { Refusal } from '../../domain/documents/refusal.ts';
import { isRunning, isWaiting } from '../../domain/documents/values/release.ts';
import { approversWanted, peopleWhoMayApprove, whoMayApprove } from '../gates/approvers.ts';
import { plural } from '../text/clean.ts';
import { type Inline, inline } from '../text/inline.ts';
import { commit, namesOf, releaseRef } from '../text/references.ts';
import { since } from '../text/times.ts';
import { advice, lookAt, toCancel } from './advice.ts';
import type { About, RefusalText } from './refusal-text.ts';

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

const NOBODY = 'Nobody else may approve there until the configuration names someone.';

function whoCan({ here, release, context }: About, missing: number): string {
  const who = whoMayApprove(here, release, context);
  return who === null ? NOBODY : `${who} can give ${missing === 1 ? 'the other' : 'the others'}.`;
}

/** "Lin, Mo and 4 others can approve." */
function whoMay({ here, release, context }: About): string {
  const from = approversWanted(here, release, context.now);
  if (from === null) return 'Any other member can approve.';
  const people = peopleWhoMayApprove(from, here, release, context);
  return people.length === 0 ? NOBODY : `${namesOf(people, context)} can approve.`;
}

/** The release has all its approvals. */
function afterAll(
  about: About,
  { release, count, required }: { release: number; count: number; required: number },
): Inline {
  const deploy = advice(about, { type: 'deploy', release });
  const next = deploy ? inline`Next: ${deploy}` : lookAt(about);
  return inline`It has ${count} of ${plural(required, 'approval')}. ${next}`;
}

/** Refusals about approving and rejecting. */
export function approvalsRefusalText(refusal: ApprovalsRefusal, about: About): RefusalText {
  const { here, context } = about;
  const ref = releaseRef(here.policy, refusal.release, context);
  const { name } = here.policy;
  if (refusal.rule === 'noApprovals') {
    const { release } = about;
    const goes = release && (isWaiting(release) || isRunning(release));
    return {
      not: inline`${ref} is ${/^[aeiou]/.test(refusal.kind) ? 'an' : 'a'} ${refusal.kind} release: nobody approves or rejects it.`,
      next: goes ? inline`It needs no approval.${toCancel(about, refusal.release)}` : lookAt(about),
      open: refusal.release,
    };
  }
  if (refusal.rule === 'shownIsOld') {
    const runs = refusal.deployed
      ? inline`${name} now runs ${commit(refusal.deployed, context)}, not the commit that the card showed`
      : inline`${name} has changed since the card was posted`;
    return {
      not: inline`${runs}, so ${ref} would change something else.`,
      next: inline`Your approval was not counted. Look at the card again, then approve it.`,
      open: refusal.release,
    };
  }
  const { count, required } = refusal;
  const open = refusal.release;
  const far = inline`${count} of ${plural(required, 'approval')} so far.`;
  const missing = Math.max(1, required - count);
  switch (refusal.rule) {
    case 'ownRequest':
      return {
        not: inline`you prepared ${ref}, so you cannot approve or reject it.`,
        next: inline`${far} ${whoCan(about, missing)}${toCancel(about, refusal.release, 'To take it back')}`,
        open,
      };
    case 'notApprover': {
      const who = namesOf(refusal.from, context);
      return {
        not: inline`only ${who} can approve in ${name}, and you are not one of them.`,
        next: inline`${ref} still has ${count} of ${plural(required, 'approval')}. ${whoMay(about)}`,
        open,
      };
    }
    case 'commitAuthor':
      return {
        not: refusal.known
          ? inline`you wrote commits that ${ref} would add, so you cannot approve or reject it.`
          : inline`Slack does not give your e-mail address, so you may have written commits that ${ref} would add; their authors cannot approve or reject it.`,
        next: inline`${far} ${whoCan(about, missing)}`,
        open,
      };
    case 'approvalNotNeeded':
      return {
        not: inline`your approval would not help ${ref}: the rules it could count for are already met.`,
        next: inline`${far} ${whoCan(about, missing)}`,
        open,
      };
    case 'alreadyApproved':
      return {
        not: inline`you already approved ${ref}, at ${since(refusal.at, context.now)}.`,
        next: count >= required ? afterAll(about, refusal) : inline`${far} ${whoCan(about, missing)}`,
        open,
      };
    case 'approvals':
      return {
        not: inline`${ref} has ${count} of ${plural(required, 'approval')}.`,
        next: inline`It stays Prepared. ${whoCan(about, missing)}`,
        open,
      };
    default:
      return refusal satisfies never;
  }
}
