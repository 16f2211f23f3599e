import { performance } from 'node:perf_hooks';
import { duration } from '../../chat/text/clean.ts';
import type { Store } from '../../ports/store.ts';

/** A clock that is further off than this is wrong. */
export const WRONG_MS = 60_000;

/** An answer of the server that took longer says too little about its clock. */
const SLOW_MS = 2_000;

/** The clock of this process is wrong: it decides nothing until it is right again. */
export class ClockWrong extends Error {
  constructor(says: string) {
    super(says);
    this.name = 'ClockWrong';
  }
}

/** Clocks that a process reads. Milliseconds since the epoch; `monotonic`: since some start, never set. */
interface Sources {
  now: () => number;
  monotonic?: () => number;
}

/**
 * The clock of this process, and that of the store's server where there is one (RULES 35). Between two looks at the server, time is counted by the
 * machine's monotonic clock, which nobody sets: so leases are counted alike in all processes, whatever their clocks say. Without a server, as on
 * the embedded tier, nobody can know which of two times is right, so the process's clock is believed.
 */
export class Clock {
  readonly #now: () => number;
  readonly #monotonic: () => number;
  /** What the monotonic clock lacks to the time of the server; without one, to this process's own as it began. */
  #offset: number;
  #hasServer = false;
  /** How far this process is ahead of the server, negative behind; null: it is right, or nobody can know. */
  #wrongBy: number | null = null;
  /** The difference of the two clocks of this machine, as last seen: it changes when somebody sets the clock. */
  #set: number;

  constructor({ now, monotonic = () => performance.now() }: Sources) {
    this.#now = now;
    this.#monotonic = monotonic;
    this.#offset = now() - monotonic();
    this.#set = this.#offset;
  }

  /** By which everything but leases is decided. */
  readonly now = (): number => (this.#wrongBy === null ? this.#now() : this.leaseNow());

  /** By which leases are counted: the same in all processes. Whole milliseconds, as documents hold them. */
  readonly leaseNow = (): number => Math.floor(this.#monotonic() + this.#offset);

  /** When a document is due that time changes, by whichever clock. */
  dueNow(): number {
    return Math.max(this.now(), this.leaseNow());
  }

  /** What is wrong; null: nothing, as far as anybody can know. */
  get wrong(): string | null {
    if (this.#wrongBy === null) return null;
    const which = this.#wrongBy > 0 ? 'ahead of' : 'behind';
    return `the clock of this process is ${duration(Math.abs(this.#wrongBy))} ${which} the clock of the database`;
  }

  /** Throws `ClockWrong`. */
  mustBeRight(): void {
    const { wrong } = this;
    if (wrong !== null) throw new ClockWrong(`${wrong}, so it decides nothing`);
  }

  /** Compares with the server. A server that does not answer says nothing: what was known stays so. */
  async check(store: Pick<Store, 'clock'>): Promise<void> {
    const asked = this.#monotonic();
    const server = await store.clock();
    const heard = this.#monotonic();
    if (server === null || (this.#hasServer && heard - asked > SLOW_MS)) return;
    this.#hasServer = true;
    this.#offset = server + (heard - asked) / 2 - heard;
    const off = this.#now() - this.leaseNow();
    this.#wrongBy = Math.abs(off) > WRONG_MS + (heard - asked) / 2 ? off : null;
  }

  /** By how much the clock of this machine was set since this was asked last; null: by no more than what is let pass. */
  wasSet(): number | null {
    const now = this.#now() - this.#monotonic();
    const by = now - this.#set;
    this.#set = now;
    return Math.abs(by) > WRONG_MS ? by : null;
  }
}
