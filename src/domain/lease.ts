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
 * A lease is counted by its worker's clock; a document whose time is ahead of that clock (it was set back, or
 * another process is ahead) would call it over while the guard still lives. So it is kept as long by the document's.
 */
export function inDocumentTime(at: { now: number; context: { now: number } }, leaseUntil: number): number {
  return leaseUntil + (at.now - at.context.now);
}
