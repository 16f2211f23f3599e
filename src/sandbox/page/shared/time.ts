const DAY_MS = 86_400_000;

/** Made once: the first use of a locale costs more than a thousand formatted times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatted(
  date: Date,
  options: Intl.DateTimeFormatOptions,
  locale: string | undefined = undefined,
): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options);
    formats.set(key, format);
  }
  return format.format(date);
}

/** A Slack `ts` is in seconds since the epoch. */
function dateOf(ts: string | number): Date {
  return new Date(Number(ts) * 1000);
}

export function clockTime(ts: string): string {
  return timeOf(dateOf(ts));
}

export function fullTime(ts: string): string {
  return formatted(dateOf(ts), { dateStyle: 'medium', timeStyle: 'medium' });
}

/** "14:02" for today, otherwise the day too. */
export function shortTime(ts: string): string {
  const near = nearDay(dateOf(ts));
  return near === 'today' ? clockTime(ts) : `${dayOf(ts)}, ${clockTime(ts)}`;
}

/** "Today", "Yesterday" or the date. */
export function dayOf(ts: string): string {
  const date = dateOf(ts);
  const near = nearDay(date);
  if (near) return near.charAt(0).toUpperCase() + near.slice(1);
  return formatted(date, { weekday: 'long', day: 'numeric', month: 'long' });
}

export function isSameDay(one: string, other: string): boolean {
  return startOf(dateOf(one)) === startOf(dateOf(other));
}

/** Formats a date of a message, such as `{date_short_pretty} at {time}`, in the reader's time zone and language. */
export function formatDate(seconds: number, format: string): string {
  const date = dateOf(seconds);
  return format.replaceAll(/\{(\w+)\}/g, (token: string, name: string) => {
    const near = name.endsWith('_pretty') ? nearDay(date) : null;
    return near ?? (name.startsWith('time') ? timeOf(date, name) : dateNamed(date, name)) ?? token;
  });
}

function timeOf(date: Date, name = 'time'): string {
  const second = name === 'time_secs' ? { second: '2-digit' as const } : {};
  return formatted(date, { hour: 'numeric', minute: '2-digit', ...second });
}

function dateNamed(date: Date, name: string): string | null {
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const };
  switch (name.replace(/_pretty$/, '')) {
    case 'date_num':
      return formatted(date, {}, 'sv-SE');
    case 'date_short':
      return formatted(date, { day: 'numeric', month: 'short', ...year });
    case 'date':
      return formatted(date, { day: 'numeric', month: 'long', ...year });
    case 'date_long':
      return formatted(date, { weekday: 'long', day: 'numeric', month: 'long', ...year });
    default:
      return null;
  }
}

/** null: not yesterday, today or tomorrow. */
function nearDay(date: Date): string | null {
  const days = Math.round((startOf(date) - startOf(new Date())) / DAY_MS);
  return ['yesterday', 'today', 'tomorrow'][days + 1] ?? null;
}

function startOf(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
