import type { Release } from '../../../documents/values/release.ts';
import { freezeGate, lockGate, needsOrder } from '../../../gates/gates.ts';
import { type Draft, reply } from './draft.ts';

/** Called when a gate has opened. If the release is approved and built and waits only for Deploy, the requester gets a reply. */
export function replyReady(draft: Draft, release: Release): void {
  const { environment, context, now } = draft;
  if (release.status !== 'approved' || release.build !== 'succeeded') return;
  if (!freezeGate(release, context.policy, now).open) return;
  if (!lockGate(environment, release.requestedBy, now).open) return;
  const soaks = context.policy.soakMs > 0 && needsOrder(release, context.policy);
  reply(draft, release, { kind: 'ready', requester: release.requestedBy, soaks });
}
