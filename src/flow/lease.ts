import { LEASE_MS, RENEW_MS } from '../domain/lease.ts';
import type { AttemptOutcome, CommandEnd } from '../domain/release.ts';
import type { RunningCommand, RunOutcome } from '../runner/run.ts';
import type { Parts } from './parts.ts';

/** What the document says to a sign of life. */
export type Renewed = { kind: 'yours' } | { kind: 'cancelWished' } | { kind: 'taken' };

/**
 * Runs a command while its lease is renewed. Every sign of life to the guard carries the deadline of the lease it
 * stands for, computed before the renewal was sent (RULES 3). A renewal that fails sends no sign: the guard ends the
 * command when the deadline passes.
 */
export async function underLease(
  parts: Parts,
  running: RunningCommand,
  renew: (leaseUntil: number) => Promise<Renewed>,
): Promise<RunOutcome> {
  let busy = false;
  const beat = async () => {
    if (busy) return;
    busy = true;
    const leaseUntil = parts.now() + LEASE_MS;
    try {
      const renewed = await renew(leaseUntil);
      if (renewed.kind === 'yours') running.renew(leaseUntil);
      else running.cancel(renewed.kind === 'taken' ? 'another attempt has begun' : 'cancelled by a person');
    } catch (error) {
      parts.log.warn({ err: error }, 'could not renew a lease; the guard ends the command at its deadline');
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(beat, RENEW_MS);
  try {
    return await running.done;
  } finally {
    clearInterval(timer);
  }
}

/** What a command's end means for an attempt. */
export function attemptOutcome(outcome: RunOutcome): AttemptOutcome {
  switch (outcome.kind) {
    case 'exited':
    case 'signalled':
    case 'timedOut': {
      const how = commandEnd(outcome);
      return how === null ? { kind: 'succeeded' } : { kind: 'failed', how };
    }
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'didNotRun':
      return { kind: 'errored', reason: outcome.reason, ran: false };
    case 'leaseLost':
    case 'guardLost':
      return { kind: 'interrupted' };
    default:
      return outcome satisfies never;
  }
}

/** null: it ended well. */
export function commandEnd(
  outcome: Extract<RunOutcome, { kind: 'exited' | 'signalled' | 'timedOut' }>,
): CommandEnd | null {
  switch (outcome.kind) {
    case 'exited':
      return outcome.exitCode === 0 ? null : { kind: 'exit', code: outcome.exitCode };
    case 'signalled':
      return { kind: 'signal', signal: outcome.signal };
    case 'timedOut':
      return { kind: 'timeout', afterMs: outcome.afterMs };
    default:
      return outcome satisfies never;
  }
}
