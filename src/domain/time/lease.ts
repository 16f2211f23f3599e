/** How long a worker's lease lasts unless it is renewed. With margin and sweep, a dead worker is noticed within 20 s. */
export const LEASE_MS = 10_000;

/** How often a worker renews its lease: three tries within one lease. */
export const RENEW_MS = 3_000;

/**
 * How long after a lease has ended nobody else may act: longer than a guard needs to kill its group, plus the largest
 * difference between clocks (RULES 3).
 */
export const MARGIN_MS = 5_000;

/**
 * The time by which leases are counted: a clock shared by all processes. The clock of a process and the document's time
 * may both be ahead, and would end an attempt while its guard still lives (RULES 35).
 */
export function leaseNow({ now, leaseNow: shared }: { now: number; leaseNow?: number }): number {
  return shared ?? now;
}
