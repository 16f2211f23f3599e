import { DateTime } from 'luxon';

/** A moment as people name it, by the clock of a time zone. */
export interface ClockTime {
  /** ISO weekday (Monday is 1), a word, or an ISO date; null: the next time it is `minute`. */
  day: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 'today' | 'tomorrow' | { date: string } | null;
  /** Minutes since midnight; 1440: the midnight that ends the day. */
  minute: number;
  /** IANA name, if it was given; null: the speaker's own time zone. */
  zone: string | null;
}

const DAY_MINUTES = 1440;
const WEEK = 7;

/**
 * The moment meant by a person who speaks at `now`. `usual`: the time zone if none was given. Milliseconds since the
 * epoch; null: it has passed, or the day does not exist.
 */
export function momentOf({ day, minute, zone }: ClockTime, now: number, usual: string): number | null {
  const here = DateTime.fromMillis(now, { zone: zone ?? usual });
  const on = (date: DateTime) => {
    const start = date.startOf('day').plus({ days: minute === DAY_MINUTES ? 1 : 0 });
    const inDay = minute % DAY_MINUTES;
    return start.set({ hour: Math.floor(inDay / 60), minute: inDay % 60 });
  };
  const first = on(dayOf(day, here));
  const again = day === null ? 1 : typeof day === 'number' ? WEEK : null;
  const isOver = first.toMillis() <= now;
  const meant = isOver && again !== null ? on(dayOf(day, here).plus({ days: again })) : first;
  return meant.isValid && meant.toMillis() > now ? meant.toMillis() : null;
}

function dayOf(day: ClockTime['day'], here: DateTime): DateTime {
  if (day === null || day === 'today') return here;
  if (day === 'tomorrow') return here.plus({ days: 1 });
  if (typeof day === 'number') return here.plus({ days: (day - here.weekday + WEEK) % WEEK });
  return DateTime.fromISO(day.date, { zone: here.zone });
}

/** "Fri 16:00" */
export function clockText(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('ccc HH:mm');
}
