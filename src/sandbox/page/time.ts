/** Slack's `ts` is seconds since the epoch. */
function dateOf(ts: string): Date {
  return new Date(Number(ts) * 1000);
}

export function clockTime(ts: string): string {
  return dateOf(ts).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

export function fullTime(ts: string): string {
  return dateOf(ts).toLocaleString();
}

/** "Today", "Yesterday" or the date. */
export function dayOf(ts: string): string {
  const day = dateOf(ts);
  const today = new Date();
  const days = Math.round((startOf(today) - startOf(day)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return day.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
}

function startOf(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
