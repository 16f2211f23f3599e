import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import { type Environment, findRelease } from '../../../documents/environment.ts';
import type { Refusal } from '../../../documents/refusal.ts';
import { type Crossed, isConfirmed } from '../../../documents/values/past.ts';
import { lastAttempt, type Release } from '../../../documents/values/release.ts';
import { type Way, wayBack } from '../../../eligibility/environment.ts';
import { type Actor, type Person, ROBOT } from '../../../people/people.ts';
import { crossedOn } from '../draft/context.ts';
import { type Draft, type Outcome, refuse, reply } from '../draft/draft.ts';
import { askerOf, factsOf } from '../draft/eligible.ts';
import { end } from '../draft/waiting.ts';
import { startPause } from '../holds/pause.ts';
import { leaveBehind } from '../promotion/accept.ts';
import { enqueue } from '../promotion/deploy.ts';
import { addRelease, newRelease } from '../promotion/prepare.ts';

type Rollback = Extract<EnvironmentCommand, { type: 'rollback' }>;

/** Where a rollback goes, and what it leaves. */
type OpenWay = Exclude<Way, { refusal: Refusal }>;

/** How many irreversible commits are named; how many there are is said. */
const NAMED = 3;

/** Leaves the desired commit for one that was accepted here before. It needs no approvals and goes first in the queue. */
export function rollback(draft: Draft, command: Rollback, by: Person): Outcome {
  const { reason, past } = command;
  const wanted = { to: command.to?.sha ?? null, leaves: command.leaves };
  const way = wayBack(factsOf(draft), wanted, askerOf(draft, by));
  if ('refusal' in way) return refuse(way.refusal);
  const { target, left } = way;
  const crossed = crossedOn(draft.context, left.sha, target.sha);
  if (!isConfirmed(crossed, past)) {
    return refuse({
      rule: 'irreversible',
      sha: target.sha,
      leaves: left.sha,
      ...namedOf(crossed),
      reason,
    });
  }
  if (!reason.trim()) return refuse({ rule: 'reasonRequired', release: null });
  const release = startRollback(draft, way, { by, reason });
  return { kind: 'accepted', release: release.number };
}

/** A few of the irreversible commits, newest first, and how many there are; null: git could not say. */
export function namedOf(crossed: Crossed): { commits: string[]; count: number | null } {
  return { commits: crossed?.slice(0, NAMED) ?? [], count: crossed?.length ?? null };
}

/** Queues the rollback, takes all others off the queue and revokes what it leaves (RULES 13). */
export function startRollback(
  draft: Draft,
  { target, left }: OpenWay,
  { by, reason }: { by: Actor; reason: string },
): Release {
  const { environment, context } = draft;
  const release = newRelease(draft, 'rollback', {
    sha: target.sha,
    ref: target.ref,
    note: reason,
    actor: by,
  });
  release.leaves = { sha: left.sha, release: left.release };
  const ended = leaveBehind(draft, release);
  if (context.policy.mode === 'continuous') {
    if (!environment.paused) startPause(draft, { by, reason, rollback: release.number });
    for (const other of ended) keepForResume(environment, other);
  }
  addRelease(draft, release);
  enqueue(draft, release, by, null);
  return release;
}

/**
 * Cancels a rollback that waited while a release began that brought irreversible commits: nobody was shown those (RULES 48).
 * True: it was cancelled.
 */
export function cancelUnaware(draft: Draft, release: Release): boolean {
  const { environment, context } = draft;
  const since = begunSince(environment, release);
  if (since === null || release.leaves === null) return false;
  const crossed = crossedOn(context, since.sha, release.leaves.sha);
  if (crossed?.length === 0) return false;
  const what = crossed === null ? 'may have brought' : 'brought';
  const reason = `${environment.name}#${since.release} began meanwhile and ${what} irreversible commits: ask again`;
  reply(draft, release, { kind: 'cancelled', by: ROBOT, reason });
  end(draft, release, 'cancelled', ROBOT, reason);
  return true;
}

/**
 * What began here last, if that was after the rollback was asked for and before its first begin; else null. Where a clock was
 * set back, both have the same time: what the rollback does not leave counts then as begun since.
 */
export function begunSince(environment: Environment, release: Release): Environment['desired'] {
  const { desired } = environment;
  if (release.kind !== 'rollback' || release.begun || desired === null) return null;
  if (desired.release === release.leaves?.release) return null;
  const last = findRelease(environment, desired.release);
  const began = (last && lastAttempt(last, 'deploy')?.startedAt) ?? null;
  return began !== null && began >= release.requestedAt ? desired : null;
}

/** The rollback took this release off the queue: a resume makes it again, unless a newer head was seen (RULES 33). */
function keepForResume({ paused }: Environment, { sha, ref, head, card }: Release): void {
  if (paused === null || head === null || (paused.newest && paused.newest.head >= head)) return;
  paused.newest = { sha, ref, head, card };
}
