import type { AttemptOutcome, CommandEnd, Leftovers } from '../../domain/documents/release.ts';
import { StoreError } from '../../ports/store.ts';
import type { LeftProcess } from '../../runner/guard/reports.ts';
import type { RunningCommand, RunOutcome } from '../../runner/run.ts';
import type { Services } from '../services/services.ts';

/** What the document says to a sign of life. */
export type Renewed = { kind: 'yours' } | { kind: 'cancelWished' } | { kind: 'taken' };

/** What becomes of a command: its own end, or ours. */
export type LeasedOutcome =
  | RunOutcome
  /** Ended because this process stops; nothing of it runs any more. */
  | { kind: 'handedBack'; leftovers?: RunOutcome['leftovers'] };

export interface Leased {
  renew(leaseUntil: number): Promise<Renewed>;
  /** Name of the log that the command of now writes. */
  log: () => string;
  /** Aborted when a command must end because this process stops. */
  endOn: AbortSignal;
}

/** Why nothing may begin under a lease any more. */
export type LeaseOver = 'taken' | 'cancelWished' | 'stopping';

/** A command begins only when the document was asked no longer ago than this whether it still may. */
const FRESH_MS = 1_000;

const REASONS: Record<LeaseOver, string> = {
  taken: 'another attempt has begun',
  cancelWished: 'cancelled by a person',
  stopping: 'Slipway was told to stop',
};

/**
 * The lease of one attempt, renewed from its begin to its end: also while its tree is made ready, which may take longer
 * than a lease lasts. Logs are shared with each renewal.
 */
export class HeldLease {
  readonly #services: Services;
  readonly #leased: Leased;
  readonly #timer: NodeJS.Timeout;
  /** By the clock of leases, as all times here. */
  #deadline: number;
  #heardAt: number;
  #over: LeaseOver | null = null;
  #running: RunningCommand | null = null;
  #renewing: Promise<void> | null = null;

  /** `leaseUntil`: when it is over as it was claimed. */
  constructor(services: Services, leaseUntil: number, leased: Leased) {
    this.#services = services;
    this.#leased = leased;
    this.#deadline = leaseUntil;
    this.#heardAt = services.clock.leaseNow();
    this.#timer = setInterval(() => this.renew(), services.timing.renewMs);
    leased.endOn.addEventListener('abort', this.#stop);
    if (leased.endOn.aborted) this.#stop();
  }

  /** null: it is ours, as far as we have heard. */
  get over(): LeaseOver | null {
    return this.#over;
  }

  /** Gives a sign of life now. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /**
   * Runs a command, unless the lease is over. Every sign of life to the guard carries the deadline of the lease it stands
   * for, computed before the renewal was sent (RULES 3). A renewal that fails sends no sign: the guard ends the command, or
   * does not start it, when the deadline passes.
   */
  async run(start: (deadline: number) => Promise<RunningCommand>): Promise<LeasedOutcome> {
    if (this.#services.clock.leaseNow() - this.#heardAt > FRESH_MS) await this.renew();
    if (this.#over !== null) return { kind: 'didNotRun', reason: REASONS[this.#over] };
    let running: RunningCommand;
    try {
      running = await start(this.#wallTime(this.#deadline));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'didNotRun', reason: `its place could not be made: ${reason}` };
    }
    this.#running = running;
    // Asked for while it was started.
    if (this.#over !== null) running.cancel(REASONS[this.#over]);
    try {
      const outcome = await running.done;
      return this.#over === 'stopping' && outcome.kind === 'cancelled'
        ? { kind: 'handedBack', leftovers: outcome.leftovers }
        : outcome;
    } finally {
      this.#running = null;
    }
  }

  /** No more signs of life; the last one, and its share of the log, is over then. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#leased.endOn.removeEventListener('abort', this.#stop);
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    const asked = this.#services.clock.leaseNow();
    const leaseUntil = asked + this.#services.timing.leaseMs;
    try {
      const renewed = await this.#leased.renew(leaseUntil);
      this.#heardAt = asked;
      if (renewed.kind === 'yours') {
        this.#deadline = leaseUntil;
        this.#running?.renew(this.#wallTime(leaseUntil));
      } else this.#end(renewed.kind);
      await shareLog(this.#services, this.#leased.log());
    } catch (error) {
      this.#services.log.warn(
        { err: error },
        'could not renew a lease; the guard ends the command at its deadline',
      );
    }
  }

  /** The guard reads the clocks of this machine, as they are when it is told. */
  #wallTime(deadline: number): number {
    return this.#services.now() + (deadline - this.#services.clock.leaseNow());
  }

  readonly #stop = () => this.#end('stopping');

  /** The first reason counts. */
  #end(over: LeaseOver): void {
    this.#over ??= over;
    this.#running?.cancel(REASONS[over]);
  }
}

/** A log that cannot be shared now is shared later, and read on this machine meanwhile. True: it was shared. */
export async function shareLog(services: Pick<Services, 'logs' | 'log'>, log: string): Promise<boolean> {
  try {
    await services.logs.share(log);
    return true;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    services.log.warn({ err: error, name: log }, 'a log could not be shared yet');
    return false;
  }
}

/** So many of each are told. */
const LEFT_TOLD = 5;

/** What the document keeps of what a command left running; undefined: nothing was left. */
export function leftoversOf({ leftovers }: LeasedOutcome): Leftovers | undefined {
  if (leftovers === undefined) return undefined;
  return { ended: named(leftovers.ended), left: named(leftovers.left) };
}

function named(processes: readonly LeftProcess[]): string[] {
  const told = processes.slice(0, LEFT_TOLD).map(({ pid, name }) => `${name} (process ${pid})`);
  const more = processes.length - told.length;
  return more === 0 ? told : [...told, `${more} more`];
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
