import { deployerOf, freezeGate, lockGate, pausedGate } from '../../../gates/gates.ts';
import { type Draft, showWaiting } from './draft.ts';

/**
 * Called when a lock, a freeze or a pause changed. Releases that it no longer holds return to the queue, and all cards of
 * waiting releases are redrawn.
 */
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
