import { fitsOf, namedApprovers, needsStandIn, tally } from '../approvals/approvals.ts';
import { approversLeft, mayBeAsked } from '../approvals/asked.ts';
import type { Refusal } from '../documents/refusal.ts';
import { isWaiting, type Release } from '../documents/values/release.ts';
import { needsApprovals, validApprovals } from '../gates/gates.ts';
import { samePerson } from '../people/people.ts';
import { type By, type Facts, progressOf, settledRefusal } from './facts.ts';

/** Why the person cannot approve the release now; null: they can. One approval counts once, for one rule. */
export function approveRefusal(facts: Facts, release: Release, by: By): Refusal | null {
  const { policy, now } = facts;
  if (!needsApprovals(release)) return noApprovals(release);
  const progress = progressOf(facts, release);
  const own = by && validApprovals(release, now).find((approval) => samePerson(approval.by, by.person));
  if (own && isWaiting(release)) return { rule: 'alreadyApproved', at: own.at, ...progress };
  if (release.status !== 'prepared') return settledRefusal(release);
  if (by === null) {
    const left = approversLeft(policy, release, now);
    return left?.length === 0 ? { rule: 'notApprover', from: left, ...progress } : null;
  }
  const barred = approverRefusal(facts, release, by);
  if (barred) return barred;
  const { rules } = policy.approvals;
  const fits = fitsOf(by.person.id, rules, by.groups);
  const standIn = needsStandIn(release, policy.approvals);
  const { count } = tally([...validApprovals(release, now), { fits }], rules, standIn);
  // Every recorded approval must count: one from a group whose rule is already met is refused.
  return count === progress.count ? { rule: 'approvalNotNeeded', ...progress } : null;
}

/** Whoever may approve may also reject, even after approving. */
export function rejectRefusal(facts: Facts, release: Release, by: By): Refusal | null {
  if (!needsApprovals(release)) return noApprovals(release);
  if (!isWaiting(release)) return settledRefusal(release);
  return approverRefusal(facts, release, by);
}

function noApprovals({ number, kind }: Release): Refusal {
  return { rule: 'noApprovals', release: number, kind };
}

/** Refuses the requester, people whom no rule names, and authors, where the policy bars them. */
function approverRefusal(facts: Facts, release: Release, by: By): Refusal | null {
  const { rules, self, authors: mayBeAuthor } = facts.policy.approvals;
  const progress = progressOf(facts, release);
  const from = namedApprovers(rules);
  if (by === null) {
    const some =
      rules.some((rule) => rule.from === null) || mayBeAsked(from, facts.policy, release)?.length !== 0;
    return some ? null : { rule: 'notApprover', from: [], ...progress };
  }
  const { person, groups, authors } = by;
  if (!self && samePerson(person, release.requestedBy)) return { rule: 'ownRequest', ...progress };
  if (from !== null && fitsOf(person.id, rules, groups).length === 0) {
    return { rule: 'notApprover', from, ...progress };
  }
  if (mayBeAuthor || authors === null) return null;
  // Unknown authorship must not count as "did not write".
  const wrote = authors.find((author) => author.person === person.id)?.wrote ?? null;
  return wrote === false ? null : { rule: 'commitAuthor', known: wrote !== null, ...progress };
}
