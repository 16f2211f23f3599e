import type { Attempt, AttemptOutcome, Release } from '../../../documents/values/release.ts';
import { type Draft, reply } from '../draft/draft.ts';

/** Says in the thread of a release how an attempt ended that did not succeed. */
export function replyBadEnd(
  draft: Draft,
  release: Release,
  attempt: Attempt,
  outcome: Exclude<AttemptOutcome, { kind: 'succeeded' }>,
  log: string,
): void {
  reply(draft, release, { kind: 'ended', step: attempt.step, outcome, requester: release.requestedBy, log });
}
