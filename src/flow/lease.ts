import { LEASE_MS, RENEW_MS } from '../domain/lease.ts';
import type { AttemptOutcome, CommandEnd } from '../domain/release.ts';
import { StoreError } from '../ports/store.ts';
import type { RunningCommand, RunOutcome } from '../runner/run.ts';
import type { Parts } from './parts.ts';

/** What the document says to a sign of life. */
export type Renewed = { kind: 'yours' } | { kind: 'cancelWished' } | { kind: 'taken' };

/** What becomes of a command: its own end, or ours. */
export type LeasedOutcome =
  | RunOutcome
  /** Ended because this process stops; nothing of it runs any more. */
  | { kind: 'handedBack' };

export interface Leased {
  renew(leaseUntil: number): Promise<Renewed>;
  /** Name of the log that the command writes. */
  log: string;
  /** Aborted when the command must end because this process stops. */
  endOn: AbortSignal;
}

/**
 * Runs a command while its lease is renewed and its log shared. Every sign of life to the guard carries the deadline of
 * the lease it stands for, computed before the renewal was sent (RULES 3). A renewal that fails sends no sign: the guard
 * ends the command when the deadline passes.
 */
export async function underLease(
  parts: Parts,
  running: RunningCommand,
  { renew, log, endOn }: Leased,
): Promise<LeasedOutcome> {
  let busy = false;
  let stopped = false;
  let cancelled = false;
  const beat = async () => {
    if (busy) return;
    busy = true;
    const leaseUntil = parts.now() + LEASE_MS;
    try {
      const renewed = await renew(leaseUntil);
      if (renewed.kind === 'yours') running.renew(leaseUntil);
      else {
        cancelled = true;
        running.cancel(renewed.kind === 'taken' ? 'another attempt has begun' : 'cancelled by a person');
      }
      await shareLog(parts, log);
    } catch (error) {
      parts.log.warn({ err: error }, 'could not renew a lease; the guard ends the command at its deadline');
    } finally {
      busy = false;
    }
  };
  const stop = () => {
    stopped = !cancelled;
    running.cancel('Slipway stops');
  };
  const timer = setInterval(beat, RENEW_MS);
  endOn.addEventListener('abort', stop);
  if (endOn.aborted) stop();
  try {
    const outcome = await running.done;
    return stopped && outcome.kind === 'cancelled' ? { kind: 'handedBack' } : outcome;
  } finally {
    clearInterval(timer);
    endOn.removeEventListener('abort', stop);
  }
}

/** A log that cannot be shared now is shared later, and read on this machine meanwhile. True: it was shared. */
export async function shareLog(parts: Parts, log: string): Promise<boolean> {
  try {
    await parts.logs.share(log);
    return true;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    parts.log.warn({ err: error, name: log }, 'a log could not be shared yet');
    return false;
  }
}

/** What a command's end means for an attempt. */
export function attemptOutcome(outcome: LeasedOutcome): AttemptOutcome {
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
    case 'handedBack':
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
