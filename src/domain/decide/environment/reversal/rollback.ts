import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import type { Environment } from '../../../documents/environment.ts';
import type { Release } from '../../../documents/values/release.ts';
import { wayBack } from '../../../eligibility/environment.ts';
import type { Person } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse } from '../draft/draft.ts';
import { askerOf, factsOf } from '../draft/eligible.ts';
import { startPause } from '../holds/pause.ts';
import { leaveBehind } from '../promotion/accept.ts';
import { enqueue } from '../promotion/deploy.ts';
import { addRelease, newRelease } from '../promotion/prepare.ts';

type Rollback = Extract<EnvironmentCommand, { type: 'rollback' }>;

/** Leaves the desired commit for one that was accepted here before. It needs no approvals and goes first in the queue. */
export function rollback(draft: Draft, command: Rollback, by: Person): Outcome {
  const { environment, context } = draft;
  const wanted = { to: command.to?.sha ?? null, leaves: command.leaves };
  const way = wayBack(factsOf(draft), wanted, askerOf(draft, by));
  if ('refusal' in way) return refuse(way.refusal);
  if (!command.reason.trim()) return refuse({ rule: 'reasonRequired', release: null });
  const { target, left } = way;
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
