import { deployerOf, freezeGate, lockGate, pausedGate } from '../../../gates/gates.ts';
import { type Draft, showWaiting } from './draft.ts';

/** A lock, a freeze or a pause is another: whoever it held comes back into the queue, and every card shows it. */
export function holdsChanged(draft: Draft): void {
  const { environment, context, now } = draft;
  for (const release of environment.open) {
    const { held } = release;
    if (held === null) continue;
    const open =
      (held.gate === 'lock' && lockGate(environment, deployerOf(release), now).open) ||
      (held.gate === 'freeze' && freezeGate(release, context.policy, now).open) ||
      (held.gate === 'paused' && pausedGate(environment, release).open);
    if (open) release.held = null;
  }
  showWaiting(draft);
}
