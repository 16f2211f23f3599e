import { parseTiming } from '../../../src/app/configuration/values/timing.ts';
import { TIMING } from '../../../src/flow/services/timing.ts';
import { GUARD_NEEDS_MS } from '../../../src/runner/run.ts';
import { QUICK } from '../../support/timing.ts';

test('production has its usual waits', () => {
  expect(TIMING).toEqual({
    leaseMs: 10_000,
    renewMs: 3_000,
    marginMs: 5_000,
    sweepMs: 2_000,
    claimMs: 20_000,
    cardDoubtMs: 30_000,
    cardProgressMs: 5_000,
    cardBackoffMs: [1_000, 5_000, 15_000, 60_000],
    cardAwayMs: [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000],
    burstMs: 10_000,
    slackCheckMs: 15_000,
    channelCheckMs: 3_600_000,
    homeLookMs: 5_000,
    homeOpenMs: 28_800_000,
    fetchRestMs: 2_000,
    fetchBackoffMs: [5_000, 15_000, 60_000, 300_000],
    awaitedBackoffMs: [1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000],
    awaitedMs: 3_600_000,
    checksPollMs: 45_000,
    checksFollowMs: 86_400_000,
    checksFollowPollMs: 300_000,
    checksSpacingMs: 1_000,
    checksBackoffMs: [5_000, 15_000, 60_000, 300_000],
    reportClaimMs: 90_000,
    reportBackoffMs: [2_000, 10_000, 60_000, 300_000],
    reportAwayMs: [60_000, 600_000, 3_600_000],
    recordMs: 60_000,
    recordClaimMs: 120_000,
    recordBackoffMs: [2_000, 10_000, 60_000, 300_000],
    recordAwayMs: [60_000, 600_000, 3_600_000],
    recordCompareMs: 3_600_000,
    remoteStartMs: 45_000,
    remoteCallMs: 30_000,
    remoteQuickMs: 5_000,
    remoteYoungMs: 60_000,
    remoteLookMs: 15_000,
    remoteSilentMs: 60_000,
    remoteSayMs: 30_000,
    remoteFindMs: 60_000,
    remoteEndMs: 300_000,
    remoteRingMs: 1_000,
    remoteLaterMs: 60_000,
    remoteLaterForMs: 3_600_000,
    currentSoonMs: 15_000,
    currentSettleMs: 60_000,
    currentStatusMs: 1_500,
    currentBeforeMs: 10_000,
    storeBackoffMs: [250, 500, 1_000, 2_000, 5_000],
    requestLateMs: 300_000,
    configurationMs: 5_000,
    configurationSettleMs: 500,
    slackTimeoutMs: 10_000,
    pullRequestsMs: 400,
    finishMs: 15_000,
  });
});

test.each([
  ['production', TIMING],
  ['tests', QUICK],
])('the waits of %s keep the promises that depend on them', (_, timing) => {
  expect(timing.leaseMs).toBeGreaterThanOrEqual(3 * timing.renewMs);
  expect(timing.marginMs).toBeGreaterThan(GUARD_NEEDS_MS);
  expect(timing.claimMs).toBeGreaterThanOrEqual(2 * timing.slackTimeoutMs);
  expect(timing.remoteStartMs).toBeGreaterThan(timing.remoteCallMs);
  expect(timing.cardDoubtMs).toBeGreaterThanOrEqual(3 * timing.slackTimeoutMs);
});

describe('SLIPWAY_TIMING', () => {
  it('accepts some of the waits', () => {
    expect(parseTiming('{"leaseMs":9000,"cardBackoffMs":[10]}')).toEqual({
      leaseMs: 9_000,
      cardBackoffMs: [10],
    });
  });

  it.each([
    ['no JSON', 'leaseMs=5'],
    ['no object', '[]'],
    ['an unknown wait', '{"leaseMS":5000}'],
    ['no number', '{"leaseMs":"5s"}'],
    ['zero', '{"sweepMs":0}'],
    ['no waits', '{"cardBackoffMs":[]}'],
    ['a lease shorter than three renewals', '{"leaseMs":5000,"renewMs":2000}'],
    ['a start without time for its call', '{"remoteStartMs":30000}'],
    ['a margin shorter than a guard needs', '{"marginMs":2000}'],
  ])('refuses %s', (_, given) => {
    expect(parseTiming(given)).toHaveProperty('todo');
  });
});
