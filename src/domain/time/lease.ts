/** How long a worker's claim lasts unless renewed. With margin and sweep a dead worker is noticed within 20 s. */
export const LEASE_MS = 10_000;

/** How often a worker renews its claim: three tries within one lease. */
export const RENEW_MS = 3_000;

/**
 * Longer than a guard needs to kill its group plus the largest difference between clocks (RULES 3): only after
 * lease and margin does anybody else act.
 */
export const MARGIN_MS = 5_000;

/**
 * Leases are counted by a clock that all processes share: neither the clock of the process nor the time of the document,
 * both of which may be ahead, calls an attempt over while its guard lives (RULES 35).
 */
export function leaseNow({ now, leaseNow: shared }: { now: number; leaseNow?: number }): number {
  return shared ?? now;
}
