import { type Need, tally } from './approvals.ts';
import type { Acceptance, Environment } from './environment.ts';
import type { EnvironmentPolicy } from './policy.ts';
import { type Approval, goesByPeople, isRunning, type Release } from './release.ts';

/** A named condition on a release: open, or shut with what its answer needs. */
export type Gate =
  | { gate: 'built'; open: true }
  | { gate: 'built'; open: false; failed: boolean }
  | { gate: 'order'; open: true }
  | { gate: 'order'; open: false; below: string; acceptance: Acceptance | null }
  /** `needs`: the rules that are not met. */
  | { gate: 'approvals'; open: boolean; count: number; required: number; needs: Need[] }
  | { gate: 'free'; open: true }
  /** `behind`: the releases that go first, the running one foremost. */
  | { gate: 'free'; open: false; behind: number[] };

/** Approvals that count at `now`: one a person, not ended by time. */
export function validApprovals(release: Release, now: number): Approval[] {
  return release.approvals.filter((approval) => approval.until > now);
}

/** Promotions and hotfixes are approved: a continuous release needs nobody, a rollback must not wait for anybody. */
export function needsApprovals(release: Release): boolean {
  return goesByPeople(release);
}

/**
 * Rollbacks are exempt, as the commit was accepted here before, and so are hotfixes. The lowest environment takes any
 * commit.
 */
export function needsOrder(release: Release, policy: EnvironmentPolicy): boolean {
  return release.kind !== 'rollback' && release.kind !== 'hotfix' && policy.below !== null;
}

export function builtGate(release: Release): Gate {
  return release.build === 'succeeded'
    ? { gate: 'built', open: true }
    : { gate: 'built', open: false, failed: release.build === 'failed' };
}

/** `acceptance`: what is known of the release's commit in the environment below; null: never accepted there. */
export function orderGate(release: Release, policy: EnvironmentPolicy, acceptance: Acceptance | null): Gate {
  if (policy.below === null || !needsOrder(release, policy)) return { gate: 'order', open: true };
  return acceptance !== null && acceptance.revoked === null
    ? { gate: 'order', open: true }
    : { gate: 'order', open: false, below: policy.below, acceptance };
}

export function approvalsGate(
  release: Release,
  policy: EnvironmentPolicy,
  now: number,
): Extract<Gate, { gate: 'approvals' }> {
  const rules = needsApprovals(release) ? policy.approvals.rules : [];
  const far = tally(validApprovals(release, now), rules);
  return { gate: 'approvals', open: far.needs.length === 0, ...far };
}

/** Nothing else here is deploying or verifying, and this release is first in the queue. */
export function freeGate(environment: Environment, release: Release): Gate {
  const running = environment.open.filter((other) => isRunning(other) && other.number !== release.number);
  const ahead = queue(environment).filter(
    (other) => other.number !== release.number && goesBefore(other, release),
  );
  const behind = [...running, ...ahead].map(({ number }) => number);
  return behind.length === 0 ? { gate: 'free', open: true } : { gate: 'free', open: false, behind };
}

/**
 * The queue: first in, first out among the queued whose `built` is open (RULES 7); a rollback goes first
 * (DESIGN §3).
 */
export function queue(environment: Environment): Release[] {
  return environment.open
    .filter((release) => release.status === 'queued' && release.build === 'succeeded' && !release.held)
    .sort((a, b) => (goesBefore(a, b) ? -1 : 1));
}

function goesBefore(a: Release, b: Release): boolean {
  if ((a.kind === 'rollback') !== (b.kind === 'rollback')) return a.kind === 'rollback';
  return (a.queue?.place ?? Number.POSITIVE_INFINITY) < (b.queue?.place ?? Number.POSITIVE_INFINITY);
}

/** The work an environment has for a worker now; null: none. A check goes on where its deploy ended. */
export function nextWork(environment: Environment): { step: 'deploy' | 'check'; release: Release } | null {
  const running = environment.open.find(isRunning);
  if (running) {
    const attempt = running.attempts.at(-1);
    const idle = running.status === 'verifying' && (attempt?.step !== 'check' || attempt.outcome !== null);
    return idle ? { step: 'check', release: running } : null;
  }
  const first = queue(environment)[0];
  return first ? { step: 'deploy', release: first } : null;
}
