import { AWAITED_BACKOFF_MS, AWAITED_MS } from '../../domain/decide/product/awaited.ts';
import { FETCH_BACKOFF_MS } from '../../domain/decide/product/context.ts';
import { CARD_DOUBT_MS, CARD_PROGRESS_MS } from '../../domain/gates/wake.ts';
import { LEASE_MS, MARGIN_MS, RENEW_MS } from '../../domain/time/lease.ts';

/** Every wait that a process chooses by itself, in milliseconds. Tests shorten them; `TIMING` is what runs in production. */
export interface Timing {
  /** How long a worker's claim lasts unless renewed. */
  leaseMs: number;
  /** How often a worker renews its claim: at least three times within one lease. */
  renewMs: number;
  /** How long after a lease's end nobody else acts; longer than a guard needs to end its command (RULES 3). */
  marginMs: number;
  /** How often the sweep looks for what a lost bell or a dead worker left undone. */
  sweepMs: number;
  /** How long one worker may take for one post before another looks whether it did. */
  claimMs: number;
  /** How long a call to Slack whose answer never came may still do what it asked for. */
  cardDoubtMs: number;
  /** How long progress on a card waits for the next edit. */
  cardProgressMs: number;
  /** Waits after posts that failed in a row; the last one repeats. */
  cardBackoffMs: readonly number[];
  /** Waits after refusals in a row that somebody has to mend: a channel to join, a token to renew; the last one repeats. */
  cardAwayMs: readonly number[];
  /** How often it is looked whether what Slack refuses is mended. */
  slackCheckMs: number;
  /** How often channels are looked up though nothing is wrong with them: one may have been renamed. */
  channelCheckMs: number;
  /** Waits between looks at a repository that cannot be reached; the last one repeats. */
  fetchBackoffMs: readonly number[];
  /** Waits between glances at a branch that does not show a push that was announced; the last one repeats. */
  awaitedBackoffMs: readonly number[];
  /** How long such a push is waited for. */
  awaitedMs: number;
  /** Waits between tries of what must be stored; the last one repeats. */
  storeBackoffMs: readonly number[];
  /** How long one call to Slack may take. */
  slackTimeoutMs: number;
  /**
   * How long a stop waits for a deploy that runs; builds and checks are handed back at once. With the time to end what still
   * runs it stays well below the 30 seconds that orchestrators give.
   */
  finishMs: number;
}

export const TIMING: Timing = {
  leaseMs: LEASE_MS,
  renewMs: RENEW_MS,
  marginMs: MARGIN_MS,
  sweepMs: 2_000,
  // Two calls that run into their time-out. A killed worker holds up a card for so long; a slower one that posts after
  // all finds its claim gone (RULES 23).
  claimMs: 20_000,
  cardDoubtMs: CARD_DOUBT_MS,
  cardProgressMs: CARD_PROGRESS_MS,
  cardBackoffMs: [1_000, 5_000, 15_000, 60_000],
  cardAwayMs: [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000],
  slackCheckMs: 15_000,
  channelCheckMs: 3_600_000,
  fetchBackoffMs: FETCH_BACKOFF_MS,
  awaitedBackoffMs: AWAITED_BACKOFF_MS,
  awaitedMs: AWAITED_MS,
  storeBackoffMs: [250, 500, 1_000, 2_000, 5_000],
  slackTimeoutMs: 10_000,
  finishMs: 15_000,
};

/** The wait after `failures` in a row, at least one; the last one of `waits` repeats. */
export function backoff(waits: readonly number[], failures: number): number {
  return waits[Math.min(failures, waits.length) - 1] ?? 0;
}
