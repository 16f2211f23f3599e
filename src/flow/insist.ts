import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../ports/store.ts';
import type { Parts } from './parts.ts';

/** Waits between tries, in milliseconds; the last one repeats. */
const WAITS_MS = [250, 500, 1_000, 2_000, 5_000];

/**
 * Does `work` until the store has taken it: what a command came to must not be lost because the store was away at that
 * moment, and a late report is a fact still (RULES 2); nor is a start. `work` may be done several times. Gives up, with the last
 * `StoreError`, when the process stops.
 */
export async function insist<T>(parts: Parts, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError) || parts.ending.aborted) throw error;
      parts.log.warn({ err: error, tries }, 'the store does not answer; trying again');
      await delay(WAITS_MS[Math.min(tries, WAITS_MS.length - 1)], null, { signal: parts.ending }).catch(
        () => undefined,
      );
    }
  }
}
