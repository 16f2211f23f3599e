import type { Environment } from '../documents/environment.ts';
import type { Release } from '../documents/release.ts';
import {
  approvalsGate,
  builtGate,
  freeGate,
  freezeGate,
  type GateFacts,
  type GateName,
  lockGate,
  orderGate,
  pausedGate,
  soakGate,
} from './gates.ts';

/** When a release that waits can begin, if everybody acts as soon as they may. */
export interface Earliest {
  /** Milliseconds since the epoch, `now` for at once; null: nobody can say, see `unknown`. */
  at: number | null;
  /** Shut gates that somebody must open first and that no time opens, in the order of DESIGN §2; empty unless `at` is null. */
  unknown: GateName[];
  /** Other shut gates that people, a build or the release before it must have opened by then. */
  needs: GateName[];
}

/** Freezes are joined where they touch; so often one may follow another before it counts as never ending. */
const FREEZES = 3;

/**
 * The latest of the ends of soak, lock and freeze. Approvals, a running build and the releases before it are taken to
 * be done in time: how long these take nobody knows, and they may be done at once.
 */
export function earliestStart(environment: Environment, release: Release, facts: GateFacts): Earliest {
  const { now, policy, order, deployer } = facts;
  const built = builtGate(release);
  const soak = soakGate(release, policy, order, now);
  const lock = lockGate(environment, deployer, now);
  const lockUntil = lock.open ? now : lock.lock.until;
  const soakUntil = soak.open ? now : (soak.until ?? now);
  const at = afterFreezes(release, facts, Math.max(now, soakUntil, lockUntil ?? now));
  const unknown: GateName[] = [];
  if (!built.open && built.failed) unknown.push('built');
  if (!orderGate(release, policy, order).open) unknown.push('order');
  if (at === null) unknown.push('freeze');
  if (lockUntil === null) unknown.push('lock');
  if (!pausedGate(environment, release).open) unknown.push('paused');
  const needs: GateName[] = [];
  if (!built.open && !built.failed) needs.push('built');
  if (!approvalsGate(release, policy, now).open) needs.push('approvals');
  if (!lock.open && lockUntil !== null && lockUntil !== at) needs.push('lock');
  if (!freeGate(environment, release).open) needs.push('free');
  return { at: unknown.length > 0 ? null : at, unknown, needs };
}

/** The first moment from `at` on that no freeze holds this release; null: one follows another without end. */
function afterFreezes(release: Release, { policy }: GateFacts, at: number): number | null {
  let start = at;
  for (let ended = 0; ended < FREEZES; ended += 1) {
    const gate = freezeGate(release, policy, start);
    if (gate.open) return start;
    start = gate.freeze.until;
  }
  return null;
}
