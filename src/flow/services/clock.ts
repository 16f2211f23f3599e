import { performance } from 'node:perf_hooks';
import { duration } from '../../domain/time/duration.ts';
import type { Store } from '../../ports/store.ts';

/** A clock that differs by more than this is wrong. */
export const WRONG_MS = 60_000;

/** If the server took longer to answer, the answer says too little about its clock. */
const SLOW_MS = 2_000;

/** The clock of this process is wrong: it decides nothing until the clock is right again. */
export class ClockWrong extends Error {
  constructor(says: string) {
    super(says);
    this.name = 'ClockWrong';
  }
}

/** The clocks that a process reads. Milliseconds since the epoch; `monotonic`: since an arbitrary start, never set. */
interface Sources {
  now: () => number;
  monotonic?: () => number;
}

/**
 * The clock of this process, and that of the store's server if there is one (RULES 35). Between two comparisons with the
 * server, time is counted by the machine's monotonic clock, which nobody can set. So all processes count leases alike,
 * whatever their own clocks say. Without a server, as on the embedded tier, nothing shows which of two times is right,
 * and the clock of the process is trusted.
 */
export class Clock {
  readonly #now: () => number;
  readonly #monotonic: () => number;
  /** Server time minus monotonic time; without a server, this process's time at its start minus monotonic time. */
  #offset: number;
  #hasServer = false;
  /** How far this process is ahead of the server, negative if behind; null: it is right, or that is unknown. */
  #wrongBy: number | null = null;
  /** The same as last compared, however little it is; null: there is no server, or it was not asked yet. */
  #aheadMs: number | null = null;
  /** Process time minus monotonic time, as last seen: it changes when somebody sets the clock. */
  #set: number;

  constructor({ now, monotonic = () => performance.now() }: Sources) {
    this.#now = now;
    this.#monotonic = monotonic;
    this.#offset = now() - monotonic();
    this.#set = this.#offset;
  }

  /** The time by which everything but leases is decided. */
  readonly now = (): number => (this.#wrongBy === null ? this.#now() : this.leaseNow());

  /** The time by which leases are counted, the same in all processes. Whole milliseconds, as documents store them. */
  readonly leaseNow = (): number => Math.floor(this.#monotonic() + this.#offset);

  /** The time up to which documents are due: the later of both clocks. */
  dueNow(): number {
    return Math.max(this.now(), this.leaseNow());
  }

  /** What is wrong with the clock, as text; null: nothing, as far as is known. */
  get wrong(): string | null {
    if (this.#wrongBy === null) return null;
    const which = this.#wrongBy > 0 ? 'ahead of' : 'behind';
    return `the clock of this process is ${duration(Math.abs(this.#wrongBy))} ${which} the clock of the database`;
  }

  /** How far this process was ahead of the server when they were last compared; null: unknown. */
  get aheadMs(): number | null {
    return this.#aheadMs;
  }

  /** Throws `ClockWrong` if the clock is wrong. */
  mustBeRight(): void {
    const { wrong } = this;
    if (wrong !== null) throw new ClockWrong(`${wrong}, so this process decides nothing`);
  }

  /**
   * Compares with the server's clock. A server without an answer, or with a slow one, changes nothing. Throws
   * `StoreError`.
   */
  async check(store: Pick<Store, 'clock'>): Promise<void> {
    const asked = this.#monotonic();
    const server = await store.clock();
    const heard = this.#monotonic();
    if (server === null || (this.#hasServer && heard - asked > SLOW_MS)) return;
    this.#hasServer = true;
    this.#offset = server + (heard - asked) / 2 - heard;
    const off = this.#now() - this.leaseNow();
    this.#aheadMs = off;
    this.#wrongBy = Math.abs(off) > WRONG_MS + (heard - asked) / 2 ? off : null;
  }

  /** By how many milliseconds this machine's clock was set since the last call; null: by no more than the tolerance. */
  wasSet(): number | null {
    const now = this.#now() - this.#monotonic();
    const by = now - this.#set;
    this.#set = now;
    return Math.abs(by) > WRONG_MS ? by : null;
  }
}
