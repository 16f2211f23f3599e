import { DateTime } from 'luxon';
import { suggest } from '../../../domain/suggest.ts';
import type { FreezeWindow, WeekTime } from '../../../domain/time/freeze.ts';
import type { Problem } from '../problems/problem.ts';

/** In the order of ISO weekdays, Monday first. */
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const WHOLE_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const EXAMPLES =
  'write a time of every day, as in "22:00", of every week, as in "Fri 16:00", or a date, as in "2026-12-24 12:00"';
/** The reason is shown in the channel and on cards. */
const LONGEST_REASON = 100;

/** One end of a window: a time of each week, a time of each day, or a date. `minute` counts from midnight. */
export type FreezeTime =
  | { kind: 'weekly'; time: WeekTime }
  | { kind: 'daily'; minute: number }
  | { kind: 'dated'; at: string };

/** Reads `Fri 16:00`, `friday 16:00`, `22:00` or `2026-12-24 12:00`. */
export function readFreezeTime(written: string): FreezeTime | Problem {
  const match = /^(?:(\S+?)(?:\s+|T(?=\d)))?(\d{1,2}):(\d{2})$/.exec(written.trim());
  const [, day = '', hour = '', minute = ''] = match ?? [];
  if (match === null) return { what: `"${written}" is not a time of a freeze window`, todo: EXAMPLES };
  if (Number(hour) > 23 || Number(minute) > 59) {
    return {
      what: `"${hour}:${minute}" is not a time of day`,
      todo: 'write 00:00 to 23:59; a day ends at 00:00 of the next',
    };
  }
  if (day === '') return { kind: 'daily', minute: Number(hour) * 60 + Number(minute) };
  if (/^\d/.test(day)) return readDate(day, `${hour.padStart(2, '0')}:${minute}`);
  const names = [...WEEKDAYS, ...WHOLE_NAMES];
  const index = names.findIndex((name) => name.toLowerCase() === day.toLowerCase());
  if (index === -1) {
    const nearest = names.find((name) => sameLetters(name, day)) ?? suggest(day, names)[0];
    const todo = nearest === undefined ? EXAMPLES : `did you mean ${nearest}?`;
    return { what: `"${day}" is not a day of the week`, todo };
  }
  const weekday = ((index % 7) + 1) as WeekTime['weekday'];
  return { kind: 'weekly', time: { weekday, minute: Number(hour) * 60 + Number(minute) } };
}

/** Swapped letters are a likelier mistake than wrong ones, which count the same for `suggest`: Thu for `tuh`, not Tue. */
function sameLetters(a: string, b: string): boolean {
  const [one, other] = [a, b].map((word) => [...word.toLowerCase()].sort().join(''));
  return one === other;
}

function readDate(day: string, time: string): FreezeTime | Problem {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(day) && DateTime.fromISO(day, { zone: 'utc' }).isValid;
  if (isDate) return { kind: 'dated', at: `${day}T${time}` };
  return { what: `"${day}" is not a date`, todo: 'write year, month and day, as in "2026-12-24 12:00"' };
}

/** null: the reason is valid. */
export function freezeReasonProblem(reason: string): Problem | null {
  if (reason.trim() === '') {
    return { what: 'the reason is empty', todo: 'say why nothing is deployed then, as in reason: Weekend' };
  }
  if (reason.length <= LONGEST_REASON) return null;
  return { what: `the reason is longer than ${LONGEST_REASON} characters`, todo: 'shorten it' };
}

/** Errors between the two ends of a window. null: none, or the ends themselves are invalid and reported separately. */
export function windowProblem(from: unknown, to: unknown): Problem | null {
  const [start, end] = [from, to].map((end) => (typeof end === 'string' ? readFreezeTime(end) : null));
  if (!start || !end || 'what' in start || 'what' in end) return null;
  if (start.kind !== end.kind && (start.kind === 'daily' || end.kind === 'daily')) {
    const [one, other] = start.kind === 'daily' ? [from, to] : [to, from];
    return {
      what: `one end is a time of every day (${String(one)}), and the other is not (${String(other)})`,
      todo: 'write two times of day, two days of the week, or two dates',
    };
  }
  if (start.kind !== end.kind) {
    return {
      what: 'one end is a day of the week, the other a date',
      todo: 'write two days of the week, or two dates',
    };
  }
  if (start.kind === 'dated' && end.kind === 'dated') {
    // Both ends use the same time zone and format, so they compare as text.
    if (start.at < end.at) return null;
    return {
      what: `it ends at ${String(to)}, not after it begins`,
      todo: 'swap from and to, or correct them',
    };
  }
  if (JSON.stringify(start) !== JSON.stringify(end)) return null;
  return {
    what: 'it ends when it begins, so nothing would ever be deployed',
    todo: `let it end at another time of the ${start.kind === 'daily' ? 'day' : 'week'}, or lock the environment instead`,
  };
}

/** Throws `RangeError` for ends that `windowProblem` rejects. */
export function toWindow(written: {
  from: FreezeTime;
  to: FreezeTime;
  timezone: string;
  reason: string;
}): FreezeWindow {
  const { from, to, timezone, reason } = written;
  if (from.kind === 'weekly' && to.kind === 'weekly') {
    return { kind: 'weekly', from: from.time, to: to.time, timezone, reason };
  }
  if (from.kind === 'daily' && to.kind === 'daily') {
    return { kind: 'daily', from: from.minute, to: to.minute, timezone, reason };
  }
  if (from.kind === 'dated' && to.kind === 'dated') {
    return { kind: 'dated', from: from.at, to: to.at, timezone, reason };
  }
  throw new RangeError('a window with ends of two kinds is not let through');
}

/** For example "Fri 16:00 to Mon 08:00, Europe/Amsterdam: Weekend" or "every day 22:00 to 06:00, UTC: Night". */
export function windowText(window: FreezeWindow): string {
  return `${spanText(window)}, ${window.timezone}: ${window.reason}`;
}

function spanText(window: FreezeWindow): string {
  switch (window.kind) {
    case 'weekly':
      return `${weekText(window.from)} to ${weekText(window.to)}`;
    case 'daily':
      return `every day ${minuteText(window.from)} to ${minuteText(window.to)}`;
    case 'dated':
      return `${window.from.replace('T', ' ')} to ${window.to.replace('T', ' ')}`;
    default:
      return window satisfies never;
  }
}

function weekText({ weekday, minute }: WeekTime): string {
  return `${WEEKDAYS[weekday - 1] ?? ''} ${minuteText(minute)}`;
}

function minuteText(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
