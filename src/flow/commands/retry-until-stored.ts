import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../../ports/store.ts';
import type { Services } from '../services/services.ts';
import { backoff } from '../services/timing.ts';

/**
 * Does `work` until the store has taken it: what a command came to must not be lost because the store was away at that
 * moment, and a late report is a fact still (RULES 2); nor is a start. `work` may be done several times. Gives up, with the last
 * `StoreError`, when the process stops.
 */
export async function retryUntilStored<T>(
  services: Pick<Services, 'ending' | 'timing' | 'log'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError) || services.ending.aborted) throw error;
      services.log.warn({ err: error, tries }, 'the store does not answer; trying again');
      const wait = backoff(services.timing.storeBackoffMs, tries + 1);
      await delay(wait, null, { signal: services.ending }).catch(() => undefined);
    }
  }
}
