import { z } from 'zod';
import { TIMING, type Timing } from '../../../flow/services/timing.ts';
import { GUARD_NEEDS_MS } from '../../../runner/run.ts';
import type { Problem } from '../problems/problem.ts';

const ms = z.int().positive();
const wait = ms.exactOptional();
const waits = z.array(ms).min(1).exactOptional();

/** Complete by its type: a missing wait does not compile. */
const WAITS = {
  leaseMs: wait,
  renewMs: wait,
  marginMs: wait,
  sweepMs: wait,
  claimMs: wait,
  cardDoubtMs: wait,
  cardProgressMs: wait,
  requestLateMs: wait,
  configurationMs: wait,
  configurationSettleMs: wait,
  slackTimeoutMs: wait,
  pullRequestsMs: wait,
  finishMs: wait,
  cardBackoffMs: waits,
  cardAwayMs: waits,
  burstMs: wait,
  slackCheckMs: wait,
  channelCheckMs: wait,
  homeLookMs: wait,
  homeOpenMs: wait,
  fetchRestMs: wait,
  fetchBackoffMs: waits,
  awaitedBackoffMs: waits,
  awaitedMs: wait,
  checksPollMs: wait,
  checksFollowMs: wait,
  checksFollowPollMs: wait,
  checksSpacingMs: wait,
  checksBackoffMs: waits,
  reportClaimMs: wait,
  reportBackoffMs: waits,
  reportAwayMs: waits,
  recordMs: wait,
  recordClaimMs: wait,
  recordBackoffMs: waits,
  recordAwayMs: waits,
  recordCompareMs: wait,
  remoteStartMs: wait,
  remoteCallMs: wait,
  remoteQuickMs: wait,
  remoteYoungMs: wait,
  remoteLookMs: wait,
  remoteSilentMs: wait,
  remoteSayMs: wait,
  remoteFindMs: wait,
  remoteEndMs: wait,
  remoteRingMs: wait,
  remoteLaterMs: wait,
  remoteLaterForMs: wait,
  currentSoonMs: wait,
  currentSettleMs: wait,
  currentStatusMs: wait,
  currentBeforeMs: wait,
  storeBackoffMs: waits,
} satisfies Record<keyof Timing, typeof wait | typeof waits>;
const schema = z.strictObject(WAITS);

/**
 * Reads `SLIPWAY_TIMING`, a JSON object with some of the waits of `Timing`, for trials and tests. Rejects values that
 * would break a guarantee: a lease shorter than three renewals, a margin shorter than a guard needs (RULES 3), or no time to
 * start a remote attempt (RULES 37).
 */
export function parseTiming(given: string): Partial<Timing> | Problem {
  const todo = `unset it, or give a JSON object with some of ${Object.keys(schema.shape).join(', ')}`;
  const parsed = schema.safeParse(jsonOf(given));
  if (!parsed.success) return { what: 'is not a JSON object of waits in milliseconds', todo };
  const timing = parsed.data;
  const { leaseMs, renewMs, marginMs } = { ...TIMING, ...timing };
  if (renewMs * 3 > leaseMs) {
    return {
      what: `renews a lease of ${leaseMs} ms every ${renewMs} ms`,
      todo: 'make leaseMs three times renewMs',
    };
  }
  const { remoteStartMs, remoteCallMs } = { ...TIMING, ...timing };
  if (remoteStartMs <= remoteCallMs) {
    return {
      what: `gives the start of a remote attempt ${remoteStartMs} ms, but one call may take ${remoteCallMs} ms`,
      todo: 'make remoteStartMs longer than remoteCallMs',
    };
  }
  if (marginMs > GUARD_NEEDS_MS) return timing;
  return {
    what: `has a margin of ${marginMs} ms, but a guard may need ${GUARD_NEEDS_MS} ms to end its command`,
    todo: `make marginMs longer than ${GUARD_NEEDS_MS}`,
  };
}

function jsonOf(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
