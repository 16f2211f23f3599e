import { fitsOf, namedApprovers, needsStandIn, tally } from '../../../approvals/approvals.ts';
import type { EnvironmentCommand } from '../../../documents/commands.ts';
import { isWaiting, type Release } from '../../../documents/values/release.ts';
import { approvalsGate, needsApprovals, validApprovals } from '../../../gates/gates.ts';
import { type Person, samePerson } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse, reply, showWaiting } from '../draft/draft.ts';
import { settledRefusal, withRelease } from '../draft/lookup.ts';
import { end, followApprovals } from '../draft/waiting.ts';
import { enqueue, shutHold } from './deploy.ts';

type Approve = Extract<EnvironmentCommand, { type: 'approve' }>;
type Reject = Extract<EnvironmentCommand, { type: 'reject' }>;

/**
 * Records one person's approval. A person counts once, in one slot of one rule. Nobody approves their own request unless
 * the policy allows it.
 */
export function approve(draft: Draft, command: Approve, by: Person): Outcome {
  return withRelease(draft, command.release, (release) => {
    if (!needsApprovals(release)) {
      return refuse({ rule: 'noApprovals', release: release.number, kind: release.kind });
    }
    const { approvals: policy } = draft.context.policy;
    const own = release.approvals.find((approval) => samePerson(approval.by, by));
    if (own && isWaiting(release)) {
      return refuse({ rule: 'alreadyApproved', at: own.at, ...progressOf(draft, release) });
    }
    if (release.status !== 'prepared') return settledRefusal(release);
    const barred = barredApprover(draft, release, by) ?? shownIsOld(draft, release, command.shown);
    if (barred) return barred;
    // Use today's state: what runs here may have changed, and so may the members.
    release.unknownAuthors = draft.context.unknownAuthors ?? release.unknownAuthors;
    followApprovals(draft, release);
    const progress = progressOf(draft, release);
    const fits = fitsOf(by.id, policy.rules, draft.context.groups);
    const standIn = needsStandIn(release, policy);
    const { count, required } = tally(
      [...validApprovals(release, draft.now), { fits }],
      policy.rules,
      standIn,
    );
    // Every recorded approval must count: refuse one from a group whose rule is already met.
    if (count === progress.count) return refuse({ rule: 'approvalNotNeeded', ...progress });
    release.approvals.push({ by, at: draft.at, until: draft.now + policy.validForMs, fits });
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
  if (shutHold(draft, release, by) === null) enqueue(draft, release, by, null);
}

/** One rejection, with a reason, ends the release. */
export function reject(draft: Draft, command: Reject, by: Person): Outcome {
  return withRelease(draft, command.release, (release) => {
    if (!needsApprovals(release)) {
      return refuse({ rule: 'noApprovals', release: release.number, kind: release.kind });
    }
    if (!isWaiting(release)) return settledRefusal(release);
    if (command.reason.trim() === '') return refuse({ rule: 'reasonRequired', release: release.number });
    const barred = barredApprover(draft, release, by);
    if (barred) return barred;
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

function progressOf(draft: Draft, release: Release): { release: number; count: number; required: number } {
  const { count, required } = approvalsGate(release, draft.context.policy, draft.now);
  return { release: release.number, count, required };
}

function barredApprover(draft: Draft, release: Release, by: Person): Outcome | null {
  const { groups, authors, policy } = draft.context;
  const { rules, self, authors: mayBeAuthor } = policy.approvals;
  const progress = progressOf(draft, release);
  if (!self && samePerson(by, release.requestedBy)) return refuse({ rule: 'ownRequest', ...progress });
  const from = namedApprovers(rules);
  if (from !== null && fitsOf(by.id, rules, groups).length === 0) {
    return refuse({ rule: 'notApprover', from, ...progress });
  }
  if (mayBeAuthor) return null;
  // Unknown authorship must not count as "did not write".
  const wrote = authors.find(({ person }) => person === by.id)?.wrote ?? null;
  return wrote === false ? null : refuse({ rule: 'commitAuthor', known: wrote !== null, ...progress });
}

/** An approval is for what was shown: a click on a card that showed an older diff does not count. */
function shownIsOld(draft: Draft, release: Release, shown: number | undefined): Outcome | null {
  const { deployed, deployedRevision } = draft.environment;
  if (shown === undefined || shown >= deployedRevision) return null;
  return refuse({ rule: 'shownIsOld', release: release.number, deployed: deployed?.sha ?? null });
}
