import type { ClockTime } from '../domain/clock-time.ts';
import { LONGEST_LOCK_MS } from '../domain/lock.ts';
import { distance } from './typed.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly (readonly [pattern: string, short: string, ms: number])[] = [
  ['weeks?|wks?|w', 'w', 7 * DAY],
  ['days?|d', 'd', DAY],
  ['hours?|hrs?|h', 'h', HOUR],
  ['minutes?|mins?|m', 'm', MINUTE],
  ['seconds?|secs?|s', 's', 1_000],
];
const UNIT = UNITS.map(([pattern]) => pattern).join('|');
const LONG_UNITS = [
  'week',
  'weeks',
  'days',
  'hour',
  'hours',
  'hrs',
  'minute',
  'minutes',
  'mins',
  'second',
  'seconds',
];

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const COUNT = `\\d{1,15}(?:[.,]\\d{1,3})?|an?|half(?: an?)?|a half|a quarter of an?|${NUMBERS.join('|')}`;
const PART = new RegExp(`^(${COUNT}) ?(${UNIT})\\.?( and a half)?(?![a-z])(?:,? and |, ?| )?`);
/** What is said beside an end and changes nothing of it. */
const POLITE =
  /(?:[ ,.!;]+(?:please|pls|plz|thanks|thank you|thx|ok|okay|max|maximum|at most|tops|or so|only))+$/i;

/** "1h30m", "1.5 hours", "half an hour", "an hour and a half" in milliseconds; null: it is none. */
export function spokenDuration(text: string): number | null {
  const clock = /^(\d{1,3})(?::(\d{2}) ?(?:hours?|hrs?|h)| ?h ?(\d{2}))$/.exec(text);
  if (clock) return Number(clock[1]) * HOUR + Number(clock[2] ?? clock[3]) * MINUTE;
  let ms = 0;
  for (let rest = text; rest !== ''; ) {
    const part = PART.exec(rest);
    if (!part) return null;
    const unit = UNITS.find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(part[2] ?? ''))?.[2] ?? 0;
    ms += (countOf(part[1] ?? '') + (part[3] ? 0.5 : 0)) * unit;
    rest = rest.slice(part[0].length);
  }
  return text === '' ? null : Math.round(ms);
}

function countOf(text: string): number {
  if (/^\d/.test(text)) return Number(text.replace(',', '.'));
  if (text.includes('quarter')) return 0.25;
  if (text.includes('half')) return 0.5;
  return Math.max(1, NUMBERS.indexOf(text) + 1);
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const DAY_NAME = `today|tomorrow|\\d{4}-\\d{2}-\\d{2}|${WEEKDAYS.map((name) => `${name.slice(0, 3)}[a-z]*`).join('|')}`;
const TIME = '\\d{1,2}[:.]\\d{2} ?(?:[ap]m)?|\\d{1,2} ?[ap]m|\\d{1,2}h\\d{0,2}|noon|midnight';
const MOMENT = new RegExp(
  `^(?:(?:on )?(${DAY_NAME})(?:,? at|,)? )?(?:at )?(${TIME})(?: (?:on )?(${DAY_NAME}))?( utc| gmt)?$`,
);

/** "17:00", "tomorrow 9am", "Fri 16:00"; null: it is none, or the time of day is missing. */
export function spokenTime(text: string): ClockTime | null {
  const [, before, time = '', after, zone] = MOMENT.exec(text.toLowerCase()) ?? [];
  const minute = minuteOf(time);
  if (minute === null || (before !== undefined && after !== undefined)) return null;
  const name = before ?? after;
  const day = name === undefined ? null : dayNamed(name);
  if (name !== undefined && day === null) return null;
  return { day, minute, zone: zone === undefined ? null : 'UTC' };
}

function dayNamed(name: string): ClockTime['day'] {
  if (name === 'today' || name === 'tomorrow') return name;
  if (/^\d/.test(name)) return { date: name };
  const index = WEEKDAYS.findIndex((day) => day === name || name === day.slice(0, 3) || name === SHORT[day]);
  return index === -1 ? null : ((index + 1) as ClockTime['day']);
}

const SHORT: Readonly<Record<string, string>> = { tuesday: 'tues', thursday: 'thurs', wednesday: 'weds' };

function minuteOf(time: string): number | null {
  if (time === 'noon') return 12 * 60;
  if (time === 'midnight') return 24 * 60;
  const [, hour = '', minute = '', half] = /^(\d{1,2})(?:[:.h](\d{0,2}))? ?([ap]m)?$/.exec(time) ?? [];
  if (hour === '') return null;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'pm' ? 12 : 0);
  const isClock = half === undefined || (Number(hour) >= 1 && Number(hour) <= 12);
  return isClock && hours < 24 && Number(minute || 0) < 60 ? hours * 60 + Number(minute || 0) : null;
}

/** What was typed after `lock ENV`. */
export type LockWords =
  | { kind: 'read'; reason: string; forMs: number | null; until: ClockTime | null }
  /** Something that may be an end and cannot be read as one. `offered`: ends that it may mean; `reason`: without it. */
  | { kind: 'unclear'; typed: string; reason: string; offered: string[] }
  | { kind: 'tooLong'; typed: string; reason: string };

const CLAUSE = /(?:^| )(for|until|untill|till|til|'til)(?= )/gi;
const USUAL = ['for 1h', 'for 4h', 'for 1d'];
const HOURS = ['09:00', '12:00', '17:00'];

/** The reason, and when the lock ends by itself: never an end that is silently taken for a part of the reason. */
export function readLockWords(words: string): LockWords {
  const plain: LockWords = { kind: 'read', reason: words, forMs: null, until: null };
  const [, quoted, tail] = /^"([^"]*)"[.,]? ?(.*)$/.exec(words) ?? [];
  if (quoted !== undefined && tail === '') return plain;
  const from = quoted === undefined ? 0 : words.length - (tail ?? '').length;
  const clauses = [...words.matchAll(CLAUSE)].filter(({ index }) => index >= from - 1).toReversed();
  for (const clause of clauses) {
    const end = endOf(clause[1] ?? '', words.slice(clause.index + clause[0].length + 1));
    if (end !== null) return checked(end, words.slice(clause.index).trim(), words.slice(0, clause.index));
  }
  const first = clauses.at(-1);
  if (first?.index === 0) {
    const leading = leadingEnd(first[1] ?? '', words.slice(first[0].length + 1));
    if (leading !== null) return checked(leading.end, words, leading.reason);
  }
  for (const clause of clauses) {
    const said = words.slice(clause.index + clause[0].length + 1);
    const offered = offeredFor(clause[1] ?? '', said);
    const typed = words.slice(clause.index).trim();
    if (offered !== null) return { kind: 'unclear', typed, reason: words.slice(0, clause.index), offered };
  }
  const bare = new RegExp(
    `(?:^|[ (])(?:for)?((?:\\d{1,4}(?:[.,]\\d{1,3})? ?(?:${UNIT}) ?)+)[.!)]*$`,
    'i',
  ).exec(words);
  if (bare === null || bare.index < from) return plain;
  const typed = (bare[1] ?? '').trim();
  return { kind: 'unclear', typed, reason: words.slice(0, bare.index), offered: [`for ${typed}`] };
}

type End = { forMs: number; until: null } | { forMs: null; until: ClockTime };

function checked(end: End, typed: string, reason: string): LockWords {
  if (end.forMs === 0) return { kind: 'unclear', typed, reason, offered: USUAL };
  if (end.forMs !== null && end.forMs > LONGEST_LOCK_MS) return { kind: 'tooLong', typed, reason };
  return { kind: 'read', reason: reason.replace(/[ ,;(-]+$/, '').trim(), ...end };
}

function endOf(word: string, said: string): End | null {
  const text = said
    .replace(POLITE, '')
    .replace(/[ .,;!]+$/, '')
    .replace(POLITE, '');
  if (word.toLowerCase() === 'for') {
    const forMs = spokenDuration(text.toLowerCase());
    return forMs === null ? null : { forMs, until: null };
  }
  const until = spokenTime(text);
  return until === null ? null : { forMs: null, until };
}

/** How many words an end has at most. */
const END_WORDS = 6;

/** "for 2h database migration": the end first. */
function leadingEnd(word: string, said: string): { end: End; reason: string } | null {
  const words = said.split(' ');
  for (let count = Math.min(END_WORDS, words.length - 1); count > 0; count -= 1) {
    const end = endOf(word, words.slice(0, count).join(' '));
    if (end !== null) return { end, reason: words.slice(count).join(' ') };
  }
  return null;
}

const DAYTIME =
  /^(?:(?:the|this|next|end|of|rest|about|around|some|few|couple|a|all|whole|early|late|in|day after) )*(?:today|tomorrow|tonight|noon|midnight|morning|afternoon|evening|night|eod|cob|lunch|day|weekend|week|month|quarter|year|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\b(?!['’])/i;
const SPAN =
  /\b(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|weekend|night)[.!]?$/i;

/** Ends that the words may mean; null: they are a part of the reason. */
function offeredFor(word: string, said: string): string[] | null {
  const text = said.replace(POLITE, '').toLowerCase();
  if (word.toLowerCase() === 'for') {
    const [, count, unit = ''] = /^-?~?(\d+(?:[.,]\d+)?)[ -]?([a-z]+)/.exec(text) ?? [];
    if (count === undefined) return SPAN.test(text) || DAYTIME.test(text) ? USUAL : null;
    const near = LONG_UNITS.find((name) => distance(unit, name) <= (name.length > 4 ? 2 : 1));
    if (new RegExp(`^(?:${UNIT})$`).test(unit)) return [`for ${count}${unit}`];
    const glued = /^\S*\d[a-z]/.test(text);
    if (near !== undefined) return [`for ${count}${near === 'mins' ? 'm' : near.charAt(0)}`];
    return glued || SPAN.test(text) ? USUAL : null;
  }
  const [, bare] = /^(\d{1,2})(?: ?(?:o'clock|uhr))?[.!]?$/.exec(text) ?? [];
  if (bare !== undefined && Number(bare) < 24) return [`until ${bare.padStart(2, '0')}:00`];
  const [day] = new RegExp(`^(?:${DAY_NAME})(?=[.!]?$)`).exec(text) ?? [];
  if (day !== undefined && (/^\d/.test(day) || dayNamed(day) !== null)) {
    return HOURS.map((hour) => `until ${day} ${hour}`);
  }
  const [time] = new RegExp(`^(?:${TIME})(?![a-z0-9])`).exec(text) ?? [];
  if (time !== undefined && minuteOf(time) !== null) return [`until ${time}`];
  if (/^\d/.test(text) || DAYTIME.test(text)) return ['until 17:00', 'until tomorrow 09:00'];
  return null;
}

/** "2h": as it can be typed again. */
export function durationTyped(ms: number): string {
  const [, short, unit] = UNITS.filter(([, each]) => each !== 'w').find(([, , each]) => ms % each === 0) ?? [
    '',
    's',
    1_000,
  ];
  return `${Math.max(1, Math.round(ms / unit))}${short}`;
}

/** "Fri 16:00": as it can be typed again. */
export function timeTyped({ day, minute, zone }: ClockTime): string {
  const time =
    minute === 24 * 60
      ? 'midnight'
      : [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  const name =
    typeof day === 'number' ? WEEKDAYS[day - 1]?.slice(0, 3) : typeof day === 'object' ? day?.date : day;
  return [name, time, zone].filter(Boolean).join(' ');
}
