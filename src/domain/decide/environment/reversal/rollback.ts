import type { EnvironmentCommand } from '../../../documents/commands.ts';
import { type Acceptance, type Environment, findRelease } from '../../../documents/environment.ts';
import type { Release } from '../../../documents/values/release.ts';
import { knownAcceptances, targetsAmong } from '../../../gates/acceptances.ts';
import type { Person } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse } from '../draft/draft.ts';
import { barredByRole } from '../draft/role.ts';
import { startPause } from '../holds/pause.ts';
import { leaveBehind } from '../promotion/accept.ts';
import { enqueue, openRollback } from '../promotion/deploy.ts';
import { addRelease, newRelease } from '../promotion/prepare.ts';

type Rollback = Extract<EnvironmentCommand, { type: 'rollback' }>;

/** Leaves the desired commit for one that was accepted here before. It needs no approvals and goes first in the queue. */
export function rollback(draft: Draft, command: Rollback, by: Person): Outcome {
  const { environment, context } = draft;
  const barred = barredByRole(draft, 'rollback', by);
  if (barred) return barred;
  const open = openRollback(draft);
  if (open) return refuse({ rule: 'rollbackFirst', release: open.number, rollback: open.number });
  if (!command.reason.trim()) return refuse({ rule: 'reasonRequired', release: null });
  const left = leftBehind(environment);
  if (!left) return refuse({ rule: 'nothingDeployed' });
  const known = knownAcceptances(environment, context.acceptances);
  const target = command.to ? chosen(known, command.to.sha, left) : newestOther(known, left);
  if ('rule' in target) return refuse(target);
  const release = newRelease(draft, 'rollback', {
    sha: target.sha,
    ref: target.ref,
    note: command.reason,
    actor: by,
  });
  release.leaves = { sha: left.sha, release: left.release };
  const ended = leaveBehind(draft, release);
  if (context.policy.mode === 'continuous') {
    if (!environment.paused) startPause(draft, { by, reason: command.reason, rollback: release.number });
    for (const other of ended) keepForResume(environment, other);
  }
  addRelease(draft, release);
  enqueue(draft, release, by, null);
  return { kind: 'accepted', release: release.number };
}

/** The rollback took this release off the queue: a resume makes it again, unless a newer head was seen (RULES 33). */
function keepForResume({ paused }: Environment, { sha, ref, head, card }: Release): void {
  if (paused === null || head === null || (paused.newest && paused.newest.head >= head)) return;
  paused.newest = { sha, ref, head, card };
}

type Left = { sha: string; release: number | null; alsoBad: string[] };

/**
 * The commit that a rollback would leave: `desired` or, if the last begun release is a rollback that was not accepted,
 * the commit which that one leaves (RULES 12). A rollback that a person marked as faulty is bad itself and is avoided as
 * a target too.
 */
export function leftBehind(environment: Environment): Left | null {
  const { desired, deployed } = environment;
  if (desired) {
    const last: Release | undefined = findRelease(environment, desired.release);
    const succeeded = last?.status === 'accepted' || (last?.revoked ?? null) !== null;
    if (last?.kind === 'rollback' && last.leaves && !succeeded) {
      return { ...last.leaves, alsoBad: last.status === 'faulty' ? [last.sha] : [] };
    }
    return { ...desired, alsoBad: [] };
  }
  return deployed ? { sha: deployed.sha, release: deployed.release, alsoBad: [] } : null;
}

/** What Roll Back would deploy; null: no other commit was accepted here without being revoked. `known`: newest first. */
export function rollbackTarget(environment: Environment, known: readonly Acceptance[]): Acceptance | null {
  const left = leftBehind(environment);
  if (!left) return null;
  const target = newestOther(known, left);
  return 'rule' in target ? null : target;
}

type NoTarget = Extract<
  Parameters<typeof refuse>[0],
  { rule: 'noTarget' | 'notAcceptedHere' | 'targetIsLeft' }
>;

function newestOther(known: readonly Acceptance[], left: Left): Acceptance | NoTarget {
  const target = targetsAmong(known).find(({ sha }) => sha !== left.sha && !left.alsoBad.includes(sha));
  return target ?? { rule: 'noTarget', leaves: left.sha };
}

function chosen(known: readonly Acceptance[], sha: string, left: Left): Acceptance | NoTarget {
  if (sha === left.sha) return { rule: 'targetIsLeft', sha };
  const target = targetsAmong(known).find((candidate) => candidate.sha === sha);
  if (target) return target;
  return { rule: 'notAcceptedHere', sha, revoked: known.some((acceptance) => acceptance.sha === sha) };
}
