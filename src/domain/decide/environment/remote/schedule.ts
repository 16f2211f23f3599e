import type { Attempt } from '../../../documents/values/release.ts';
import type { Remote, Sight } from '../../../documents/values/remote.ts';
import { followed } from '../../../gates/followed.ts';
import { leaseNow } from '../../../time/lease.ts';
import { afterSilence, REMOTE_WAITS, type RemoteWaits } from '../../../time/remote-waits.ts';
import type { Draft } from '../draft/draft.ts';

export function waitsOf({ context }: Draft): RemoteWaits {
  return context.remoteWaits ?? REMOTE_WAITS;
}

/** An event from outside that came while the system was asked has it asked once more. `rungAt`: as it was read before. */
export function keepRing(
  { environment }: Draft,
  { attempt: number, rungAt }: { attempt: number; rungAt?: number },
): void {
  const { attempt, remote } = followed(environment) ?? {};
  if (attempt?.number !== number || remote?.rungAt === undefined || remote.rungAt === rungAt) return;
  remote.lookAt = Math.min(remote.lookAt ?? remote.rungAt, remote.rungAt);
}

/** When the system is asked next about an attempt that runs, after a look that has just seen this. */
export function nextLook(draft: Draft, remote: Remote, seen: Sight): number {
  const waits = waitsOf(draft);
  const now = leaseNow(draft.context);
  const next =
    seen.kind === 'unknown'
      ? afterSilence(waits, { now, since: remote.silent?.since ?? now, until: seen.until })
      : now + (isQuick(remote, waits, now) ? waits.quickMs : waits.lookMs);
  // At its deadline it is looked at in time, unless the system asked to be left alone.
  const leftAlone = seen.kind === 'unknown' && seen.until !== null;
  return now < remote.deadline && !leftAlone ? Math.min(next, remote.deadline) : next;
}

function isQuick(remote: Remote, { youngMs }: RemoteWaits, now: number): boolean {
  const began = remote.deadline - remote.timeoutMs;
  return now - (remote.cancel?.at ?? began) < youngMs;
}

/**
 * The attempt has ended. An end that is not known may still be told by the system (RULES 40). Without a run it is not asked:
 * looking for it could begin it.
 */
export function followAfterEnd(draft: Draft, attempt: Attempt): void {
  const { remote } = attempt;
  if (!remote) return;
  const { laterMs, laterForMs } = waitsOf(draft);
  const now = leaseNow(draft.context);
  const isOpen = remote.run !== null && isUnknownEnd(attempt);
  remote.lookAt = isOpen ? now + laterMs : null;
  if (isOpen) remote.deadline = now + laterForMs;
  // Why an end is not known is told with it.
  if (attempt.outcome?.kind !== 'interrupted') {
    delete remote.silent;
    delete remote.missing;
  }
  delete remote.waits;
}

function isUnknownEnd({ outcome }: Attempt): boolean {
  return outcome?.kind === 'interrupted' || (outcome?.kind === 'failed' && outcome.how.kind === 'timeout');
}

/** The system was asked once more about an attempt that has ended; null: it said that the end is as it is known. */
export function lookedAfterEnd(draft: Draft, attempt: Attempt, remote: Remote, seen: Sight | null): void {
  const { laterMs } = waitsOf(draft);
  const now = leaseNow(draft.context);
  if (seen?.kind === 'running') remote.run = seen.run;
  const ago = Math.max(0, draft.at - (attempt.endedAt ?? draft.at));
  if (now >= remote.deadline || seen === null) remote.lookAt = null;
  else if (seen.kind === 'running') remote.lookAt = now + laterMs;
  else if (seen.kind === 'unknown' || isUnknownEnd(attempt)) remote.lookAt = now + Math.max(laterMs, ago);
  else remote.lookAt = null;
}
