import type { Attempt, AttemptOutcome, Release } from '../../../documents/values/release.ts';
import type { Remote } from '../../../documents/values/remote.ts';
import { leaseNow } from '../../../time/lease.ts';
import { type Draft, show } from '../draft/draft.ts';

/** A wish or the deadline ends an attempt whose run is known: its system is to be asked at once (RULES 38). */
export function endIfDue(draft: Draft, release: Release, attempt: Attempt, remote: Remote): void {
  const now = leaseNow(draft.context);
  if (remote.run === null || remote.cancel !== undefined) return;
  const isWished = attempt.cancelWished !== null;
  if (!isWished && now < remote.deadline) return;
  remote.cancel = { at: now, why: isWished ? 'wished' : 'timeout', open: true };
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
