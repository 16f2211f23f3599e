import { LONGEST_LOCK_MS } from '../../../domain/documents/values/lock.ts';
import { distance } from '../../../domain/suggest.ts';
import type { ClockTime } from '../../../domain/time/clock-time.ts';
import { durationText, SPOKEN_UNIT, spokenDuration } from '../../../domain/time/duration.ts';
import { DAY_NAME, dayNamed, minuteOf, spokenTime, TIME, timeTyped } from './spoken-time.ts';

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

/** Words after an end that do not change its meaning. */
const POLITE =
  /(?:[ ,.!;]+(?:please|pls|plz|thanks|thank you|thx|ok|okay|max|maximum|at most|tops|or so|only))+$/i;

/** The result of reading what was typed after `lock ENV`. */
export type LockWords =
  | { kind: 'read'; reason: string; forMs: number | null; until: ClockTime | null }
  /** Possibly an end, but not readable as one. `offered`: ends that it may mean; `reason`: the text without it. */
  | { kind: 'unclear'; typed: string; reason: string; offered: string[] }
  | { kind: 'tooLong'; typed: string; reason: string };

const CLAUSE = /(?:^|[ ([]|--)(for|until|untill|till|til|'til)(?=[ :=])/gi;
const USUAL = ['for 1h', 'for 4h', 'for 1d'];
const HOURS = ['09:00', '12:00', '17:00'];

/**
 * Reads the reason and when the lock ends by itself. An end that cannot be read is never silently made part of the
 * reason.
 */
export function readLockWords(words: string): LockWords {
  const plain: LockWords = { kind: 'read', reason: words, forMs: null, until: null };
  const [, quoted, tail] = /^"([^"]*)"[.,]? ?(.*)$/.exec(words) ?? [];
  if ((quoted !== undefined && tail === '') || /^'[^']*'$/.test(words)) return plain;
  const from = quoted === undefined ? 0 : words.length - (tail ?? '').length;
  const clauses = [...words.matchAll(CLAUSE)]
    .filter(({ index }) => index >= from - 1)
    .map(({ index, 0: all, 1: word = '' }) => ({ index, word, after: index + all.length + 1 }))
    .toReversed();
  for (const { index, word, after } of clauses) {
    const end = endOf(word, words.slice(after));
    if (end === null) continue;
    const other = clauses.find((before) => endOf(before.word, words.slice(before.after, index)) !== null);
    if (other === undefined) return checked(end, words.slice(index).trim(), words.slice(0, index));
    const [typed, reason] = [words.slice(other.index).trim(), words.slice(0, other.index)];
    const first = endOf(other.word, words.slice(other.after, index));
    return {
      kind: 'unclear',
      typed,
      reason,
      offered: [first, end].flatMap((one) => (one ? [endTyped(one)] : [])),
    };
  }
  const first = clauses.at(-1);
  if (first?.index === 0) {
    const leading = leadingEnd(first.word, words.slice(first.after));
    if (leading?.sure) return checked(leading.end, words, leading.reason);
    if (leading) {
      return { kind: 'unclear', typed: words, reason: leading.reason, offered: [endTyped(leading.end)] };
    }
  }
  for (const { index, word, after } of clauses) {
    const offered = offeredFor(word, words.slice(after).trim());
    const typed = words.slice(index).trim();
    if (offered !== null) return { kind: 'unclear', typed, reason: words.slice(0, index), offered };
  }
  return bareEnd(words, from) ?? plain;
}

const BARE_SPAN = `(?:\\d{1,4}(?:[.,]\\d{1,3})? ?(?:${SPOKEN_UNIT}) ?)+`;
const LAST_SPAN = new RegExp(`(?:^|[ (=:])(?:for)?(${BARE_SPAN})[.!)\\]]*$`, 'i');
const FIRST_SPAN = new RegExp(`^(${BARE_SPAN})(?=[ ,:-])[ ,:-]*(?!of\\b)`, 'i');
/** Words that people use in place of "until". */
const BY = /(?:^|[ ([])(?:by|before|through|thru|at|to|util|ends?|expires?)(?: at| on)?[ :=]+/gi;
const LAST_TIME = /(?:^|[ (-])((?:\d{1,2}:\d{2}(?: ?[ap]m)?|\d{1,2} ?[ap]m)(?: utc| gmt)?)[.!)\]]*$/i;

/** An end without "for" or "until": "2h", "by 5pm", "(17:00)". null: there is none. */
function bareEnd(words: string, from: number): LockWords | null {
  const unclear = (typed: string, reason: string, offered: string[]): LockWords => {
    return { kind: 'unclear', typed: typed.trim(), reason, offered };
  };
  const span = LAST_SPAN.exec(words);
  if (span !== null && span.index >= from) {
    const typed = (span[1] ?? '').trim();
    return unclear(typed, words.slice(0, span.index), [`for ${typed}`]);
  }
  const leading = from === 0 ? FIRST_SPAN.exec(words) : null;
  if (leading !== null) {
    const typed = (leading[1] ?? '').trim();
    return unclear(typed, words.slice(leading[0].length), [`for ${typed}`]);
  }
  for (const by of [...words.matchAll(BY)].filter(({ index }) => index >= from - 1)) {
    const said = words.slice(by.index + by[0].length);
    const end = /[:ap]|noon|midnight/i.test(said) ? endOf('until', said) : null;
    const isDay = new RegExp(`^(?:${DAY_NAME})[.!)]*$`, 'i').test(said);
    const offered = end !== null ? [endTyped(end)] : isDay ? offeredFor('until', said) : null;
    if (offered !== null) return unclear(words.slice(by.index), words.slice(0, by.index), offered);
  }
  const time = LAST_TIME.exec(words);
  const end = time === null || time.index < from ? null : endOf('until', time[1] ?? '');
  return time === null || end === null
    ? null
    : unclear(time[1] ?? '', words.slice(0, time.index), [endTyped(end)]);
}

type End = { forMs: number; until: null } | { forMs: null; until: ClockTime };

function endTyped({ forMs, until }: End): string {
  return until === null ? `for ${durationText(forMs)}` : `until ${timeTyped(until)}`;
}

function checked(end: End, typed: string, reason: string): LockWords {
  if (end.forMs === 0) return { kind: 'unclear', typed, reason, offered: USUAL };
  if (end.forMs !== null && end.forMs > LONGEST_LOCK_MS) return { kind: 'tooLong', typed, reason };
  return { kind: 'read', reason: reason.replace(/[ ,;([\u2013\u2014-]+$/, '').trim(), ...end };
}

/** Words before a duration that do not make it less of an end. */
const ABOUT =
  /^(?:(?:the )?next|about|around|roughly|approx\.?|approximately|ca\.?|up to|max\.?|~) ?(?=[\dah])/i;

function endOf(word: string, said: string): End | null {
  const text = said
    .trim()
    .replace(/^[*_~`"'([]+(?=\w)/, '')
    .replace(POLITE, '')
    .replace(/[ .,;:!*_~`"')\]]+$/, '')
    .replace(POLITE, '');
  if (word.toLowerCase() === 'for') {
    const forMs = spokenDuration(text.replace(ABOUT, '').toLowerCase());
    return forMs === null ? null : { forMs, until: null };
  }
  // The dot at the end of "1.12." belongs to the date.
  const until = /\d\.\d{1,2}\.$/.test(said.trim()) ? null : spokenTime(text);
  return until === null ? null : { forMs: null, until };
}

/** The most words an end has. */
const END_WORDS = 6;

/** An end before the reason: "for 2h database migration". `sure` is false for "for a day or two". */
function leadingEnd(word: string, said: string): { end: End; reason: string; sure: boolean } | null {
  const words = said.split(' ');
  for (let count = Math.min(END_WORDS, words.length - 1); count > 0; count -= 1) {
    const typed = words.slice(0, count).join(' ');
    const end = endOf(word, typed);
    if (end === null) continue;
    const rest = words
      .slice(count)
      .join(' ')
      .replace(/^[-:,\u2013\u2014]+ /, '');
    // In "a second opinion", "a second" is not a duration.
    if (/^an? (?:sec|second|minute)$/i.test(typed)) return null;
    return { end, reason: rest, sure: !/^(?:or|and|to|at (?:least|most)|until|till?)\b/i.test(rest) };
  }
  return null;
}

const DAYTIME =
  /^(?:(?:the|this|next|end|of|rest|about|around|some|few|couple|a|all|whole|early|late|in|day after) )*(?:today|tomorrow|yesterday|tonight|\d{1,2}(?:st|nd|rd|th)|fortnight|noon|midnight|morning|afternoon|evening|night|eod|cob|lunch|day|weekend|week|month|quarter|year|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\b(?!['’])/i;
const SPAN =
  /\b(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|weekend|night)[.!]?$/i;

/** Ends that the words may mean; null: they are part of the reason. */
function offeredFor(word: string, said: string): string[] | null {
  const text = said.replace(POLITE, '').toLowerCase();
  if (word.toLowerCase() === 'for') {
    const [, bare, minutes] = /^(\d{1,3})(?::(\d{2}))?['\u2019]?[.!]?$/.exec(text) ?? [];
    if (bare !== undefined) {
      return minutes === undefined ? [`for ${bare}m`, `for ${bare}h`] : [`for ${bare}h${minutes}m`];
    }
    const least = spokenDuration(
      text.replace(/^(?:at least|more than|over|a good) /, '').replace(/[.,!]+$/, ''),
    );
    if (least !== null && least > 0) return [`for ${durationText(least)}`];
    const [, count, unit = ''] = /^-?~?(\d+(?:[.,]\d+)?)[ -]?([a-z]+)/.exec(text) ?? [];
    if (count === undefined) return SPAN.test(text) || DAYTIME.test(text) ? USUAL : null;
    const near = LONG_UNITS.find((name) => distance(unit, name) <= (name.length > 4 ? 2 : 1));
    if (new RegExp(`^(?:${SPOKEN_UNIT})$`).test(unit)) return [`for ${count}${unit}`];
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
  const [, on, time] = new RegExp(`^(?:(${DAY_NAME}|tonight)[ t,]+)?(${TIME})(?![a-z0-9])`).exec(text) ?? [];
  if (time !== undefined && minuteOf(time.replace('.', ':')) !== null) {
    const known = on !== undefined && on !== 'tonight' && (/^\d/.test(on) || dayNamed(on) !== null);
    return [['until', known ? on : '', time.replace('.', ':')].filter(Boolean).join(' ')];
  }
  if (/^\d/.test(text) || DAYTIME.test(text)) return ['until 17:00', 'until tomorrow 09:00'];
  return null;
}
