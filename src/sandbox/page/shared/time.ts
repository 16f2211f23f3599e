const DAY_MS = 86_400_000;

/** A Slack `ts` is in seconds since the epoch. */
function dateOf(ts: string | number): Date {
  return new Date(Number(ts) * 1000);
}

export function clockTime(ts: string): string {
  return timeOf(dateOf(ts));
}

export function fullTime(ts: string): string {
  return dateOf(ts).toLocaleString();
}

/** "Today", "Yesterday" or the date. */
export function dayOf(ts: string): string {
  const date = dateOf(ts);
  const near = nearDay(date);
  if (near) return near.charAt(0).toUpperCase() + near.slice(1);
  return date.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
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
  const second = name === 'time_secs' ? ('2-digit' as const) : undefined;
  return date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit', second });
}

function dateNamed(date: Date, name: string): string | null {
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : ('numeric' as const);
  switch (name.replace(/_pretty$/, '')) {
    case 'date_num':
      return date.toLocaleDateString('sv-SE');
    case 'date_short':
      return date.toLocaleDateString([], { day: 'numeric', month: 'short', year });
    case 'date':
      return date.toLocaleDateString([], { day: 'numeric', month: 'long', year });
    case 'date_long':
      return date.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long', year });
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
