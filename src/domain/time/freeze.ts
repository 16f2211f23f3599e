import { DateTime } from 'luxon';

/** A time of the week: ISO weekday (Monday is 1), minutes since midnight. */
export interface WeekTime {
  weekday: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  minute: number;
}

/** A recurring or dated period in which nothing may be deployed, by the clock of a time zone. */
export type FreezeWindow = {
  /** IANA name: `Europe/Amsterdam`. */
  timezone: string;
  reason: string;
} & (
  | { kind: 'weekly'; from: WeekTime; to: WeekTime }
  /** Every day; minutes since midnight. An end that is not after the begin is on the next day. */
  | { kind: 'daily'; from: number; to: number }
  /** ISO 8601 without a zone: `2026-12-24T12:00`. */
  | { kind: 'dated'; from: string; to: string }
);

/** A freeze as seen at one moment. Times in milliseconds since the epoch. */
export interface Frozen {
  reason: string;
  /** When its first window opened. */
  since: number;
  /** When no window is open any more: windows that touch or overlap form one freeze. */
  until: number;
}

interface Span {
  from: number;
  to: number;
  reason: string;
}

/** At most this many touching windows are joined: two that cover the whole week would never end. */
const JOINED = 60;

const WEEK = 7;

/** The freeze at this moment; null: none. The start of a window belongs to it, the end does not. */
export function frozenAt(windows: readonly FreezeWindow[], at: number): Frozen | null {
  const spans = windows.flatMap((window) => spanAround(window, at) ?? []);
  const longest = spans.reduce<Span | null>((best, span) => (best && best.to >= span.to ? best : span), null);
  if (!longest) return null;
  let until = longest.to;
  for (let joined = 0; joined < JOINED; joined += 1) {
    const next = windows.flatMap((window) => spanAround(window, until)?.to ?? []);
    if (next.length === 0) break;
    until = Math.max(...next);
  }
  return { reason: longest.reason, since: Math.min(...spans.map(({ from }) => from)), until };
}

/** When the next window opens after this moment; null: never. */
export function nextFreeze(windows: readonly FreezeWindow[], at: number): number | null {
  const starts = windows.flatMap((window) => startAfter(window, at) ?? []);
  return starts.length === 0 ? null : Math.min(...starts);
}

/** The window's span that contains this moment; null: none. */
function spanAround(window: FreezeWindow, at: number): Span | null {
  const spans =
    window.kind === 'daily'
      ? dailyAround(window, at)
      : [window.kind === 'weekly' ? lastWeekly(window, at) : dated(window)];
  return spans.findLast((span) => span.from <= at && at < span.to) ?? null;
}

/**
 * The spans that begin between the day before and two days after. Each begins once on its day, whatever the clock change.
 */
function dailyAround(window: Extract<FreezeWindow, { kind: 'daily' }>, at: number): Span[] {
  const { from, to, timezone: zone, reason } = window;
  const today = DateTime.fromMillis(at, { zone });
  return [-1, 0, 1, 2].map((days) => {
    const day = today.plus({ days });
    const end = to > from ? day : day.plus({ days: 1 });
    return {
      from: onDay(day, { minute: from }).toMillis(),
      to: onDay(end, { minute: to }).toMillis(),
      reason,
    };
  });
}

function dated(window: Extract<FreezeWindow, { kind: 'dated' }>): Span {
  const zone = window.timezone;
  return {
    from: DateTime.fromISO(window.from, { zone }).toMillis(),
    to: DateTime.fromISO(window.to, { zone }).toMillis(),
    reason: window.reason,
  };
}

/** The latest span that began at or before this moment. */
function lastWeekly(window: Extract<FreezeWindow, { kind: 'weekly' }>, at: number): Span {
  const now = DateTime.fromMillis(at, { zone: window.timezone });
  const back = (now.weekday - window.from.weekday + WEEK) % WEEK;
  let start = onDay(now.minus({ days: back }), window.from);
  if (start.toMillis() > at) start = onDay(now.minus({ days: back + WEEK }), window.from);
  let ahead = (window.to.weekday - window.from.weekday + WEEK) % WEEK;
  if (ahead === 0 && window.to.minute <= window.from.minute) ahead = WEEK;
  const end = onDay(start.plus({ days: ahead }), window.to);
  return { from: start.toMillis(), to: end.toMillis(), reason: window.reason };
}

function startAfter(window: FreezeWindow, at: number): number | null {
  if (window.kind === 'dated') {
    const { from } = dated(window);
    return from > at ? from : null;
  }
  if (window.kind === 'daily') {
    return dailyAround(window, at).find(({ from }) => from > at)?.from ?? null;
  }
  const now = DateTime.fromMillis(at, { zone: window.timezone });
  const ahead = (window.from.weekday - now.weekday + WEEK) % WEEK;
  const start = onDay(now.plus({ days: ahead }), window.from);
  return (start.toMillis() > at ? start : onDay(now.plus({ days: ahead + WEEK }), window.from)).toMillis();
}

/** Uses the calendar instead of counting hours, so that a day of 23 or 25 hours keeps its wall clock. */
function onDay(day: DateTime, { minute }: Pick<WeekTime, 'minute'>): DateTime {
  return day.startOf('day').set({ hour: Math.floor(minute / 60), minute: minute % 60 });
}
