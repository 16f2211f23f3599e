import { DateTime } from 'luxon';
import { type ClockTime, clockText, momentOf } from '../../../src/domain/time/clock-time.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string, zone = BERLIN) => DateTime.fromISO(text, { zone }).toMillis();
/** A Friday. */
const NOW = at('2026-11-27T15:00');

const TABLE: [string, ClockTime, string | null, string?][] = [
  ['later today', { day: null, minute: 1020, zone: null }, '2026-11-27T17:00'],
  ['past today: tomorrow', { day: null, minute: 540, zone: null }, '2026-11-28T09:00'],
  ['this very minute: tomorrow', { day: null, minute: 900, zone: null }, '2026-11-28T15:00'],
  ['the next midnight', { day: null, minute: 1440, zone: null }, '2026-11-28T00:00'],
  ['today', { day: 'today', minute: 1020, zone: null }, '2026-11-27T17:00'],
  ['today, and past', { day: 'today', minute: 540, zone: null }, null],
  ['tomorrow', { day: 'tomorrow', minute: 1020, zone: null }, '2026-11-28T17:00'],
  ['a day of the week, today', { day: 5, minute: 960, zone: null }, '2026-11-27T16:00'],
  ['a day of the week, past today', { day: 5, minute: 840, zone: null }, '2026-12-04T14:00'],
  ['a day of next week', { day: 1, minute: 540, zone: null }, '2026-11-30T09:00'],
  ['a date', { day: { date: '2026-12-24' }, minute: 720, zone: null }, '2026-12-24T12:00'],
  ['a past date', { day: { date: '2026-11-01' }, minute: 720, zone: null }, null],
  ['no date', { day: { date: '2026-02-31' }, minute: 720, zone: null }, null],
  ['by another clock', { day: null, minute: 1020, zone: 'UTC' }, '2026-11-27T18:00'],
  [
    'the day after clocks change',
    { day: 1, minute: 540, zone: null },
    '2026-10-26T09:00',
    '2026-10-24T12:00',
  ],
  ['in the skipped hour', { day: 7, minute: 150, zone: null }, '2026-03-29T03:30', '2026-03-27T12:00'],
];

test.each(TABLE)('%s', (_, time, expected, now = '2026-11-27T15:00') => {
  const moment = momentOf(time, at(now), BERLIN);
  expect(moment).toBe(expected === null ? null : at(expected));
});

test('is written in English, in the intended time zone', () => {
  expect(clockText(NOW, BERLIN)).toBe('Fri 15:00');
  expect(clockText(NOW, 'UTC')).toBe('Fri 14:00');
});
