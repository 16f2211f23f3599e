import { type Inline, type InlineNode, inline } from './inline.ts';

/** "14:02"; `at`: milliseconds since the epoch. Slack shows it in the reader's time zone. */
export function time(at: number): InlineNode {
  return { kind: 'time', at, format: 'time' };
}

/** "today at 14:02" */
export function dayTime(at: number): InlineNode {
  return { kind: 'time', at, format: 'dayTime' };
}

/** "14:02" within 12 hours of now, else "21 Nov at 14:02". */
export function since(at: number, now: number): InlineNode {
  return Math.abs(now - at) < 12 * 3_600_000 ? time(at) : dayTime(at);
}

/** "at 14:02" within 12 hours of now, else "tomorrow at 14:02". */
export function at(when: number, now: number): Inline {
  const part = since(when, now);
  return part.kind === 'time' && part.format === 'time' ? inline`at ${part}` : [part];
}

/** "14:02" within 12 hours of now, else "21 Nov". */
export function sinceDay(at: number, now: number): InlineNode {
  return Math.abs(now - at) < 12 * 3_600_000 ? time(at) : { kind: 'time', at, format: 'day' };
}

/** "2026-01-31 14:02 UTC", for readers whose client shows no dates in their time zone. */
export function utc(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'unknown';
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
