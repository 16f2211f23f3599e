/** How long a worker's claim lasts unless renewed. With margin and sweep a dead worker is noticed within 20 s. */
export const LEASE_MS = 10_000;

/** How often a worker renews its claim: three tries within one lease. */
export const RENEW_MS = 3_000;

/**
 * Longer than a guard needs to kill its group plus the largest difference between clocks (RULES 3): only after
 * lease and margin does anybody else act.
 */
export const MARGIN_MS = 5_000;
