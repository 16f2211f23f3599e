import { AWAITED_BACKOFF_MS, AWAITED_MS } from '../../domain/decide/product/awaited.ts';
import { BURST_MS } from '../../domain/decide/product/burst.ts';
import { FETCH_BACKOFF_MS } from '../../domain/decide/product/context.ts';
import { CARD_DOUBT_MS, CARD_PROGRESS_MS } from '../../domain/gates/wake.ts';
import { CURRENT_WAITS, type CurrentWaits } from '../../domain/time/current-waits.ts';
import { LEASE_MS, MARGIN_MS, RENEW_MS } from '../../domain/time/lease.ts';
import { REMOTE_WAITS, type RemoteWaits } from '../../domain/time/remote-waits.ts';

/** Every wait that a process chooses by itself, in milliseconds. Tests shorten them; production uses `TIMING`. */
export interface Timing {
  /** How long a worker's lease lasts unless it is renewed. */
  leaseMs: number;
  /** How often a worker renews its lease: at least three times within one lease. */
  renewMs: number;
  /** How long after a lease has ended nobody else may act; longer than a guard needs to end its command (RULES 3). */
  marginMs: number;
  /** How often the sweep looks for what a lost wake-up or a dead worker left undone. */
  sweepMs: number;
  /** How long one worker may take for one post before another worker checks whether it was made. */
  claimMs: number;
  /** How long a call to Slack without an answer may still take effect. */
  cardDoubtMs: number;
  /** How long a progress update on a card waits after the last edit. */
  cardProgressMs: number;
  /** Waits after failed posts in a row; the last one repeats. */
  cardBackoffMs: readonly number[];
  /**
   * Waits after refusals in a row that somebody must fix, such as a channel to join or a token to renew; the last one
   * repeats.
   */
  cardAwayMs: readonly number[];
  /** How long the card of a push waits for a newer push, if it came this shortly after an earlier one. */
  burstMs: number;
  /** How often to check whether what Slack refused is fixed. */
  slackCheckMs: number;
  /** How often channels are looked up although nothing is wrong with them: one may have been renamed. */
  channelCheckMs: number;
  /** How often the Home tabs that are open are compared with what they would show now. */
  homeLookMs: number;
  /** How long a Home tab counts as open, as Slack does not say when one is closed. */
  homeOpenMs: number;
  /** No more than two fetches of a repository begin within this time: none is held up alone, and many pushes share one. */
  fetchRestMs: number;
  /** Waits between fetches of a repository that cannot be reached; the last one repeats. */
  fetchBackoffMs: readonly number[];
  /** Waits between fetches while the branch does not show an announced push; the last one repeats. */
  awaitedBackoffMs: readonly number[];
  /** How long to wait for an announced push. */
  awaitedMs: number;
  /** How often a forge is asked for checks that are awaited. */
  checksPollMs: number;
  /** How long checks are followed after a bad end, as somebody may run them again, and how often the forge is asked then. */
  checksFollowMs: number;
  checksFollowPollMs: number;
  /** How long after one look at the checks an event of the forge makes the next one begin. */
  checksSpacingMs: number;
  /** Waits between looks at the checks while the forge does not answer; the last one repeats. */
  checksBackoffMs: readonly number[];
  /** How long one worker may take to tell a forge one thing about a release before another one does. */
  reportClaimMs: number;
  /** Waits while a forge that is to be told of releases does not answer; the last one repeats. */
  reportBackoffMs: readonly number[];
  /** Waits after refusals that somebody must fix, such as a missing scope; the last one repeats. */
  reportAwayMs: readonly number[];
  /** How long one write into a repository of records may take, and for how long a worker claims it. */
  recordMs: number;
  recordClaimMs: number;
  /** Waits while a repository of records is away; the last one repeats. */
  recordBackoffMs: readonly number[];
  /** Waits while it does not let us in, or does not take what is pushed; the last one repeats. */
  recordAwayMs: readonly number[];
  /** How often it is looked whether others changed what is recorded. */
  recordCompareMs: number;
  /** How long a worker may take to start what another system carries out, from its begin to the answer (RULES 37). */
  remoteStartMs: number;
  /** How long one call to such a system may take, so what is left of the lease of a start when it is called. */
  remoteCallMs: number;
  /** How often such a system is asked about a young run, or one that was just asked to end, and how long a run is young. */
  remoteQuickMs: number;
  remoteYoungMs: number;
  /** How often such a system is asked about any other run. */
  remoteLookMs: number;
  /** The longest wait while such a system does not say, and how long it is silent before a card says so. */
  remoteSilentMs: number;
  remoteSayMs: number;
  /** How long a run is looked for that such a system does not know. */
  remoteFindMs: number;
  /** How long a run that is over time, and was asked to end, may take to do so. */
  remoteEndMs: number;
  /** The shortest time between two looks that events from outside bring about. */
  remoteRingMs: number;
  /** The first wait after an end that is not known, and for how long it is looked at. */
  remoteLaterMs: number;
  remoteLaterForMs: number;
  /** When an environment is asked again which commit really runs, while its answer may be about to change or did not come. */
  currentSoonMs: number;
  /** How long what a deploy did may take to show there. */
  currentSettleMs: number;
  /** How long an answer in chat, and the begin of a deploy, wait for an environment to say which commit really runs. */
  currentStatusMs: number;
  currentBeforeMs: number;
  /** Waits between tries to store what must be stored; the last one repeats. */
  storeBackoffMs: readonly number[];
  /** How long a request of a person that a process left unfinished is still done; later, its person is told instead. */
  requestLateMs: number;
  /** How often it is looked whether a file of the configuration has changed, and for how long one must stay as it is to be read. */
  configurationMs: number;
  configurationSettleMs: number;
  /** How long one call to Slack may take. */
  slackTimeoutMs: number;
  /** How long a card or an answer waits for what a forge says about its pull requests. */
  pullRequestsMs: number;
  /**
   * How long a stop waits for a running deploy; builds and verifications are handed back at once. Together with the time to end
   * what still runs, this stays well below the 30 seconds that orchestrators allow.
   */
  finishMs: number;
}

/** The waits used in production. */
export const TIMING: Timing = {
  leaseMs: LEASE_MS,
  renewMs: RENEW_MS,
  marginMs: MARGIN_MS,
  sweepMs: 2_000,
  // Two calls that run into their time-out. A killed worker blocks a card for this long; a slower worker that posts after
  // all finds its claim gone (RULES 23).
  claimMs: 20_000,
  cardDoubtMs: CARD_DOUBT_MS,
  cardProgressMs: CARD_PROGRESS_MS,
  cardBackoffMs: [1_000, 5_000, 15_000, 60_000],
  cardAwayMs: [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000],
  burstMs: BURST_MS,
  slackCheckMs: 15_000,
  channelCheckMs: 3_600_000,
  homeLookMs: 5_000,
  homeOpenMs: 28_800_000,
  fetchRestMs: 2_000,
  fetchBackoffMs: FETCH_BACKOFF_MS,
  awaitedBackoffMs: AWAITED_BACKOFF_MS,
  awaitedMs: AWAITED_MS,
  // With a sweep and a slow answer, still once a minute.
  checksPollMs: 45_000,
  checksFollowMs: 86_400_000,
  checksFollowPollMs: 300_000,
  checksSpacingMs: 1_000,
  checksBackoffMs: [5_000, 15_000, 60_000, 300_000],
  // A few requests that all run into their time-out.
  reportClaimMs: 90_000,
  reportBackoffMs: [2_000, 10_000, 60_000, 300_000],
  reportAwayMs: [60_000, 600_000, 3_600_000],
  recordMs: 60_000,
  recordClaimMs: 120_000,
  recordBackoffMs: [2_000, 10_000, 60_000, 300_000],
  recordAwayMs: [60_000, 600_000, 3_600_000],
  recordCompareMs: 3_600_000,
  // A call, and time to write the begin before it.
  remoteStartMs: 45_000,
  remoteCallMs: 30_000,
  remoteQuickMs: REMOTE_WAITS.quickMs,
  remoteYoungMs: REMOTE_WAITS.youngMs,
  remoteLookMs: REMOTE_WAITS.lookMs,
  remoteSilentMs: REMOTE_WAITS.silentMs,
  remoteSayMs: REMOTE_WAITS.sayMs,
  remoteFindMs: REMOTE_WAITS.findMs,
  remoteEndMs: REMOTE_WAITS.endMs,
  remoteRingMs: REMOTE_WAITS.ringMs,
  remoteLaterMs: REMOTE_WAITS.laterMs,
  remoteLaterForMs: REMOTE_WAITS.laterForMs,
  currentSoonMs: CURRENT_WAITS.soonMs,
  currentSettleMs: CURRENT_WAITS.settleMs,
  // Answers have two and a half seconds in all.
  currentStatusMs: 1_500,
  currentBeforeMs: 10_000,
  storeBackoffMs: [250, 500, 1_000, 2_000, 5_000],
  // Who clicked Deploy still expects it then.
  requestLateMs: 300_000,
  configurationMs: 5_000,
  configurationSettleMs: 500,
  slackTimeoutMs: 10_000,
  // Answers have two and a half seconds in all.
  pullRequestsMs: 400,
  finishMs: 15_000,
};

/** The waits by which environments are asked which commit really runs, as decisions take them. */
export function currentWaits(timing: Timing): CurrentWaits {
  return { soonMs: timing.currentSoonMs, settleMs: timing.currentSettleMs };
}

/** The waits by which attempts of other systems are followed, as decisions take them. */
export function remoteWaits(timing: Timing): RemoteWaits {
  return {
    quickMs: timing.remoteQuickMs,
    youngMs: timing.remoteYoungMs,
    lookMs: timing.remoteLookMs,
    silentMs: timing.remoteSilentMs,
    sayMs: timing.remoteSayMs,
    findMs: timing.remoteFindMs,
    endMs: timing.remoteEndMs,
    ringMs: timing.remoteRingMs,
    laterMs: timing.remoteLaterMs,
    laterForMs: timing.remoteLaterForMs,
  };
}
