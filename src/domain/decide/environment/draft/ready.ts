import type { Release } from '../../../documents/release.ts';
import { freezeGate, lockGate, needsOrder } from '../../../gates/gates.ts';
import { type Draft, reply } from './draft.ts';

/** Approved and built, with nothing but people's Deploy missing: whoever asked for it is told, once for each opening. */
export function tellReady(draft: Draft, release: Release): void {
  const { environment, context, now } = draft;
  if (release.status !== 'approved' || release.build !== 'succeeded') return;
  if (!freezeGate(release, context.policy, now).open) return;
  if (!lockGate(environment, release.requestedBy, now).open) return;
  const soaks = context.policy.soakMs > 0 && needsOrder(release, context.policy);
  reply(draft, release, { kind: 'ready', requester: release.requestedBy, soaks });
}
