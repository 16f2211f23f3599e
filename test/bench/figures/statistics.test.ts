import { describe, expect, test } from '@jest/globals';
import { median, percentile, ratioOf, summarize } from './statistics.ts';

describe('statistics of the benchmark', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  test('a percentile is the value that this share does not exceed', () => {
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
    expect(percentile([7], 0.99)).toBe(7);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });

  test('a median is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });

  test('rounds are reported as median and spread', () => {
    expect(summarize([10, 30, 20])).toEqual({ median: 20, low: 10, high: 30 });
  });

  test('a ratio is computed per round, before the median', () => {
    expect(ratioOf([10, 20, 90], [10, 10, 30])).toEqual({ median: 2, low: 1, high: 3 });
    expect(() => ratioOf([1], [1, 2])).toThrow(RangeError);
  });
});
