import type { Environment } from '../documents/environment.ts';
import type { Release } from '../documents/values/release.ts';
import {
  approvalsGate,
  builtGate,
  freeGate,
  freezeGate,
  type GateContext,
  type GateName,
  lockGate,
  orderGate,
  pausedGate,
  soakGate,
} from './gates.ts';

/** When a waiting release can begin, if everybody acts as soon as they may. */
export interface Earliest {
  /** Milliseconds since the epoch, `now` for at once; null: unknown, see `unknown`. */
  at: number | null;
  /**
   * Shut gates that somebody must open and that time does not open, in the order of DESIGN §2; empty unless `at` is null.
   */
  unknown: GateName[];
  /** Other shut gates that people, a build or an earlier release must have opened by then. */
  needs: GateName[];
}

/** After this many freezes in a row, the freeze is treated as endless. Windows that touch count as one. */
const FREEZES = 3;

/**
 * The latest end of soak, lock and freeze. Approvals, a running build and earlier releases are assumed to be done in
 * time, because their duration is unknown and may be zero.
 */
export function earliestStart(environment: Environment, release: Release, context: GateContext): Earliest {
  const { now, policy, order, deployer } = context;
  const built = builtGate(release);
  const soak = soakGate(release, policy, order, now);
  const lock = lockGate(environment, deployer, now);
  const lockUntil = lock.open ? now : lock.lock.until;
  const soakUntil = soak.open ? now : (soak.until ?? now);
  const at = afterFreezes(release, context, Math.max(now, soakUntil, lockUntil ?? now));
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

/** The first moment from `at` on when no freeze holds this release; null: the freezes do not end. */
function afterFreezes(release: Release, { policy }: GateContext, at: number): number | null {
  let start = at;
  for (let ended = 0; ended < FREEZES; ended += 1) {
    const gate = freezeGate(release, policy, start);
    if (gate.open) return start;
    start = gate.freeze.until;
  }
  return null;
}
