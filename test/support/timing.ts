import type { Timing } from '../../src/flow/services/timing.ts';

/**
 * Waits for a bot under test. A dead worker, a lost call or a failed post is noticed within seconds. A lease is still
 * longer than the longest pause of a loaded machine.
 */
export const QUICK: Timing = {
  leaseMs: 4_000,
  renewMs: 1_000,
  marginMs: 2_500,
  sweepMs: 500,
  claimMs: 6_000,
  cardDoubtMs: 9_000,
  cardProgressMs: 1_000,
  cardBackoffMs: [1_000, 1_000, 2_000],
  cardAwayMs: [500, 1_000, 2_000, 4_000],
  // Tests of bursts choose their own.
  burstMs: 1,
  slackCheckMs: 500,
  channelCheckMs: 60_000,
  homeLookMs: 500,
  homeOpenMs: 600_000,
  fetchRestMs: 1,
  fetchBackoffMs: [500, 1_000, 2_000],
  awaitedBackoffMs: [250, 500, 1_000],
  awaitedMs: 60_000,
  checksPollMs: 1_000,
  checksFollowMs: 60_000,
  checksFollowPollMs: 1_000,
  checksSpacingMs: 50,
  checksBackoffMs: [100, 250, 1_000],
  reportClaimMs: 3_000,
  reportBackoffMs: [100, 250, 1_000],
  reportAwayMs: [500, 1_000],
  storeBackoffMs: [100, 250, 500, 1_000],
  requestLateMs: 60_000,
  slackTimeoutMs: 3_000,
  pullRequestsMs: 400,
  finishMs: 2_000,
};
