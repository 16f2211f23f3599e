import { isOver, leaseUntil } from '../../../src/runner/guard/lease.js';

const granted = leaseUntil(10_000, { wallMs: 4_000, monotonicMs: 100 });

describe('the lease of a command', () => {
  it.each([
    ['in time', { wallMs: 9_999, monotonicMs: 6_099 }, false],
    ['both clocks are past it', { wallMs: 10_000, monotonicMs: 6_100 }, true],
    ['suspended: monotonic time stood still', { wallMs: 10_000, monotonicMs: 101 }, true],
    ['wall clock set back an hour', { wallMs: 6_400_000 - 10_000_000, monotonicMs: 6_100 }, true],
    ['wall clock set back, but time is left', { wallMs: 0, monotonicMs: 6_099 }, false],
  ])('%s', (_what, clocks, over) => {
    expect(isOver(granted, clocks)).toBe(over);
  });

  it('never counts from arrival: a late sign of life grants only what is left', () => {
    const late = leaseUntil(10_000, { wallMs: 9_900, monotonicMs: 5_000 });
    expect(isOver(late, { wallMs: 9_950, monotonicMs: 5_100 })).toBe(true);
  });

  it('is over from the start when the deadline has passed or is not a number', () => {
    const now = { wallMs: 10_000, monotonicMs: 5_000 };
    expect(isOver(leaseUntil(10_000, now), now)).toBe(true);
    expect(isOver(leaseUntil(Number.NaN, now), now)).toBe(true);
  });
});
