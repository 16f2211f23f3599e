import { parseDuration } from '../domain/time/duration.ts';

/** ISO 8601: a day, or a day and a time with its zone. The zone is required so that this machine's zone does not matter. */
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Reads `2026-11-01` (midnight UTC), `2026-11-01T08:00Z` or an age such as `7d`. Returns milliseconds since the
 * epoch; null: none of these.
 */
export function sinceWhen(text: string, now: number): number | null {
  const age = parseDuration(text);
  if (age !== null) return Math.max(0, now - age);
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

export const AUDIT_HELP = `
It reads the database that MONGODB_URL names, else DATA_DIR, and needs no Slack variables. On the embedded tier, stop the
bot first. Days begin at midnight UTC; times are printed in UTC. In csv, a cell that a spreadsheet would run as a formula
(it begins with = + - @) gets an apostrophe in front. json is one whole record a line, with the facts of each refusal.`;
