import { fitsOf } from '../../../approvals/approvals.ts';
import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import type { Release } from '../../../documents/values/release.ts';
import { holdRefusal, releaseRefusal } from '../../../eligibility/release.ts';
import { approvalsGate } from '../../../gates/gates.ts';
import type { Person } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse, reply, showWaiting } from '../draft/draft.ts';
import { askerOf, factsOf } from '../draft/eligible.ts';
import { withEligible, withRelease } from '../draft/lookup.ts';
import { end, followApprovals } from '../draft/waiting.ts';
import { enqueue } from './deploy.ts';

type Approve = Extract<EnvironmentCommand, { type: 'approve' }>;
type Reject = Extract<EnvironmentCommand, { type: 'reject' }>;

/**
 * Records one person's approval. A person counts once, in one slot of one rule. Nobody approves their own request unless
 * the policy allows it.
 */
export function approve(draft: Draft, command: Approve, by: Person): Outcome {
  return withRelease(draft, command.release, (release) => {
    const { groups, policy } = draft.context;
    const { rules, validForMs } = policy.approvals;
    // Use today's state: what runs here may have changed, and so may the members.
    const unknownAuthors = draft.context.unknownAuthors ?? release.unknownAuthors;
    const today = { ...release, unknownAuthors };
    const refusal = releaseRefusal('approve', factsOf(draft), today, askerOf(draft, by));
    if (refusal && refusal.rule !== 'approvalNotNeeded') return refuse(refusal);
    const old = shownIsOld(draft, release, command.shown);
    if (old) return old;
    release.unknownAuthors = unknownAuthors;
    followApprovals(draft, release);
    if (refusal) return refuse(refusal);
    const fits = fitsOf(by.id, rules, groups);
    release.approvals.push({ by, at: draft.at, until: draft.now + validForMs, fits });
    const { count, required } = approvalsGate(release, policy, draft.now);
    reply(draft, release, { kind: 'approved', by, count, required });
    followApprovals(draft, release);
    startIfApproved(draft, release, by);
    // The cards of the other candidates show this progress too.
    showWaiting(draft);
    return { kind: 'accepted', release: release.number };
  });
}

/** With `start: approved`, the last approval starts the deploy if nothing refuses it. */
function startIfApproved(draft: Draft, release: Release, by: Person): void {
  if (!draft.context.policy.startApproved || release.status !== 'approved') return;
  if (holdRefusal(factsOf(draft), release, by) === null) enqueue(draft, release, by, null);
}

/** One rejection, with a reason, ends the release. */
export function reject(draft: Draft, command: Reject, by: Person): Outcome {
  return withEligible(draft, command, by, (release) => {
    if (command.reason.trim() === '') return refuse({ rule: 'reasonRequired', release: release.number });
    reply(draft, release, {
      kind: 'rejected',
      by,
      reason: command.reason,
      requester: release.requestedBy,
    });
    end(draft, release, 'rejected', by, command.reason);
    showWaiting(draft);
    return { kind: 'accepted', release: release.number };
  });
}

/** An approval is for what was shown: a click on a card that showed an older diff does not count. */
function shownIsOld(draft: Draft, release: Release, shown: number | undefined): Outcome | null {
  const { deployed, deployedRevision } = draft.environment;
  if (shown === undefined || shown >= deployedRevision) return null;
  return refuse({ rule: 'shownIsOld', release: release.number, deployed: deployed?.sha ?? null });
}
