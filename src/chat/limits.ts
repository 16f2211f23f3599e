import type { Said } from './view.ts';

/** What of SLACK's limits a message breaks, as one sentence each; empty: nothing. */
export function checkLimits(said: Said): string[] {
  return said.text ? [] : ['text is missing'];
}
