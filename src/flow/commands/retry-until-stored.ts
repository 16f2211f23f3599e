import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from '../../domain/time/duration.ts';
import { StoreError } from '../../ports/store.ts';
import type { Services } from '../services/services.ts';

/**
 * Repeats `work` until the store accepts the write, or the process is ending; then throws the last `StoreError`. For
 * outcomes, which must not be lost because the store was away and are facts even when late (RULES 2), and for work at a
 * start. `work` may run several times.
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
