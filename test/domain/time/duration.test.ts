import fc from 'fast-check';
import {
  backoff,
  duration,
  durationText,
  parseDuration,
  spokenDuration,
} from '../../../src/domain/time/duration.ts';
import { runs } from '../../support/thorough.ts';

test.each<[string, number | null]>([
  ['90s', 90_000],
  ['20m', 1_200_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['0s', null],
  ['1.5h', null],
  ['20', null],
  ['20 m', null],
  ['-1m', null],
  ['1w', null],
  ['', null],
])('%p is %p ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [0, '1s'],
  [400, '1s'],
  [90_000, '90s'],
  [120_000, '2m'],
  [5_400_000, '90m'],
  [86_400_000, '1d'],
])('%d ms is said as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('a duration as it is written is read as the same, by configuration and from people', () => {
  const seconds = fc.oneof(
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1, max: 100_000 }).map((minutes) => minutes * 60),
    fc.integer({ min: 1, max: 10_000 }).map((days) => days * 86_400),
  );
  fc.assert(
    fc.property(seconds, (count) => {
      const ms = count * 1_000;
      expect(parseDuration(durationText(ms))).toBe(ms);
      expect(spokenDuration(durationText(ms))).toBe(ms);
    }),
    { numRuns: runs(400) },
  );
});

test.each<[number, string]>([
  [0, '0 s'],
  [400, '0 s'],
  [41_000, '41 s'],
  [64_000, '1 min 4 s'],
  [120_000, '2 min'],
  [4_080_000, '1 h 8 min'],
  [3_605_000, '1 h'],
  [183_600_000, '2 d 3 h'],
  [-5, '0 s'],
])('%d ms is "%s"', (ms, words) => expect(duration(ms)).toBe(words));

test('the last wait repeats', () => {
  expect([1, 2, 3, 4, 9].map((failures) => backoff([5, 10, 20], failures))).toEqual([5, 10, 20, 20, 20]);
});

test('no waits are no wait', () => {
  expect(backoff([], 3)).toBe(0);
});
