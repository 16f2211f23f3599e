import type { Attempt, AttemptOutcome, Release } from '../../../documents/values/release.ts';
import type { Remote } from '../../../documents/values/remote.ts';
import { leaseNow } from '../../../time/lease.ts';
import { type Draft, show } from '../draft/draft.ts';

/** A wish or the deadline ends an attempt whose run is known: its system is to be asked at once (RULES 38). */
export function endIfDue(draft: Draft, release: Release, attempt: Attempt, remote: Remote): void {
  const now = leaseNow(draft.context);
  const { cancel, deadline, run } = remote;
  if (run === null) return;
  if (cancel === undefined && attempt.cancelWished !== null) ask(draft, release, remote, 'wished');
  else if (cancel === undefined ? now >= deadline : isAskedAgain(remote, now))
    ask(draft, release, remote, 'timeout');
}

/** Somebody wishes its end: a system that refused it before is asked again. */
export function endByWish(draft: Draft, release: Release, attempt: Attempt, remote: Remote): void {
  if (remote.cancel?.refused === undefined) endIfDue(draft, release, attempt, remote);
  else ask(draft, release, remote, 'wished');
}

/** True: the system refused a wish, and is to be asked again now that the attempt is over time. */
export function isAskedAgain({ cancel, deadline }: Remote, now: number): boolean {
  return cancel?.refused !== undefined && cancel.at < deadline && now >= deadline;
}

function ask(draft: Draft, release: Release, remote: Remote, why: 'wished' | 'timeout'): void {
  const now = leaseNow(draft.context);
  const before = remote.cancel?.at ?? now;
  // No wish lengthens the time that is left after the deadline.
  remote.cancel = { at: before >= remote.deadline ? before : now, why, open: true };
  remote.lookAt = now;
  show(draft, release);
}

/** What an end means after the system was asked for it: by a wish it is cancelled, by the deadline it took too long (RULES 38). */
export function endedByUs(remote: Remote, outcome: AttemptOutcome): AttemptOutcome {
  const { cancel, timeoutMs } = remote;
  if (cancel === undefined || cancel.refused !== undefined) return outcome;
  if (outcome.kind !== 'failed' && outcome.kind !== 'cancelled') return outcome;
  return cancel.why === 'wished'
    ? { kind: 'cancelled' }
    : { kind: 'failed', how: { kind: 'timeout', afterMs: timeoutMs } };
}
