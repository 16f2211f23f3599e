import type { Release } from '../../../documents/values/release.ts';
import { deployerOf, freezeGate, lockGate, needsOrder, pausedGate } from '../../../gates/gates.ts';
import { type Draft, reply, showWaiting } from './draft.ts';

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

/**
 * Called when a gate has opened. If the release is approved and built and waits only for Deploy, the requester gets a
 * reply.
 */
export function replyReady(draft: Draft, release: Release): void {
  const { environment, context, now } = draft;
  if (release.status !== 'approved' || release.build !== 'succeeded') return;
  if (!freezeGate(release, context.policy, now).open) return;
  if (!lockGate(environment, release.requestedBy, now).open) return;
  const soaks = context.policy.soakMs > 0 && needsOrder(release, context.policy);
  reply(draft, release, { kind: 'ready', requester: release.requestedBy, soaks });
}
