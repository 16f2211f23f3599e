import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import { pauseRefusal, resumeRefusal } from '../../../eligibility/environment.ts';
import type { Actor, Person } from '../../../people/people.ts';
import { type Draft, notify, type Outcome, refuse, showWaiting } from '../draft/draft.ts';
import { askerOf, factsOf } from '../draft/eligible.ts';
import { holdsChanged } from '../draft/held.ts';
import { resumeNewest } from '../promotion/from-other-documents.ts';

type Of<T extends EnvironmentCommand['type']> = Extract<EnvironmentCommand, { type: T }>;

/** Pauses a continuous environment: new commits are built and wait until somebody resumes. */
export function pause(draft: Draft, command: Of<'pause'>, by: Person): Outcome {
  const refusal = pauseRefusal(factsOf(draft), askerOf(draft, by));
  if (refusal) return refuse(refusal);
  if (!command.reason.trim()) return refuse({ rule: 'reasonRequired', release: null });
  startPause(draft, { by, reason: command.reason, rollback: null });
  showWaiting(draft);
  return { kind: 'accepted' };
}

/** `rollback`: number of the rollback that pauses, whose card shows the reason; null: a person pauses. */
export function startPause(
  draft: Draft,
  { by, reason, rollback }: { by: Actor; reason: string; rollback: number | null },
): void {
  const { environment, at, revision } = draft;
  const card = `${environment.id}:paused-${revision}`;
  environment.paused = { by, reason, at, rollback, newest: null, card };
  notify(draft, card, { kind: 'paused', by, reason, at, rollback, resumed: null });
}

/**
 * Resumes an environment. The newest commit built meanwhile is deployed, unless it was begun already, waits, or is
 * revoked here (RULES 8).
 */
export function resume(draft: Draft, command: Of<'resume'>, by: Person): Outcome {
  const { environment } = draft;
  const refusal = resumeRefusal(factsOf(draft), askerOf(draft, by));
  const { paused } = environment;
  if (refusal || !paused) return refuse(refusal ?? { rule: 'notPaused' });
  if (command.pause !== undefined && command.pause !== paused.card) {
    return refuse({ rule: 'pausedAnew', pause: paused });
  }
  environment.paused = null;
  const { card, reason, at, rollback } = paused;
  notify(draft, card, { kind: 'paused', by: paused.by, reason, at, rollback, resumed: { by, at: draft.at } });
  const release = paused.newest ? resumeNewest(draft, paused.newest) : null;
  holdsChanged(draft);
  return release === null ? { kind: 'accepted' } : { kind: 'accepted', release };
}
