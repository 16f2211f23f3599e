import type { AttemptOutcome, CommandEnd, Leftovers } from '../../domain/documents/values/release.ts';
import type { Leasing } from '../../ports/metrics.ts';
import { StoreError } from '../../ports/store.ts';
import type { LeftProcess } from '../../runner/guard/reports.ts';
import type { RunOutcome } from '../../runner/outcome.ts';
import type { RunningCommand } from '../../runner/run.ts';
import type { Services } from '../services/services.ts';

/** The document's answer to a renewal. */
export type Renewed = { kind: 'yours' } | { kind: 'cancelWished' } | { kind: 'taken' };

/** How a command ended: by itself, or by us. */
export type LeasedOutcome =
  | RunOutcome
  /** Ended because this process stops; nothing of it runs any more. */
  | { kind: 'handedBack'; leftovers?: RunOutcome['leftovers'] };

/** What an attempt supplies to its lease. */
export interface Leased {
  of: Leasing;
  renew(leaseUntil: number): Promise<Renewed>;
  /** Name of the log that the present command writes. */
  log: () => string;
  /** Aborted when commands must end because this process stops. */
  endOn: AbortSignal;
}

/** Why nothing may begin under the lease any more. */
type LeaseOver = 'taken' | 'cancelWished' | 'stopping';

/** Before a command begins, the lease must have been confirmed within this time. */
const FRESH_MS = 1_000;

const REASONS: Record<LeaseOver, string> = {
  taken: 'another attempt has begun',
  cancelWished: 'cancelled by a person',
  stopping: 'Slipway was asked to stop',
};

/**
 * The lease of one attempt, renewed from its begin to its end, also while its tree is prepared, which may take longer
 * than one lease. Each renewal also shares the log.
 */
export class HeldLease {
  readonly #services: Services;
  readonly #leased: Leased;
  readonly #timer: NodeJS.Timeout;
  /** When the lease ends and when it was last confirmed, by the lease clock like all times in this class. */
  #deadline: number;
  #heardAt: number;
  #over: LeaseOver | null = null;
  #isLost = false;
  #running: RunningCommand | null = null;
  #renewing: Promise<void> | null = null;

  /** `leaseUntil`: the end of the lease as it was claimed. */
  constructor(services: Services, leaseUntil: number, leased: Leased) {
    this.#services = services;
    this.#leased = leased;
    this.#deadline = leaseUntil;
    this.#heardAt = services.clock.leaseNow();
    this.#timer = setInterval(() => this.#renewOnce(), services.timing.renewMs);
    leased.endOn.addEventListener('abort', this.#stop);
    if (leased.endOn.aborted) this.#stop();
  }

  /** Why the lease is over; null: it is ours, as far as is known. */
  get over(): LeaseOver | null {
    return this.#over;
  }

  /** Renews the lease now, with what is true now: one that is under way may say what was true before. */
  async renew(): Promise<void> {
    await this.#renewing;
    await this.#renewOnce();
  }

  #renewOnce(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /**
   * Runs a command, unless the lease is over. Every renewal sent to the guard carries the deadline of its lease, computed
   * before the renewal was requested (RULES 3). After a failed renewal nothing is sent: when the deadline passes, the
   * guard ends the command or does not start it.
   */
  async run(start: (deadline: number) => Promise<RunningCommand>): Promise<LeasedOutcome> {
    if (this.#services.clock.leaseNow() - this.#heardAt > FRESH_MS) await this.renew();
    if (this.#over !== null) return { kind: 'didNotRun', reason: REASONS[this.#over] };
    let running: RunningCommand;
    try {
      running = await start(this.#wallTime(this.#deadline));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'didNotRun', reason: `its working directory could not be created: ${reason}` };
    }
    this.#running = running;
    // The lease ended while the command was being started.
    if (this.#over !== null) running.cancel(REASONS[this.#over]);
    try {
      const outcome = await running.done;
      if (outcome.kind === 'leaseLost') this.#lost();
      return this.#over === 'stopping' && outcome.kind === 'cancelled'
        ? { kind: 'handedBack', leftovers: outcome.leftovers }
        : outcome;
    } finally {
      this.#running = null;
    }
  }

  /** Stops renewing; resolves when the last renewal, with its share of the log, is done. */
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
      if (renewed.kind === 'taken') this.#lost();
      await shareLog(this.#services, this.#leased.log());
    } catch (error) {
      this.#services.log.warn(
        { err: error },
        'could not renew a lease; the guard ends the command at its deadline',
      );
    }
  }

  #lost(): void {
    if (!this.#isLost) this.#services.metrics.leaseLost(this.#leased.of);
    this.#isLost = true;
  }

  /** The guard reads the clock of this machine, so a deadline is converted when it is sent. */
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

/** Shares a log. If that fails now, it is shared later and can be read on this machine meanwhile. True: it was shared. */
export async function shareLog(services: Pick<Services, 'logs' | 'log'>, log: string): Promise<boolean> {
  try {
    await services.logs.share(log);
    return true;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    services.log.warn({ err: error, name: log }, 'a log could not be stored yet');
    return false;
  }
}

/** How many processes of each list are named. */
const PROCESSES_NAMED = 5;

/** The left-over processes as the document keeps them; undefined: none. */
export function leftoversOf({ leftovers }: LeasedOutcome): Leftovers | undefined {
  if (leftovers === undefined) return undefined;
  return { ended: named(leftovers.ended), left: named(leftovers.left) };
}

function named(processes: readonly LeftProcess[]): string[] {
  const names = processes.slice(0, PROCESSES_NAMED).map(({ pid, name }) => `${name} (process ${pid})`);
  const more = processes.length - names.length;
  return more === 0 ? names : [...names, `${more} more`];
}

/** What the end of a command means for its attempt. */
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

/** How a command failed; null: it succeeded. */
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
