import type { Release } from '../documents/values/release.ts';
import { validApprovals } from '../gates/gates.ts';
import { needsStandIn, openRules } from './approvals.ts';
import type { EnvironmentPolicy } from './policy.ts';

type Asks = Pick<EnvironmentPolicy, 'approvals'>;

/** Of `from`, those who may approve or reject: all but the requester, unless their own approval counts. null: any member. */
export function mayBeAsked(
  from: readonly string[] | null,
  { approvals }: Asks,
  { requestedBy }: Release,
): string[] | null {
  const own = requestedBy.kind === 'person' && !approvals.self ? requestedBy.id : null;
  return from?.filter((id) => id !== own) ?? null;
}

/** Of `from`, the people and groups that may approve and whose approval does not count at `now`. null: any member. */
export function stillAsked(
  from: readonly string[] | null,
  policy: Asks,
  release: Release,
  now: number,
): string[] | null {
  const said = new Set(validApprovals(release, now).map(({ by }) => (by.kind === 'person' ? by.id : '')));
  return mayBeAsked(from, policy, release)?.filter((id) => !said.has(id)) ?? null;
}

/** People and groups whose approval would still count at `now`; null: any member's. */
export function approversLeft(policy: Asks, release: Release, now: number): string[] | null {
  const { approvals } = policy;
  const open = openRules(validApprovals(release, now), approvals.rules, needsStandIn(release, approvals));
  if (open.some(({ from }) => from === null)) return null;
  return stillAsked([...new Set(open.flatMap(({ from }) => from ?? []))], policy, release, now);
}
