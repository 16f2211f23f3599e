/** So many checks in a row that errored end a bake: nobody learns from them whether the product is good. */
export const ERRORED_MOST = 3;

/** How long a verification bakes what was deployed, and how often it looks (RULES 44). */
export interface BakePolicy {
  /** For how long no `failures` checks in a row may fail. Milliseconds, as `everyMs`. */
  forMs: number;
  /** How long after the end of one check the next one begins. */
  everyMs: number;
  /** So many failed checks in a row end it; at least 1. */
  failures: number;
  /** True: a release that could begin ends it; false: that one waits. A rollback never waits. */
  yields: boolean;
}

/**
 * A verification that is repeated for a while: each check is an attempt of its own, and between two of them nothing runs.
 * `nextAt`, `checkFrom` and `countedTo` are counted as leases are, in milliseconds since the epoch.
 */
export interface Bake {
  /** When its first check began, by the document's time. */
  startedAt: number;
  /** As configured when its last check began or ended. */
  forMs: number;
  everyMs: number;
  failures: number;
  /** How much of `forMs` has passed, as far as checks have confirmed it. */
  passedMs: number;
  /** How many checks have passed or failed. */
  checks: number;
  /** How many of the last checks failed. */
  failedInRow: number;
  /** How many of the last checks errored: they say nothing about the product. */
  erroredInRow: number;
  /** When the last check began. */
  checkFrom: number;
  /** When the last check ended that passed or failed; null: none has. */
  countedTo: number | null;
  /** When the next check is due; null: it is due, or runs. */
  nextAt: number | null;
  /** A release that could begin ends it. Absent: that one waits. */
  yields?: true;
  /** When its card was last drawn because of a check, by the document's time. */
  shownAt: number;
}

/** True: as far as its checks say, the bake may go on. */
export function isWithinBounds({ failedInRow, failures, erroredInRow }: Bake): boolean {
  return failedInRow < failures && erroredInRow < ERRORED_MOST;
}

/** Since when a release is verified by more than one check; null: it is not. */
export function bakesSince({ status, bake }: { status: string; bake?: Bake }): number | null {
  return status === 'verifying' ? (bake?.startedAt ?? null) : null;
}
