import { approversLeft, stillAsked } from '../../../src/domain/approvals/asked.ts';
import { releaseRefusal } from '../../../src/domain/eligibility/release.ts';
import { A, approvalsOf, HOUR, lin, mo, policyOf, Walk } from '../support/support.ts';

/** A release that Lin and Mo were asked about, and Lin approved; `later`: how long after that it is. */
function approvedByLin(later: number) {
  const walk = new Walk(
    policyOf({ below: null, approvals: approvalsOf({ required: 2, from: [lin.id, mo.id] }) }),
  );
  const number = walk.prepare(A);
  walk.ok({ type: 'approve', release: number }, lin);
  const { policy, environment } = walk;
  return { policy, environment, release: walk.release(number), now: walk.now + later };
}

const DAYS = 1_000 * HOUR;

test.each([
  ['counts', 0, [mo.id]],
  ['has ended, whether or not a wake-up has taken it off', DAYS, [lin.id, mo.id]],
])('whoever gave an approval that %s', (_what, later, left) => {
  const { policy, release, now } = approvedByLin(later);
  expect(approversLeft(policy, release, now)).toEqual(left);
  expect(stillAsked([lin.id, mo.id], policy, release, now)).toEqual(left);
});

test.each([
  ['counts', 0, 'alreadyApproved'],
  ['has ended', DAYS, undefined],
])('to approve again is judged by an approval that %s', (_what, later, rule) => {
  const { policy, environment, release, now } = approvedByLin(later);
  const facts = { policy, environment, now, order: null, acceptances: [] };
  const asker = { person: lin, groups: [], authors: null };
  expect(releaseRefusal('approve', facts, release, asker)?.rule).toBe(rule);
});
