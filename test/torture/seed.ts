/** The date in UTC as YYYYMMDD: each day tries other stories, and everybody who runs it on that day the same. */
export function seedOfDay(now: Date): number {
  return Number(now.toISOString().slice(0, 10).replaceAll('-', ''));
}
