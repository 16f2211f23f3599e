import type { ClockTime } from '../../../domain/time/clock-time.ts';

/** In order: a `ClockTime` numbers them from 1. */
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** Pattern of a day, in lower case: its name, an abbreviation of it, or a date. */
export const DAY_NAME = `today|tomorrow|\\d{4}-\\d{2}-\\d{2}|${WEEKDAYS.map((name) => `${name.slice(0, 3)}[a-z]*`).join('|')}`;
/** Pattern of a time of day, in lower case. */
export const TIME = '\\d{1,2}[:.]\\d{2} ?(?:[ap]m)?|\\d{1,2} ?[ap]m|\\d{1,2}h\\d{0,2}|noon|midnight';
const MOMENT = new RegExp(
  `^(?:(?:on )?(${DAY_NAME})(?:,? at|,)? )?(?:at )?(${TIME})(?: (?:on )?(${DAY_NAME}))?( utc| gmt)?$`,
);

/** "1.12" could be the first of December or twelve minutes past one. */
const DAY_AND_MONTH = /^(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.?$/;

/** "17:00", "tomorrow 9am", "Fri 16:00"; null: not a time, or without a time of day. */
export function spokenTime(text: string): ClockTime | null {
  const lower = text.toLowerCase().replace(/^(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2})(z)?$/, (_, date, time, z) => {
    return `${date} ${time}${z ? ' utc' : ''}`;
  });
  const [, before, time = '', after, zone] = MOMENT.exec(lower) ?? [];
  // "1.12." and "9.10" may also be dates.
  if (DAY_AND_MONTH.test(lower)) return null;
  const minute = minuteOf(time);
  if (minute === null || (before !== undefined && after !== undefined)) return null;
  const name = before ?? after;
  const day = name === undefined ? null : dayNamed(name);
  if (name !== undefined && day === null) return null;
  return { day, minute, zone: zone === undefined ? null : 'UTC' };
}

/** A day by its name or date, in lower case; null: not a day. */
export function dayNamed(name: string): ClockTime['day'] {
  if (name === 'today' || name === 'tomorrow') return name;
  if (/^\d/.test(name)) return { date: name };
  const index = WEEKDAYS.findIndex((day) => day === name || name === day.slice(0, 3) || name === SHORT[day]);
  return index === -1 ? null : ((index + 1) as ClockTime['day']);
}

const SHORT: Readonly<Record<string, string>> = { tuesday: 'tues', thursday: 'thurs', wednesday: 'weds' };

/** Minutes since midnight; "midnight" is the end of the day, 1440. null: not a time of day. */
export function minuteOf(time: string): number | null {
  if (time === 'noon') return 12 * 60;
  if (time === 'midnight') return 24 * 60;
  const [, hour = '', minute = '', half] = /^(\d{1,2})(?:[:.h](\d{0,2}))? ?([ap]m)?$/.exec(time) ?? [];
  if (hour === '') return null;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'pm' ? 12 : 0);
  const isClock = half === undefined || (Number(hour) >= 1 && Number(hour) <= 12);
  return isClock && hours < 24 && Number(minute || 0) < 60 ? hours * 60 + Number(minute || 0) : null;
}

/** "Fri 16:00": a time as it can be typed. */
export function timeTyped({ day, minute, zone }: ClockTime): string {
  const time =
    minute === 24 * 60
      ? 'midnight'
      : [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  const name =
    typeof day === 'number' ? WEEKDAYS[day - 1]?.slice(0, 3) : typeof day === 'object' ? day?.date : day;
  return [name, time, zone].filter(Boolean).join(' ');
}
